import { formatDiagnostics } from '../../policy/frame.ts';
import { visible } from '../../policy/quote.ts';
import { summaryOf, type TestSummary } from '../../suite/test-report.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { addConfigFlags, type ConfigFlags, pathsOrConfigured } from '../config/load-config.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { type FormatTarget, FormatTargets } from '../format-targets.ts';
import { progressOn } from '../output/progress.ts';
import type { Output, Terminal } from '../output/terminal.ts';
import { type TestFormatName, testFormatNames, testFormats } from '../output/test/formats.ts';
import { writeTargets } from '../output/write-targets.ts';
import { redactTokens } from '../redact-tokens.ts';
import { loadSuites } from '../test/load-suites.ts';
import { filterSuites, runTests } from '../test/run-tests.ts';
import { watchTests } from '../test/watch-tests.ts';

interface TestFlags extends ConfigFlags {
  readonly filter?: string;
  readonly watch?: boolean;
}

export function testCommand(terminal: Terminal): CliCommand {
  const targets = new FormatTargets(testFormatNames);
  const command = new CliCommand('test', terminal)
    .description('Run the tests of policies: decide about claims and requests, and compare with what is expected.')
    .argument('[paths...]', 'directories, each with all `*.test.yaml` below it, or test files (default: policies/)')
    .option(
      '--format <format>',
      `${testFormatNames.map((name) => `\`${name}\``).join(', ')}; may be given again (default: pretty; github in GitHub Actions)`,
      targets.addFormat,
    )
    .option('--output <file>', 'write the format before it to a file instead of standard output', targets.addOutput)
    .single('--filter <text>', 'run only cases with this text in their name, in upper or lower case')
    .option('--watch', 'run again whenever a test or a policy changes');
  addConfigFlags(command).addHelpText(
    'after',
    `
A test file is held against the policies that it names, by default those of its directory. No signature is checked:
tests say what a verified token claims. \`countersign schema test\` describes the format.

Examples:
  countersign test
  countersign test policies/payments.test.yaml --filter root
  countersign test --format pretty --format junit --output tests.xml
  countersign test --watch

Exit codes:
  0  all cases passed
  1  a case failed
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
  { filter }: TestFlags,
  targets: readonly FormatTarget<TestFormatName>[],
  terminal: Terminal,
): Promise<ExitCode> {
  const { err } = terminal;
  const { suites, diagnostics, sources } = await loadSuites(paths);
  if (diagnostics.length > 0) {
    err.write(`${redactTokens(formatDiagnostics(diagnostics, sources, { color: err.color }))}\n`);
    return exitCode.usage;
  }
  const wanted = filter === undefined ? suites : filterSuites(suites, filter);
  if (wanted.length === 0) throw new CliError(exitCode.nothing, `no case has \`${visible(filter ?? '')}\` in its name`);
  const progress = progressOn(err, 'running case');
  const report = runTests(wanted, progress.tell);
  progress.end();
  await writeTargets(targets, testFormats, report, terminal);
  const summary = summaryOf(report);
  err.write(`${inWords(summary, err)}\n`);
  return summary.failed > 0 ? exitCode.findings : exitCode.ok;
}

function inWords({ passed, failed, files }: TestSummary, { paint }: Output): string {
  const counts = [
    ...(failed > 0 ? [paint('bad', `${String(failed)} failed`)] : []),
    ...(passed > 0 ? [paint('good', `${String(passed)} passed`)] : []),
  ];
  return `${counts.join(', ')} in ${String(files)} file${files === 1 ? '' : 's'}`;
}
