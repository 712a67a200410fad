import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Diagnostic } from '../../src/policy/diagnostic.ts';
import { formatDiagnostics, frameWriter } from '../../src/policy/frame.ts';
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

  const at = (line: number, column: number, file = 'a.yaml') => ({
    ...{ file, line, column },
    ...{ endLine: line, endColumn: column + 2 },
  });
  const sources = [
    { file: 'a.yaml', text: `ab\n\tcd${'\n'.repeat(98)}ef\n` },
    { file: 'b.yaml', text: 'gh' },
  ];
  const whole: Diagnostic = { ...found('ab', 'ab', { help: 'look\u200b', docs: 'https://a.example' }), at: at(1, 1) };
  const related = [
    { at: at(100, 1), message: 'here\u0007' },
    { at: at(1, 1, 'b.yaml'), message: 'there' },
    { at: at(1, 1, 'c.yaml'), message: 'nowhere' },
  ];

  test('shows related places below its own, and help and docs last, under one gutter', () => {
    expect(frameWriter(sources)(whole, related).split('\n')).toEqual([
      'error[some-code]: some message',
      '   --> a.yaml:1:1',
      '    |',
      '  1 | ab',
      '    | ^^',
      'note: here\\u{7}',
      '   --> a.yaml:100:1',
      '    |',
      '100 | ef',
      '    | ^^',
      'note: there',
      '   --> b.yaml:1:1',
      '    |',
      '  1 | gh',
      '    | ^^',
      'note: nowhere',
      '   --> c.yaml:1:1',
      '    = help: look\\u{200b}',
      '    = docs: https://a.example',
    ]);
  });

  test('has its own colour, and others for notes, edges and what stands out', () => {
    const colors = (text: string): string =>
      text.replaceAll(/\u001b\[([0-9;]+)m/g, (_, color: string) => (color === '0' ? '}' : `${color}{`));
    const frame = frameWriter(sources, { color: true })({ ...whole, severity: 'warning' }, related.slice(1, 2));
    expect(colors(frame).split('\n')).toEqual([
      '1;33{warning[some-code]}1{: some message}',
      ' 1;34{-->} a.yaml:1:1',
      '1;34{  |}',
      '1;34{1 |} ab',
      '1;34{  |} 1;33{^^}',
      '1;36{note}1{: there}',
      ' 1;34{-->} b.yaml:1:1',
      '1;34{  |}',
      '1;34{1 |} gh',
      '1;34{  |} 1;36{^^}',
      '  1;34{=} 1{help:} look\\u{200b}',
      '  1;34{=} 1{docs:} https://a.example',
    ]);
    const list = formatDiagnostics([whole], sources, { color: true });
    expect(colors(list).split('\n').at(-1)).toBe('1;31{error}1{: 1 problem in 1 file}');
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
    ['a carriage return before another', 'a\r: b\r\nc', 'b', 'a\\u{d}: b', '        ^'],
    ['spaces at the end', 'a: b  ', 'b', 'a: b', '   ^'],
  ])('stands under its text beside %s', (_, text, part, shown, under) => {
    expect(framed(text, part)).toEqual([shown, under]);
  });

  test('of several lines shows the first', () => {
    const text = 'a: |\n  one two   \n  three\n';
    const at = { file: 'a.yaml', line: 2, column: 3, endLine: 3, endColumn: 6 };
    expect(framed(text, 'one', { at })).toEqual(['  one two', '  ^^^^^^^']);
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

  const digits = (count: number, from = 0): string =>
    Array.from({ length: count }, (_, i) => String((from + i) % 10)).join('');

  test.each<[what: string, text: string, shown: string, under: string]>([
    ['is whole up to 100 columns', `${digits(99)}X`, `${digits(99)}X`, `${' '.repeat(99)}^`],
    ['loses its start beyond', `${digits(100)}X`, `…${digits(99, 1)}X`, `${' '.repeat(100)}^`],
    ['loses its end beyond', `X${digits(100)}`, `X${digits(99)}…`, '^'],
    ['loses both ends', `${digits(60)}X${digits(60)}`, `…${digits(40, 20)}X${digits(59)}…`, `${' '.repeat(41)}^`],
    [
      'shows more of its start where its end is short',
      `${digits(90)}X${digits(20)}`,
      `…${digits(79, 11)}X${digits(20)}`,
      `${' '.repeat(80)}^`,
    ],
    [
      'shows more of its end where its start is short',
      `${digits(10)}X${digits(99)}`,
      `${digits(10)}X${digits(89)}…`,
      `${' '.repeat(10)}^`,
    ],
    ['is cut before a wide character that has no room', `X${digits(98)}世`, `X${digits(98)}…`, '^'],
    ['shows a wide character that has room', `X${digits(97)}世`, `X${digits(97)}世`, '^'],
    ['is cut before half a tab', `X${digits(96)}\t.`, `X${digits(96)}…`, '^'],
  ])('of a long line %s', (_what, text, shown, under) => {
    expect(framed(text, 'X')).toEqual([shown, under]);
  });

  test('of a long line shows its end where that is the place', () => {
    const at = { file: 'a.yaml', line: 1, column: 121, endLine: 1, endColumn: 121 };
    expect(framed(digits(120), '', { at })).toEqual([`…${digits(100, 20)}`, `${' '.repeat(101)}^`]);
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

  test.each<[what: string, severities: readonly Diagnostic['severity'][], files: readonly string[], summary: string]>([
    ['one error', ['error'], ['a'], 'error: 1 problem in 1 file'],
    ['two warnings of one file', ['warning', 'warning'], ['a', 'a'], 'warning: 2 problems in 1 file'],
    ['an error behind a warning', ['warning', 'error'], ['a', 'b'], 'error: 2 problems in 2 files'],
    ['an error before a warning', ['error', 'warning'], ['a', 'b'], 'error: 2 problems in 2 files'],
    ['three of two files', ['warning', 'warning', 'warning'], ['a', 'b', 'a'], 'warning: 3 problems in 2 files'],
  ])('are summed up: %s', (_what, severities, files, summary) => {
    const diagnostics = severities.map((severity, i) => {
      const at = { file: files[i] ?? '', line: 1, column: 1, endLine: 1, endColumn: 1 };
      return found('x', 'x', { severity, at });
    });
    expect(formatDiagnostics(diagnostics, []).split('\n\n').slice(severities.length)).toEqual([summary]);
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
