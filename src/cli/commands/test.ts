import { visible } from '../../policy/quote.ts';
import { summaryOf, type TestReport } from '../../suite/test-report.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { addConfigFlags, type ConfigFlags, pathsOrConfigured } from '../config/load-config.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { type FormatTarget, FormatTargets } from '../format-targets.ts';
import { parsePercent } from '../option-values.ts';
import { progressOn } from '../output/progress.ts';
import type { Output, Terminal } from '../output/terminal.ts';
import { type TestFormatName, testFormatNames, testFormats } from '../output/test/formats.ts';
import { summarize } from '../output/test/summary.ts';
import { writeTargets } from '../output/write-targets.ts';
import { coverageOf, policiesUnderTest } from '../test/cover-policies.ts';
import { type LoadedSuite, loadSuites } from '../test/load-suites.ts';
import { mutationOf } from '../test/mutate-policies.ts';
import { filterSuites, runTests } from '../test/run-tests.ts';
import { watchTests } from '../test/watch-tests.ts';

interface TestFlags extends ConfigFlags {
  readonly filter?: string;
  readonly watch?: boolean;
  readonly coverage?: boolean;
  readonly coverageMin?: number;
  readonly mutate?: boolean;
  readonly mutateMin?: number;
}

export function testCommand(terminal: Terminal): CliCommand {
  const targets = new FormatTargets(testFormatNames);
  const command = new CliCommand('test', terminal)
    .description(
      'Run the tests of policies: decide about claims and requests, compare with what is expected, prove invariants.',
    )
    .argument('[paths...]', 'directories, each with all `*.test.yaml` below it, or test files (default: policies/)')
    .option(
      '--format <format>',
      `${testFormatNames.map((name) => `\`${name}\``).join(', ')}; may be given again (default: pretty; github in GitHub Actions)`,
      targets.addFormat,
    )
    .option('--output <file>', 'write the format before it to a file instead of standard output', targets.addOutput)
    .single('--filter <text>', 'run only cases and invariants with this text in their name, in upper or lower case')
    .option('--coverage', 'show how much of the policies the cases reach, and the places that none does')
    .single('--coverage-min <percent>', 'as --coverage, and fail where it is less', parsePercent('--coverage-min'))
    .option(
      '--mutate',
      'once all cases pass, change the policies by one mistake at a time, and fail where no case notices',
    )
    .single(
      '--mutate-min <percent>',
      'as --mutate, and fail only where fewer are noticed',
      parsePercent('--mutate-min'),
    )
    .option('--watch', 'run again whenever a test or a policy changes');
  addConfigFlags(command).addHelpText(
    'after',
    `
A test file is held against the policies that it names, by default those of its directory. No signature is checked:
tests say what a verified token claims. \`countersign schema test\` describes the format. Invariants in it are proven for
every token there can be, as by \`countersign prove\`.

Coverage is 100 % where for every rule some case meets all of its conditions, for every condition some case meets all
but that one, and every action and resource that a rule names covers the request of some case that the rule applies to.

A mutant is a policy with one mistake: a wider prefix, a condition left out, a deny that is gone. It is killed by a case
that fails with it. One that decides all as the policy does, or of which that cannot be told, is not counted.

Examples:
  countersign test
  countersign test policies/payments.test.yaml --filter root
  countersign test --format pretty --format junit --output tests.xml
  countersign test --coverage-min 100
  countersign test --coverage --mutate
  countersign test --format pretty --format lcov --output lcov.info
  countersign test --watch

Exit codes:
  0  all cases passed, and all invariants are proven
  1  a case failed, an invariant is not proven, a mutant survives, or less is reached than was asked for
  2  wrong usage, a path that cannot be read, or a test or policy that does not load
  3  the paths hold no test, or no case has the name asked for`,
  );
  return command.action(async (paths: string[], flags: TestFlags) => {
    const given = await pathsOrConfigured(paths, flags);
    const chosen = targets.list(process.env['GITHUB_ACTIONS'] === 'true' ? 'github' : 'pretty');
    const run = (): Promise<ExitCode> => runOnce(given, flags, chosen, terminal);
    process.exitCode = flags.watch === true ? await watchTests(given, run, terminal) : await run();
  });
}

async function runOnce(
  paths: readonly string[],
  flags: TestFlags,
  targets: readonly FormatTarget<TestFormatName>[],
  terminal: Terminal,
): Promise<ExitCode> {
  const { err } = terminal;
  const suites = await loadSuites(paths, terminal);
  if (suites === undefined) return exitCode.usage;
  const { filter } = flags;
  if (filter !== undefined && asksMutants(flags))
    throw new CliError(
      exitCode.usage,
      '`--mutate` tries all cases, so it cannot stand with `--filter`',
      'leave one out',
    );
  const wanted = filter === undefined ? suites : filterSuites(suites, filter);
  if (wanted.length === 0) throw new CliError(exitCode.nothing, `no case has \`${visible(filter ?? '')}\` in its name`);
  const report = reportOn(wanted, flags, targets, err);
  await writeTargets(targets, testFormats, report, terminal);
  const { text, ok } = summarize(report, err.paint);
  err.write(`${text}\n`);
  if (asksMutants(flags) && report.mutation === undefined) err.write('no mutant is tried while cases fail\n');
  return ok ? exitCode.ok : exitCode.findings;
}

/** Whether a case would notice a mutant says something only where all pass. */
function reportOn(
  suites: readonly LoadedSuite[],
  flags: TestFlags,
  targets: readonly FormatTarget<TestFormatName>[],
  err: Output,
): TestReport {
  const { coverageMin: min, mutateMin = 100 } = flags;
  const cases = progressOn(err, 'running case');
  const results = runTests(suites, cases.tell);
  cases.end();
  const policies = policiesUnderTest(suites);
  const coverage = asksCoverage(flags, targets)
    ? { coverage: { coverage: coverageOf(policies), ...(min === undefined ? {} : { min }) } }
    : {};
  if (!asksMutants(flags) || summaryOf(results).failed > 0) return { ...results, ...coverage };
  const mutants = progressOn(err, 'trying mutant');
  const mutation = mutationOf(policies, mutants.tell);
  mutants.end();
  return { ...results, ...coverage, mutation: { mutation, min: mutateMin } };
}

function asksMutants({ mutate, mutateMin }: TestFlags): boolean {
  return mutate === true || mutateMin !== undefined;
}

/** The format `lcov` is nothing but coverage. */
function asksCoverage({ coverage, coverageMin }: TestFlags, targets: readonly FormatTarget<TestFormatName>[]): boolean {
  return coverage === true || coverageMin !== undefined || targets.some(({ format }) => format === 'lcov');
}
