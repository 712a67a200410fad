import { join, dirname } from 'node:path';
import { writeFileAtomic } from '../../../files/write.ts';
import { lintRules } from '../../../lint/registry.ts';
import { visible } from '../../../policy/quote.ts';
import { isThere } from '../../config/folders-upwards.ts';
import type { LintReport } from '../../output/lint/lint-report.ts';
import type { Output, Terminal } from '../../output/terminal.ts';
import type { LintSettings } from '../settings.ts';
import { findingsOf, formatBaseline, type KnownFinding, pathIn, withoutKnown } from './baseline.ts';

/** A baseline that was read, and the file it is in. */
export interface Baseline {
  readonly file: string;
  readonly findings: readonly KnownFinding[];
}

/** The baseline of a run, read before anything is changed; `undefined` where there is none. */
export async function openBaseline({ baseline, writesBaseline }: LintSettings): Promise<Baseline | undefined> {
  if (baseline === undefined) return undefined;
  const { readBaseline } = await import('./read-baseline.ts');
  return { file: baseline, findings: await readBaseline(baseline, writesBaseline) };
}

/**
 * Leaves out what a baseline lists, having written it first where that is asked for. A policy that does not load has no
 * findings, so its baseline stays as it is.
 */
export async function heedBaseline(
  baseline: Baseline | undefined,
  report: LintReport,
  settings: LintSettings,
  { err }: Terminal,
): Promise<{ readonly report: LintReport; readonly leftOut: number }> {
  if (baseline === undefined) return { report, leftOut: 0 };
  if (report.diagnostics.some(({ code }) => !isRule(code))) {
    if (settings.writesBaseline) warn(`\`${baseline.file}\` was not written: the policy does not load`, err);
    return { report, leftOut: 0 };
  }
  const { file, findings } = settings.writesBaseline ? await rewrite(baseline, report, settings) : baseline;
  if (settings.writesBaseline) err.write(`wrote \`${visible(file)}\`\n`);
  const { diagnostics, left } = withoutKnown(report, findings, file);
  await sayStale({ file, findings: left }, report, settings, err);
  return { report: { ...report, diagnostics }, leftOut: report.diagnostics.length - diagnostics.length };
}

/** Writes what was found, and keeps what this run did not ask for. */
async function rewrite({ file, findings }: Baseline, report: LintReport, settings: LintSettings): Promise<Baseline> {
  const asked = await askedIn(file, findings, report, settings);
  const all = [...findings.filter((finding) => !asked.has(finding)), ...findingsOf(report, file)];
  await writeFileAtomic(file, formatBaseline(all));
  return { file, findings: all };
}

async function sayStale(
  { file, findings }: Baseline,
  report: LintReport,
  settings: LintSettings,
  err: Output,
): Promise<void> {
  const stale = await askedIn(file, findings, report, settings);
  let count = 0;
  for (const finding of stale) count += finding.count;
  if (count === 0) return;
  const what = count === 1 ? '1 finding' : `${String(count)} findings`;
  warn(`${what} listed in \`${file}\` can be found no longer`, err);
  err.write(`${err.paint('note', 'help:')} refresh it with \`--write-baseline\`\n`);
}

/** The entries that this run would have found: those of files it looked at or that are gone, by rules that are on. */
async function askedIn(
  baseline: string,
  findings: readonly KnownFinding[],
  { files }: LintReport,
  { levels = {} }: LintSettings,
): Promise<ReadonlySet<KnownFinding>> {
  const looked = new Map(files.map((file) => [pathIn(baseline, file), true]));
  const asked = new Set<KnownFinding>();
  for (const finding of findings) {
    const { file, rule } = finding;
    const wasLookedAt = looked.get(file) ?? !(await isThere(join(dirname(baseline), file)));
    looked.set(file, wasLookedAt);
    if (wasLookedAt && levels[rule] !== 'off') asked.add(finding);
  }
  return asked;
}

function isRule(code: string): boolean {
  return lintRules.some(({ id }) => id === code);
}

function warn(text: string, err: Output): void {
  err.write(`${err.paint('warning', 'warning:')} ${visible(text)}\n`);
}
