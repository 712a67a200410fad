import { dirname, relative, resolve, sep } from 'node:path';
import type { LintDiagnostic } from '../../../lint/lint-policy.ts';
import { hasher } from '../../output/lint/fingerprint.ts';
import type { LintReport } from '../../output/lint/lint-report.ts';

/** Findings of one file that are alike (`schemas/lint-baseline.schema.json`). */
export interface KnownFinding {
  /** From the directory of the baseline, joined by `/`. */
  readonly file: string;
  readonly rule: string;
  readonly fingerprint: string;
  readonly count: number;
}

/** The path by which the baseline `baseline` knows a file. */
export function pathIn(baseline: string, file: string): string {
  return relative(dirname(resolve(baseline)), resolve(file))
    .split(sep)
    .join('/');
}

/** What a baseline says of each diagnostic of a report, in order, each with a count of 1. */
export function findingsOf({ diagnostics, sources }: LintReport, baseline: string): readonly KnownFinding[] {
  const hashOf = hasher(sources);
  return diagnostics.map((diagnostic) => ({
    file: pathIn(baseline, diagnostic.at.file),
    rule: diagnostic.code,
    fingerprint: hashOf(diagnostic),
    count: 1,
  }));
}

/** Those of a report that a baseline does not list, and the entries of it, each as often as it was found no more. */
export function withoutKnown(
  report: LintReport,
  known: readonly KnownFinding[],
  baseline: string,
): { readonly diagnostics: readonly LintDiagnostic[]; readonly left: readonly KnownFinding[] } {
  const counts = new Map(summed(known).map((finding) => [keyOf(finding), finding]));
  const keys = findingsOf(report, baseline).map(keyOf);
  const diagnostics = report.diagnostics.filter((_, index) => {
    const key = keys[index] ?? '';
    const listed = counts.get(key);
    if (listed === undefined || listed.count === 0) return true;
    counts.set(key, { ...listed, count: listed.count - 1 });
    return false;
  });
  return { diagnostics, left: [...counts.values()].filter(({ count }) => count > 0) };
}

/** The text of a baseline: sorted, one entry a line, so that a change of one finding is a change of one line. */
export function formatBaseline(findings: readonly KnownFinding[]): string {
  const lines = summed(findings).map(({ file, rule, fingerprint, count }) => {
    const members = Object.entries({ file, rule, fingerprint, count });
    return `    { ${members.map(([name, value]) => `"${name}": ${JSON.stringify(value)}`).join(', ')} }`;
  });
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "version": 1,\n  "findings": ${list}\n}\n`;
}

/** Each entry once, with the sum of its counts, sorted. */
function summed(findings: readonly KnownFinding[]): readonly KnownFinding[] {
  const sums = new Map<string, KnownFinding>();
  for (const finding of findings) {
    const key = keyOf(finding);
    sums.set(key, { ...finding, count: finding.count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, finding]) => finding);
}

function keyOf({ file, rule, fingerprint }: KnownFinding): string {
  return `${file}\0${rule}\0${fingerprint}`;
}
