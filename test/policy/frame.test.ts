import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Diagnostic } from '../../src/policy/diagnostic.ts';
import { formatDiagnostics } from '../../src/policy/frame.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { runsOf } from '../runs.ts';

const found = (text: string, part: string, more: Partial<Diagnostic> = {}): Diagnostic => {
  const offset = text.indexOf(part);
  const lines = text.slice(0, offset).split('\n');
  const [line, column] = [lines.length, (lines.at(-1)?.length ?? 0) + 1];
  const at = { file: 'a.yaml', line, column, endLine: line, endColumn: column + part.length };
  return { code: 'some-code', severity: 'error', message: 'some message', at, ...more };
};

/** The line shown and the line under it, without the edge. */
const framed = (text: string, part: string, more: Partial<Diagnostic> = {}): readonly string[] => {
  const diagnostic = found(text, part, more);
  const edge = String(diagnostic.at.line).length + 3;
  const frame = formatDiagnostics([diagnostic], [{ file: 'a.yaml', text }]).split('\n');
  return frame.slice(3, 5).map((line) => line.slice(edge));
};

describe('a frame', () => {
  test('shows place, line, span and help; a summary follows', () => {
    const text = `version: 1\nissuers:\n  gitpod: { url: https://app.gitpod.io, subjct: gitpod, audiences: [a] }\nrules:\n\n\n\n\n\n  - id: a\n    effect: alow\n    when: { issuer: gitpod }\n`;
    const sources = [
      { file: 'policies/a.yaml', text },
      { file: 'policies/b.yaml', text: 'version: 2\n' },
    ];
    expect(formatDiagnostics(parsePolicy(sources).diagnostics, sources)).toMatchInlineSnapshot(`
      "error[unknown-key]: \`subjct\` is not a key that may stand here
       --> policies/a.yaml:3:41
        |
      3 |   gitpod: { url: https://app.gitpod.io, subjct: gitpod, audiences: [a] }
        |                                         ^^^^^^
        = help: did you mean \`subject\`?

      error[unknown-value]: \`alow\` is not a value that may stand here
        --> policies/a.yaml:11:13
         |
      11 |     effect: alow
         |             ^^^^
         = help: did you mean \`allow\`?

      error[unsupported-version]: \`2\` is not a version of the policy language that is known here
       --> policies/b.yaml:1:10
        |
      1 | version: 2
        |          ^
        = help: write \`version: 1\`

      error: 3 problems in 2 files"
    `);
  });

  test('has its colours where they are asked for', () => {
    const diagnostic = found('effct: allow', 'effct', { help: 'look', docs: 'https://example.com' });
    const sources = [{ file: 'a.yaml', text: 'effct: allow' }];
    const colored = formatDiagnostics([diagnostic], sources, { color: true });
    expect(colored).toContain('\u001b[1;31merror[some-code]');
    expect(colored.replace(/\u001b\[[0-9;]*m/g, '')).toBe(formatDiagnostics([diagnostic], sources));
  });

  test.each<[name: string, text: string, part: string, shown: string, under: string]>([
    ['tabs', 'a:\tb\tc', 'b', 'a:    b    c', '      ^'],
    ['a tab', 'a:\tb', '\t', 'a:    b', '  ^^^^'],
    ['wide characters before', '世界: x', 'x', '世界: x', '      ^'],
    ['wide characters', 'a: 世界', '世界', 'a: 世界', '   ^^^^'],
    ['an emoji, which is two code units', '😀: x', '😀', '😀: x', '^^'],
    ['what follows an emoji', '😀: x', 'x', '😀: x', '    ^'],
    ['combining characters', 'e\u0301: x', 'x', 'e\u0301: x', '   ^'],
    ['control characters', 'a\u001b[31m: x', 'x', 'a\\u{1b}[31m: x', '             ^'],
    ['bidirectional characters', 'a\u202eb', '\u202e', 'a\\u{202e}b', ' ^^^^^^^^'],
    ['what cannot be seen', 'a\u200b\u00a0\u3164b', 'b', 'a\\u{200b}\\u{a0}\\u{3164}b', '                       ^'],
    ['half a surrogate pair', 'a\ud83db', 'b', 'a\\u{d83d}b', '         ^'],
    ['a carriage return at the end', 'a: b\r\nc', 'b', 'a: b', '   ^'],
  ])('stands under its text beside %s', (_, text, part, shown, under) => {
    expect(framed(text, part)).toEqual([shown, under]);
  });

  test('of several lines shows the first', () => {
    const text = 'a: |\n  one  \n  two\n';
    const at = { file: 'a.yaml', line: 2, column: 3, endLine: 3, endColumn: 6 };
    expect(framed(text, 'one', { at })).toEqual(['  one', '  ^^^']);
  });

  test.each([
    ['an empty line', 'a\n\nb', { line: 2, column: 1, endLine: 2, endColumn: 1 }, ['', '^']],
    ['the end of a line', 'abc', { line: 1, column: 4, endLine: 1, endColumn: 4 }, ['abc', '   ^']],
    ['no length', 'abc', { line: 1, column: 2, endLine: 1, endColumn: 2 }, ['abc', ' ^']],
    ['a column past the line', 'abc', { line: 1, column: 99, endLine: 1, endColumn: 120 }, ['abc', '   ^']],
  ])('at %s has one caret', (_, text, at, expected) => {
    expect(framed(text, '', { at: { file: 'a.yaml', ...at } })).toEqual(expected);
  });

  test.each([
    ['a file that was not read', { file: 'b.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 }],
    ['a line that is not there', { file: 'a.yaml', line: 9, column: 1, endLine: 9, endColumn: 1 }],
  ])('of %s is only a place', (_, at) => {
    const frame = formatDiagnostics([found('x', 'x', { at })], [{ file: 'a.yaml', text: 'x' }]);
    expect(frame).toBe(`error[some-code]: some message\n --> ${at.file}:${at.line}:1\n\nerror: 1 problem in 1 file`);
  });

  test('hides nothing of a file name, a message or a help', () => {
    const at = { file: 'a\u202e\n.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 };
    const diagnostic = { ...found('x', 'x'), at, message: 'bad\u001b[2J', help: 'see\u200bme' };
    const frame = formatDiagnostics([diagnostic], []);
    expect(frame).not.toMatch(/[^\P{C}\n]/u);
    expect(frame.split('\n')).toHaveLength(5);
  });

  test.each([
    ['at the start', 'MARK: ' + 'x'.repeat(5000)],
    ['at the end', 'x'.repeat(5000) + ' MARK'],
    ['in the middle', '世'.repeat(5000) + ' MARK ' + '\u202e'.repeat(5000)],
    ['among surrogate pairs', '😀'.repeat(5000) + 'MARK' + '😀'.repeat(5000)],
    ['of a megabyte', 'y'.repeat(2 ** 20) + 'MARK' + '\t'.repeat(2 ** 20)],
  ])('of a long line shows what is around a span %s', (_, text) => {
    const [shown = '', under = ''] = framed(text, 'MARK');
    expect(shown.length).toBeLessThanOrEqual(102);
    expect(widthUpTo(shown, 'MARK')).toBe(under.indexOf('^'));
    expect(under.trim()).toBe('^^^^');
  });

  test('is cut where its span is longer than a line may be', () => {
    const [shown = '', under = ''] = framed(`a: ${'b'.repeat(900)}`, 'b'.repeat(900));
    expect(shown).toBe(`a: ${'b'.repeat(97)}…`);
    expect(under).toBe(`   ${'^'.repeat(97)}`);
  });
});

const widthUpTo = (line: string, part: string): number =>
  [...line.slice(0, line.indexOf(part))].reduce((sum, character) => sum + (/[世😀]/u.test(character) ? 2 : 1), 0);

describe('diagnostics', () => {
  test('that are none are nothing', () => {
    expect(formatDiagnostics([], [])).toBe('');
  });

  test('that only warn are summed up as a warning', () => {
    const frame = formatDiagnostics([found('x', 'x', { severity: 'warning' })], []);
    expect(frame).toMatch(/^warning\[some-code\]: [\s\S]*\n\nwarning: 1 problem in 1 file$/);
  });

  test('may be anywhere: carets stand under the very span', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ':', ' ', '\t', '-'), minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(line, fc.nat(), fc.nat(), (text, from, length) => {
        const start = from % text.length;
        const end = Math.min(text.length, start + 1 + (length % 10));
        const at = { file: 'a.yaml', line: 1, column: start + 1, endLine: 1, endColumn: end + 1 };
        const frame = formatDiagnostics([found(text, '', { at })], [{ file: 'a.yaml', text }]).split('\n');
        const under = (frame[4] ?? '').slice(4);
        const expanded = (part: string): string => part.replaceAll('\t', '    ');
        expect(under).toBe(
          ' '.repeat(expanded(text.slice(0, start)).length) + '^'.repeat(expanded(text.slice(start, end)).length),
        );
      }),
      { numRuns: runsOf() },
    );
  });
});
