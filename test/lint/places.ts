import { lintPolicy } from '../../src/lint/lint-policy.ts';

/** What a test sets its clock to: the first of June 2026. */
export const NOW = Date.parse('2026-06-01T00:00:00Z') / 1000;

/** Where one lint rule finds something, as `line:column`. A text that does not load is a mistake of the test. */
export function placesOf(id: string, text: string, file = 'policy.yaml'): readonly string[] {
  const found = lintPolicy([{ file, text }], { now: NOW });
  const broken = found.find(({ docs, code }) => docs === undefined && !/ignore/.test(code));
  if (broken !== undefined) throw new Error(`${broken.code} in line ${broken.at.line}: ${broken.message}`);
  return found.filter(({ code }) => code === id).map(({ at }) => `${at.line}:${at.column}`);
}
