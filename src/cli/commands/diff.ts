import { comparePolicies } from '../../analysis/index.ts';
import { visible } from '../../policy/quote.ts';
import { choiceOf } from '../choice-of.ts';
import { CliCommand } from '../cli-command.ts';
import { diffReportOf } from '../diff/diff-report-of.ts';
import { readApprovals } from '../diff/read-approvals.ts';
import { readSide } from '../diff/read-side.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { FormatTargets } from '../format-targets.ts';
import { type DiffReport, openGains } from '../output/diff/diff-report.ts';
import { diffFormatNames, diffFormats } from '../output/diff/formats.ts';
import { headlineOf } from '../output/diff/places.ts';
import type { Terminal } from '../output/terminal.ts';
import { writeTargets } from '../output/write-targets.ts';

const failures = ['gain', 'loss', 'any'] as const;

interface DiffFlags {
  readonly failOn?: (typeof failures)[number];
  readonly allowGain?: string;
}

export function diffCommand(terminal: Terminal): CliCommand {
  const targets = new FormatTargets(diffFormatNames);
  const command = new CliCommand('diff', terminal)
    .description('Say what a change of policy means: who may do what they could not, and who no longer may.')
    .argument('<old>', 'a directory, a file, a bundle, or `git:REV:path`, with the path from the working directory')
    .argument('<new>', 'likewise')
    .option(
      '--format <format>',
      '`pretty`, `json`, `markdown` or `github`; may be given again (default: pretty; github in GitHub Actions)',
      targets.addFormat,
    )
    .option('--output <file>', 'write the format before it to a file instead of standard output', targets.addOutput)
    .single('--fail-on <what>', 'answer 1 where there is a `gain`, a `loss` or `any`', choiceOf('--fail-on', failures))
    .single('--allow-gain <file>', 'gains that are meant, by fingerprint and with a reason')
    .addHelpText(
      'after',
      `
Every gain and loss is shown by a token and a request that both policies were asked about. What cannot be decided counts
for --fail-on like what was found. How an issuer is trusted (class trust), how long an allow lasts (ttl), when a rule is
valid and its mode are classes of their own.

Examples:
  countersign diff git:origin/main:policies policies
  countersign diff old.bundle.json policies --format markdown --output comment.md
  countersign diff git:HEAD~1:policies policies --fail-on gain --allow-gain approved-gains.yaml

Exit codes:
  0  compared, whatever was found
  1  what --fail-on names was found
  2  wrong usage, or a policy that cannot be read or does not load`,
    );
  return command.action(async (old: string, fresh: string, flags: DiffFlags) => {
    const chosen = targets.list(process.env['GITHUB_ACTIONS'] === 'true' ? 'github' : 'pretty');
    const report = await compare(old, fresh, flags, terminal);
    await writeTargets(chosen, diffFormats, report, terminal);
    const isSaid = chosen.some(({ format, output }) => format === 'pretty' && output === undefined);
    if (!isSaid) terminal.err.write(`${headlineOf(report)}\n`);
    process.exitCode = codeOf(report, flags.failOn, terminal);
  });
}

async function compare(old: string, fresh: string, { allowGain }: DiffFlags, terminal: Terminal): Promise<DiffReport> {
  const approvals = allowGain === undefined ? [] : await readApprovals(allowGain);
  const before = await readSide('old', old, terminal);
  const after = await readSide('new', fresh, terminal);
  return diffReportOf(comparePolicies(before, after), { old, new: fresh }, approvals);
}

function codeOf(report: DiffReport, failOn: DiffFlags['failOn'], { err }: Terminal): ExitCode {
  for (const { fingerprint, reason } of report.unusedApprovals) {
    const what = `no gain has the approved fingerprint \`${fingerprint}\` (${visible(reason)})`;
    err.write(`${err.paint('warning', 'warning:')} ${what}\n`);
  }
  const meant = failOn === 'any' ? ['gain', 'loss'] : [failOn];
  const found = [...openGains(report), ...report.losses, ...report.undecided];
  return found.some(({ direction }) => meant.includes(direction)) ? exitCode.findings : exitCode.ok;
}
