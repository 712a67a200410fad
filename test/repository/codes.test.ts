import { expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { reasonCodes, statusOf } from '../../src/decision/reason.ts';
import { root, text } from './repository.ts';

/** The codes of a row of a table: words in backticks of its last cell, without what is in parentheses. */
function codesOf(row: string): string[] {
  const cell = row.split('|').at(-2) ?? '';
  return [...cell.replace(/\([^)]*\)/g, '').matchAll(/`([a-z_-]+)`/g)].map(([, code = '']) => code);
}

function rowsUnder(heading: string): string[] {
  const section = text('README.md').split(`### ${heading}\n`)[1]?.split(/^##/m)[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
}

const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.startsWith('repository'))
  .map((file) => text(join('test', file)))
  .join('\n');

test('README.md lists every reason code once, under its status', () => {
  const listed = rowsUnder('Reasons').flatMap((row) =>
    codesOf(row).map((code) => [code, Number(/\d+/.exec(row)?.[0])]),
  );
  expect(listed.sort()).toEqual(reasonCodes.map((code) => [code, statusOf(code)]).sort());
});

test('README.md lists every code of a policy that does not load once', () => {
  const union = text('src/policy/diagnostic.ts').split('export type LoadErrorCode =')[1] ?? '';
  const codes = [...union.matchAll(/\| '([a-z-]+)'/g)].map(([, code = '']) => code);
  expect(codes.length).toBeGreaterThan(50);
  expect(rowsUnder('What refuses to load').flatMap(codesOf).sort()).toEqual(codes.sort());
});

test('every reason code is expected by some test', () => {
  expect(reasonCodes.filter((code) => !new RegExp(`['"\` ]${code}\\b`).test(tests))).toEqual([]);
});
