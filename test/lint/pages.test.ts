/** The catalogue, the folder and the pages agree, and every example on a page is what the page says. */
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintPolicy } from '../../src/lint/lint-policy.ts';
import { lintRules } from '../../src/lint/registry.ts';
import { rulesWithoutTests } from '../../src/lint/rules-without-tests.ts';
import type { PolicySource } from '../../src/policy/parse.ts';

const folder = join(import.meta.dirname, '../../src/lint/rules');
/** In force at every example: after 2020, before 2099. */
const NOW = Date.parse('2026-06-01T00:00:00Z') / 1000;

const ids = lintRules.map(({ id }) => id);
const pageOf = (id: string): string => readFileSync(join(folder, `${id}.md`), 'utf8');

interface Example {
  readonly text: string;
  /** The test file beside it, where the next block is one. */
  readonly tests: readonly PolicySource[];
}

function examples(id: string, heading: string): readonly Example[] {
  const section = pageOf(id).split(`## ${heading}\n`)[1]?.split(/^## /m)[0] ?? '';
  return [...section.matchAll(EXAMPLE)].map(([, text = '', suite]) => ({
    text,
    tests: suite === undefined ? [] : [{ file: 'policy.test.yaml', text: suite }],
  }));
}

const EXAMPLE = /^```yaml\n([\s\S]*?)^```$(?:\n\n^```yaml test\n([\s\S]*?)^```$)?/gm;

const codesOf = ({ text, tests }: Example): readonly string[] => [
  ...new Set(
    lintPolicy([{ file: 'policy.yaml', text }], {
      now: NOW,
      untestedIn: (policy) => rulesWithoutTests(tests, policy),
    }).map(({ code }) => code),
  ),
];

test('the registry, the folder and the pages name the same rules, each once, in the order of their ids', () => {
  expect(ids).toEqual([...new Set(ids)].sort());
  const files = readdirSync(folder).sort();
  expect(files).toEqual(ids.flatMap((id) => [`${id}.md`, `${id}.ts`]).sort());
});

test('README.md lists every rule with its summary', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| \[`([\w-]+)`\]\(src\/lint\/rules\/[\w-]+\.md\)( \(fixable\))? \| (.*) \|$/gm)];
  expect(rows.map(([, id, fixable, summary]) => [id, fixable !== undefined, summary])).toEqual(
    lintRules.map(({ id, fixable, summary }) => [id, fixable === true, summary]),
  );
});

describe.each(ids)('%s', (id) => {
  test('has a page with its parts', () => {
    const page = pageOf(id);
    expect(page.startsWith(`# ${id}\n\n`)).toBe(true);
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings.slice(0, 4)).toEqual(['Avoid', 'Prefer', 'Why', 'When not to use it']);
  });

  test('leaves nothing to fill in', () => {
    const left = [`${id}.ts`, `${id}.md`].flatMap((file) =>
      readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => (line.includes('FILL IN') ? [`${file}:${String(index + 1)}: ${line.trim()}`] : [])),
    );
    expect(left).toEqual([]);
  });

  test('finds what the page says to avoid, and nothing else there', () => {
    expect(examples(id, 'Avoid').length).toBeGreaterThan(0);
    for (const one of examples(id, 'Avoid')) expect([one.text, codesOf(one)]).toEqual([one.text, [id]]);
  });

  test('finds nothing in what the page prefers, and nor does any other rule', () => {
    expect(examples(id, 'Prefer').length).toBeGreaterThan(0);
    for (const one of examples(id, 'Prefer')) expect([one.text, codesOf(one)]).toEqual([one.text, []]);
  });
});
