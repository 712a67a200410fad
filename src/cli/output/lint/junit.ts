import type { LintDiagnostic } from '../../../lint/lint-policy.ts';
import { visible } from '../../../policy/quote.ts';
import { xmlText } from '../xml-text.ts';
import type { LintReport } from './lint-report.ts';

/** JUnit XML: a suite per file, a failure per diagnostic; a file without any is one test that passed. */
export function formatJunit({ diagnostics, files }: LintReport): string {
  const byFile = new Map<string, LintDiagnostic[]>(files.map((file) => [file, []]));
  for (const diagnostic of diagnostics) {
    const found = byFile.get(diagnostic.at.file);
    if (found === undefined) byFile.set(diagnostic.at.file, [diagnostic]);
    else found.push(diagnostic);
  }
  const suites = [...byFile].map(([file, found]) => suite(file, found));
  const tests = [...byFile.values()].reduce((sum, found) => sum + Math.max(1, found.length), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites name="countersign lint" tests="${String(tests)}" failures="${String(diagnostics.length)}" errors="0">\n`,
    ...suites,
    '</testsuites>\n',
  ].join('');
}

function suite(file: string, found: readonly LintDiagnostic[]): string {
  const count = `tests="${String(Math.max(1, found.length))}" failures="${String(found.length)}" errors="0" skipped="0"`;
  const cases =
    found.length === 0
      ? [`    <testcase name="lint" classname="${xmlText(file)}"/>\n`]
      : found.map((diagnostic) => failedCase(file, diagnostic));
  return `  <testsuite name="${xmlText(file)}" ${count}>\n${cases.join('')}  </testsuite>\n`;
}

function failedCase(file: string, { code, severity, message, at, help, docs }: LintDiagnostic): string {
  const place = `${String(at.line)}:${String(at.column)}`;
  const text = [
    `${visible(file)}:${place}: ${severity} ${code}`,
    ...(help === undefined ? [] : [`help: ${visible(help)}`]),
    ...(docs === undefined ? [] : [`docs: ${visible(docs)}`]),
  ];
  return [
    `    <testcase name="${xmlText(code)} ${place}" classname="${xmlText(file)}">\n`,
    `      <failure type="${severity}" message="${xmlText(message)}">`,
    `${text.map(xmlText).join('\n')}</failure>\n`,
    '    </testcase>\n',
  ].join('');
}
