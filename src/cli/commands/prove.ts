import { visible } from '../../policy/quote.ts';
import { type ProveReport, type ProveSummary, proveSummaryOf } from '../../suite/prove-report.ts';
import { runInvariant } from '../../suite/run-invariant.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { addConfigFlags, type ConfigFlags, pathsOrConfigured } from '../config/load-config.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { type FormatTarget, FormatTargets } from '../format-targets.ts';
import type { Paint } from '../output/paint.ts';
import { progressOn } from '../output/progress.ts';
import { type ProveFormatName, proveFormatNames, proveFormats } from '../output/prove/formats.ts';
import type { Output, Terminal } from '../output/terminal.ts';
import { writeTargets } from '../output/write-targets.ts';
import { type LoadedSuite, loadSuites } from '../test/load-suites.ts';
import { filterSuites } from '../test/run-tests.ts';

interface ProveFlags extends ConfigFlags {
  readonly filter?: string;
}

export function proveCommand(terminal: Terminal): CliCommand {
  const targets = new FormatTargets(proveFormatNames);
  const command = new CliCommand('prove', terminal)
    .description('Prove invariants of policies for every token there can be, or find one that refutes them.')
    .argument('[paths...]', 'directories, each with all `*.test.yaml` below it, or test files (default: policies/)')
    .option(
      '--format <format>',
      `${proveFormatNames.map((name) => `\`${name}\``).join(', ')}; may be given again (default: pretty; github in GitHub Actions)`,
      targets.addFormat,
    )
    .option('--output <file>', 'write the format before it to a file instead of standard output', targets.addOutput)
    .single('--filter <text>', 'only invariants with this text in their name, in upper or lower case');
  addConfigFlags(command).addHelpText(
    'after',
    `
Invariants stand in test files, beside the cases:

  invariants:
    - name: nobody outside our organisation reaches any secret
      never: { subject: { outside: "org:acme" }, resource: "secret/**" }
    - name: the deploy project can always deploy
      always: { subject: "org:acme/prj:deploy", kind: environment, action: deploy, resource: "app/**" }

\`never\`: no verified token is ever allowed what is described. \`always\`: every such token is allowed all of it, at every
time. What is left out holds for everything: any issuer, any claims, any action, any resource and none. No example is
tried: rules are compared as sets. A counterexample was put to the policy and can be given to \`countersign explain\`.

Examples:
  countersign prove
  countersign prove policies/production.test.yaml --filter root
  countersign prove --format pretty --format markdown --output comment.md

Exit codes:
  0  all invariants are proven
  1  an invariant is refuted, or could not be decided
  2  wrong usage, a path that cannot be read, or a test or policy that does not load
  3  the paths hold no invariant, or none has the name asked for`,
  );
  return command.action(async (paths: string[], flags: ProveFlags) => {
    const given = await pathsOrConfigured(paths, flags);
    const chosen = targets.list(process.env['GITHUB_ACTIONS'] === 'true' ? 'github' : 'pretty');
    process.exitCode = await prove(given, flags, chosen, terminal);
  });
}

async function prove(
  paths: readonly string[],
  { filter = '' }: ProveFlags,
  targets: readonly FormatTarget<ProveFormatName>[],
  terminal: Terminal,
): Promise<ExitCode> {
  const { err } = terminal;
  const suites = await loadSuites(paths, terminal);
  if (suites === undefined) return exitCode.usage;
  const wanted = filterSuites(suites, filter).filter(({ suite }) => suite.invariants.length > 0);
  if (wanted.length === 0) throw nothingToProve(filter);
  const report = proveSuites(wanted, err);
  await writeTargets(targets, proveFormats, report, terminal);
  const summary = proveSummaryOf(report);
  err.write(`${inWords(summary, err.paint)}\n`);
  return summary.refuted + summary.undecided === 0 ? exitCode.ok : exitCode.findings;
}

function nothingToProve(filter: string): CliError {
  if (filter !== '') return new CliError(exitCode.nothing, `no invariant has \`${visible(filter)}\` in its name`);
  return new CliError(
    exitCode.nothing,
    'the test files have no invariants',
    'write them under `invariants`, beside `tests`',
  );
}

function proveSuites(suites: readonly LoadedSuite[], err: Output): ProveReport {
  const progress = progressOn(err, 'proving invariant');
  const total = suites.reduce((sum, { suite }) => sum + suite.invariants.length, 0);
  let done = 0;
  const proven = suites.map(({ suite: { file, invariants }, policy }) => ({
    file,
    invariants: invariants.map((invariant) => {
      progress.tell(++done, total);
      return runInvariant(invariant, policy);
    }),
  }));
  progress.end();
  return { suites: proven };
}

function inWords({ proven, refuted, undecided, files }: ProveSummary, paint: Paint): string {
  const counts = [
    ...(refuted > 0 ? [paint('bad', `${String(refuted)} refuted`)] : []),
    ...(undecided > 0 ? [paint('bad', `${String(undecided)} undecided`)] : []),
    ...(proven > 0 ? [paint('good', `${String(proven)} proven`)] : []),
  ];
  return `${counts.join(', ')} in ${String(files)} file${files === 1 ? '' : 's'}`;
}
