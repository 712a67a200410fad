import { writeFileAtomic } from '../../files/write.ts';
import { fixPolicy } from '../../lint/fix-policy.ts';
import { lintParsed, type LintOptions } from '../../lint/lint-policy.ts';
import { visible } from '../../policy/quote.ts';
import { CliCommand } from '../cli-command.ts';
import { addConfigFlags, loadConfig, pathsOr } from '../config/load-config.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { type FormatTarget, FormatTargets } from '../format-targets.ts';
import { heedBaseline, openBaseline } from '../lint/baseline/heed-baseline.ts';
import { type LintInput, readLintInput } from '../lint/lint-input.ts';
import { addLevel, parseMostWarnings } from '../lint/lint-options.ts';
import { knownRule, listRules, rulePage } from '../lint/rule-page.ts';
import { type LintFlags, type LintSettings, settingsOf } from '../lint/settings.ts';
import { parseTimeOption } from '../option-values.ts';
import { type LintFormatName, lintFormatNames, lintFormats } from '../output/lint/formats.ts';
import { type LintReport, type LintSummary, summaryOf } from '../output/lint/lint-report.ts';
import type { Terminal } from '../output/terminal.ts';
import { unifiedDiff } from '../output/unified-diff.ts';
import { writeTargets } from '../output/write-targets.ts';

export function lintCommand(terminal: Terminal): CliCommand {
  const targets = new FormatTargets(lintFormatNames);
  const command = new CliCommand('lint', terminal)
    .description('Check policies: what keeps them from loading, and trust that is wider than it looks.')
    .argument('[paths...]', 'directories, each with all policy files below it, or files (default: policies/)')
    .option(
      '--format <format>',
      '`pretty`, `compact`, `json`, `sarif`, `github` or `junit`; may be given again (default: pretty; github in GitHub Actions)',
      targets.addFormat,
    )
    .option('--output <file>', 'write the format before it to a file instead of standard output', targets.addOutput)
    .option('--rule <id=level>', 'set a lint rule to `off`, `warning` or `error`; may be given again', addLevel)
    .single('--max-warnings <number>', 'fail where there are more warnings (default: any number)', parseMostWarnings)
    .option('--quiet', 'show errors only')
    .single('--baseline <file>', 'leave out the findings that a file lists')
    .option('--no-baseline', 'leave out nothing')
    .option('--write-baseline', 'list all findings in the baseline (default: countersign.baseline.json)')
    .option('--fix', 'mend what can be mended safely, and show the rest')
    .option('--fix-dry-run', 'print what `--fix` would change, as a diff, instead of results')
    .option(
      '--inline-config',
      'heed `# countersign-ignore` comments (default, unless the configuration says otherwise)',
    )
    .option('--no-inline-config', 'heed no `# countersign-ignore` comment')
    .single(
      '--now <time>',
      'as of a time: RFC 3339 with offset, or seconds since the epoch (default: now)',
      parseTimeOption('--now'),
    )
    .option('--list-rules', 'list the lint rules')
    .single('--explain <id>', 'print the page of a lint rule', knownRule);
  addConfigFlags(command).addHelpText(
    'after',
    `
All paths together are one policy. A file that is named is reported on alone, but judged with its policy: the configured \`policies\` or \`policies/\` where they
contain it, else its folder with the folders above that hold policy files, as far as the root of the repository.
\`# countersign-ignore ID -- reason\` silences a lint rule on the next line.

Examples:
  countersign lint
  countersign lint policies/payments.yaml --max-warnings 0
  countersign lint --format pretty --format sarif --output countersign.sarif
  countersign lint --rule rule-expired=error --fix-dry-run

Exit codes:
  0  nothing found, or warnings only
  1  errors, or more warnings than --max-warnings; also where a policy does not load
  2  wrong usage, or a path that cannot be read
  3  the paths hold no policy`,
  );
  return command.action(async (paths: string[], flags: LintFlags) => {
    const { out } = terminal;
    if (flags.listRules === true) out.write(listRules());
    else if (flags.explain !== undefined) out.write(await rulePage(flags.explain));
    else {
      const config = await loadConfig(flags);
      const settings = settingsOf(flags, config);
      const input = await readLintInput(await pathsOr(paths, config), config?.policies ?? []);
      process.exitCode = await lint(input, settings, targets.list(settings.format), terminal);
    }
  });
}

async function lint(
  input: LintInput,
  settings: LintSettings,
  targets: readonly FormatTarget<LintFormatName>[],
  terminal: Terminal,
): Promise<ExitCode> {
  for (const path of input.leftOut) {
    const what = `\`${visible(path)}\` does not load and was left out; findings may differ from those of all files`;
    warn(terminal, what);
  }
  const known = await openBaseline(settings);
  const found = await run(input, settings, terminal);
  const { report, leftOut } = await heedBaseline(known, found, settings, terminal);
  const shown: LintReport = settings.quiet
    ? { ...report, diagnostics: report.diagnostics.filter(({ severity }) => severity === 'error') }
    : report;
  // The diff has standard output for itself.
  const isDry = settings.fixing === 'shown';
  const shownIn = isDry ? targets.filter(({ output }) => output !== undefined) : targets;
  await writeTargets(shownIn, lintFormats, shown, terminal);
  const summary = summaryOf(report);
  terminal.err.write(`${inWords(summary, leftOut)}\n`);
  const tooMany = summary.warnings > settings.maxWarnings;
  if (tooMany && summary.errors === 0) terminal.err.write(`more than ${String(settings.maxWarnings)} warnings\n`);
  return summary.errors > 0 || tooMany ? exitCode.findings : exitCode.ok;
}

async function run(input: LintInput, settings: LintSettings, { out }: Terminal): Promise<LintReport> {
  const { parsed, tests } = input;
  const files = [...input.files];
  if (input.unreadable.length > 0) {
    return { diagnostics: [...input.unreadable, ...parsed.diagnostics], files, sources: parsed.sources };
  }
  const { fixing } = settings;
  const options = { ...settings, ...(await testedBy(tests)) };
  const { sources, diagnostics } =
    fixing === undefined
      ? { sources: parsed.sources, diagnostics: lintParsed(parsed, options) }
      : fixPolicy(parsed.sources, input.files, options);
  for (const [index, { file, text }] of sources.entries()) {
    const before = parsed.sources[index]?.text ?? '';
    if (text === before) continue;
    if (fixing === 'shown') out.write(unifiedDiff(file, before, text));
    else await writeFileAtomic(file, text);
  }
  return { diagnostics: diagnostics.filter(({ at }) => input.files.has(at.file)), files, sources };
}

/** What reads tests is loaded where there are any. */
async function testedBy(tests: LintInput['tests']): Promise<Pick<LintOptions, 'untestedIn'>> {
  if (tests.length === 0) return {};
  const { rulesWithoutTests } = await import('../../lint/rules-without-tests.ts');
  return { untestedIn: (policy) => rulesWithoutTests(tests, policy) };
}

function warn({ err }: Terminal, what: string): void {
  err.write(`${err.paint('warning', 'warning:')} ${what}\n`);
}

function inWords({ errors, warnings, files }: LintSummary, leftOut: number): string {
  const counted = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
  const found = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  const known = leftOut > 0 ? `, ${counted(leftOut, 'known finding')} left out` : '';
  return `${found.length === 0 ? 'no problems' : found.join(' and ')} in ${counted(files, 'file')}${known}`;
}
