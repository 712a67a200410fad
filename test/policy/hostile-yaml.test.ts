import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parsePolicy } from '../../src/policy/parse.ts';
import { runsOf } from '../runs.ts';

const MOST_PROBLEMS = 1000;
const MOST_BYTES = 1024 * 1024;
const RULES = 'version: 1\nissuers: { g: { url: https://g.example, audiences: [a] } }\nrules:\n';

/** Texts of some hundred thousand characters. None loads. */
const HOSTILE: readonly (readonly [what: string, text: string])[] = [
  ['a billion laughs', laughs(10)],
  ['a list in itself', '&a [*a, *a, *a, *a]\n'],
  ['a map in itself', 'version: 1\nissuers: &a\n  g: *a\n'],
  ['50,000 anchors', '- &a b\n'.repeat(50_000)],
  ['50,000 anchors of one value', '&a '.repeat(50_000)],
  ['50,000 aliases', '- *a\n'.repeat(50_000)],
  ['50,000 tags', '- !a b\n'.repeat(50_000)],
  ['50,000 tags of one value', '!a '.repeat(50_000)],
  ['50,000 merge keys', '<<: {}\n'.repeat(50_000)],
  ['30,000 directives', '%a\n'.repeat(30_000)],
  ['100,000 documents', '---\n'.repeat(100_000)],
  ['100,000 ends of documents', 'a\n...\n'.repeat(100_000)],
  ['20,000 keys', lines(20_000, (i) => `k${i}: 1`)],
  ['20,000 keys that are one', 'k: 1\n'.repeat(20_000)],
  ['20,000 keys that are one in three spellings', `k: 1\n"k": 1\n'k': 1\n`.repeat(7_000)],
  ['20,000 keys that are numbers', lines(20_000, (i) => `${i}: 1`)],
  ['20,000 keys of an issuer', `version: 1\nissuers:\n  g:\n${lines(20_000, (i) => `    k${i}: 1`)}`],
  ['20,000 operators', `${RULES}  - when:\n      claims:\n        c:\n${lines(20_000, (i) => `          k${i}: 1`)}`],
  [
    '20,000 issuers of one url',
    `version: 1\nissuers:\n${lines(10_000, (i) => `  g${i}: { url: https://g.example, audiences: [a] }`)}`,
  ],
  ['10,000 rules of one id', `${RULES}${'  - { id: r, effect: allow, when: { issuer: g } }\n'.repeat(10_000)}`],
  ['a plain scalar of 1 MiB', `a: ${'x'.repeat(MOST_BYTES - 3)}`],
  ['a key of 1 MiB', `${'x'.repeat(MOST_BYTES - 3)}: a`],
  ['a quoted scalar of 1 MiB', `a: "${'x'.repeat(MOST_BYTES - 5)}"`],
  ['a scalar of 200,000 escapes', `a: "${'\\n'.repeat(200_000)}"`],
  ['a scalar of 200,000 quotes', `a: '${"''".repeat(200_000)}'`],
  ['a block scalar of 200,000 lines', `a: |\n${' x\n'.repeat(200_000)}`],
  ['a folded scalar of 200,000 lines', `a: >\n${' x\n'.repeat(200_000)}`],
  ['a plain scalar of 200,000 lines', `a: x\n${' x\n'.repeat(200_000)}`],
  ['a number of 1 MiB', `version: ${'9'.repeat(MOST_BYTES - 10)}`],
  ['zeros of 1 MiB', `version: ${'0'.repeat(MOST_BYTES - 10)}`],
  ['a fraction of 1 MiB', `version: 0.${'0'.repeat(MOST_BYTES - 13)}e`],
  ['a subject of 1 MiB', `${RULES}  - { when: { issuer: g, subject: "${'org:A/'.repeat(170_000)}" } }\n`],
  ['a glob of 1 MiB', `${RULES}  - { when: { issuer: g, claims: { c: { glob: "${'*a'.repeat(500_000)}" } } } }\n`],
  ['a resource of 1 MiB', `${RULES}  - { grants: [{ actions: [a], resources: ["${'${'.repeat(500_000)}"] }] }\n`],
  ['a duration of 1 MiB', `${RULES}  - { ttl: "${'0'.repeat(1_000_000)}" }\n`],
  ['a time of 1 MiB', `${RULES}  - { valid: { from: "2026-01-01T00:00:00.${'0'.repeat(1_000_000)}Z" } }\n`],
  ['an id of 1 MiB of spaces', `${RULES}  - { id: "a${' '.repeat(1_000_000)}" }\n`],
  ['a url of 1 MiB', `version: 1\nissuers: { g: { url: "https://${'a.'.repeat(500_000)}" } }\n`],
  ['a pointer of 1 MiB', `${RULES}  - { when: { claims: { "/${'~0/'.repeat(300_000)}": a } } }\n`],
  ['an unknown name of 1 MiB', `version: 1\nissuers: { g: { subject: ${'gitpod'.repeat(170_000)} } }\n`],
  ['900,000 brackets', '['.repeat(900_000)],
  ['900,000 braces', '{'.repeat(900_000)],
  ['brackets and braces by turns', '[{'.repeat(450_000)],
  ['braces with keys', '{a: '.repeat(250_000)],
  ['30,000 brackets that close nothing', ']'.repeat(30_000)],
  ['30,000 braces that close nothing', '} '.repeat(30_000)],
  ['30,000 commas', `[${','.repeat(30_000)}]`],
  ['30,000 pairs in a list', `[${'a: b, '.repeat(30_000)}]`],
  ['400,000 keys that begin on one line', '? '.repeat(400_000)],
  ['400,000 values that begin on one line', ': '.repeat(400_000)],
  ['300,000 items that begin on one line', '- '.repeat(300_000)],
  ['300,000 keys on one line', 'a: '.repeat(300_000)],
  ['50,000 explicit keys', '?\n'.repeat(50_000)],
  ['20,000 explicit keys with values', '? a\n: b\n'.repeat(20_000)],
  ['50,000 empty items', '-\n'.repeat(50_000)],
  ['1,400 indented maps', indented('a:')],
  ['1,400 indented lists', indented('-')],
  ['1,400 indented keys', indented('?')],
  ['items of items on each line', 'a:\n- '.repeat(20_000)],
  ['brackets that open on each line', 'a: [\n'.repeat(100_000)],
  ['30,000 double quotes', '"'.repeat(30_000)],
  ['quotes by turns', `'"`.repeat(20_000)],
  ['a quote that opens on each line', '- "\n'.repeat(15_000)],
  ['30,000 glued comments', '- a #b\n'.repeat(30_000)],
  ['300,000 comments', '#a\n'.repeat(300_000)],
  ['1 MiB of spaces', ' '.repeat(MOST_BYTES)],
  ['1 MiB of tabs', '\t'.repeat(MOST_BYTES)],
  ['300,000 line ends', '\n'.repeat(300_000)],
  ['200,000 carriage returns and line ends', '\r\n'.repeat(200_000)],
  ['300,000 characters that cannot be seen', '\u200b'.repeat(300_000)],
  ['300,000 halves of pairs', '\ud800'.repeat(300_000)],
  ['1 MiB of zeros', '\0'.repeat(MOST_BYTES)],
  ['300,000 selectors', '\ufe0f'.repeat(300_000)],
  ['block scalars with headers that are none', `a: |${'9'.repeat(MOST_BYTES - 4)}`],
  ['more than 1 MiB', 'a'.repeat(MOST_BYTES + 1)],
  ['more than 50 MiB', '['.repeat(50 * MOST_BYTES)],
];

/** The worst of them at full size, each tried in a process of its own. */
const WORST: readonly (readonly [what: string, text: string])[] = [
  ['900,000 brackets', '['.repeat(900_000)],
  ['400,000 keys that begin on one line', '? '.repeat(400_000)],
  ['300,000 items that begin on one line', '- '.repeat(300_000)],
  ['1,400 indented maps', indented('a:')],
  ['1,400 indented keys', indented('?')],
  ['400,000 braces that close nothing', '}'.repeat(400_000)],
  ['200,000 rules that are not there', `${RULES}${'  -\n'.repeat(200_000)}`],
  ['60,000 rules without anything', `${RULES}${'  - {}\n'.repeat(60_000)}`],
  ['40,000 issuers without a url', `version: 1\nissuers:\n${lines(40_000, (i) => `  g${i}: {}`)}`],
  ['200,000 actions that are lists', `${RULES}  - { grants: [{ actions: [${'[],'.repeat(200_000)}] }] }\n`],
  [
    '12,000 names like none of 12,000 issuers',
    `version: 1\nissuers:\n${lines(12_000, (i) => `  a${10_000_000 + i}: {}`)}rules:\n` +
      `  - { when: { issuer: [${Array.from({ length: 12_000 }, (_, i) => `b${10_000_000 + i}`).join()}] } }\n`,
  ],
  [
    '12,000 audiences like none of 12,000 others',
    `version: 1\nissuers: { g: { url: https://g.example, audiences: [${Array.from({ length: 12_000 }, (_, i) => `a${10_000_000 + i}`).join()}] } }\n` +
      `rules:\n  - { when: { issuer: g, audience: [${Array.from({ length: 12_000 }, (_, i) => `b${10_000_000 + i}`).join()}] } }\n`,
  ],
  [
    '9,000 rules about an issuer of 20,000 audiences',
    `version: 1\nissuers: { g: { url: https://g.example, audiences: [${Array.from({ length: 20_000 }, (_, i) => `a${10_000_000 + i}`).join()}] } }\n` +
      `rules:\n${lines(9_000, (i) => `  - { id: r${i}, effect: allow, when: { issuer: g, audience: a } }`)}`,
  ],
];

describe('a hostile file is refused, with so many diagnostics at most', () => {
  test.each(HOSTILE)('%s', (_what, text) => {
    const { policy, diagnostics } = parsePolicy([{ file: 'p.yaml', text }]);
    expect(policy).toBeUndefined();
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(diagnostics.length).toBeLessThanOrEqual(MOST_PROBLEMS);
  });

  test('and others beside it are reported too', () => {
    const many = { file: 'many.yaml', text: 'k: 1\n'.repeat(20_000) };
    const { diagnostics } = parsePolicy([
      many,
      { file: 'few.yaml', text: 'version: 2\n' },
      { ...many, file: 'last.yaml' },
    ]);
    const counts = Object.fromEntries(['many.yaml', 'few.yaml', 'last.yaml'].map((file) => [file, 0]));
    for (const { at } of diagnostics) counts[at.file]! += 1;
    expect(counts).toEqual({ 'many.yaml': MOST_PROBLEMS, 'few.yaml': 1, 'last.yaml': MOST_PROBLEMS });
  });
});

describe('a process survives', () => {
  test.each(WORST)('%s', (_what, text) => {
    const { hasPolicy, count } = inProcess(text);
    expect(hasPolicy).toBe(false);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(MOST_PROBLEMS);
  });
});

const TOKENS = [
  ...[
    'version',
    'issuers',
    'rules',
    'g',
    'url',
    'audiences',
    'when',
    'claims',
    'id',
    'subject',
    'org:A',
    'https://g.example',
  ],
  ...[': ', ':', '- ', '-', '? ', '?', ', ', ',', '[', ']', '{', '}', '\n', '\n  ', '\n    ', ' ', '\t', '\r\n'],
  ...[
    '"',
    "'",
    '|',
    '>',
    '|-\n',
    '>+2\n',
    '\\',
    '\\u',
    '\\ud800',
    '\\x',
    '#',
    ' #',
    ' # ',
    '&a ',
    '*a',
    '!a ',
    '!!str ',
    '! ',
    '%',
    '@',
    '`',
  ],
  ...[
    '---',
    '...',
    '\n---\n',
    '\n...\n',
    '%YAML 1.2\n',
    '<<',
    '~',
    'null',
    'true',
    '1',
    '0x1F',
    '.inf',
    '1e400',
    '',
    '😀',
    '\u200b',
    '\uFEFF',
  ],
];
const FRAME = ['version: 1\n', 'version: 1\nissuers: ', 'version: 1\nrules:\n  - ', RULES, ''];

describe('whatever the text', () => {
  const soups = fc
    .tuple(fc.constantFrom(...FRAME), fc.array(fc.constantFrom(...TOKENS), { maxLength: 30 }))
    .map(([frame, tokens]) => frame + tokens.join(''));

  test('there is a policy or there are diagnostics, and these point into the text', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: soups }, fc.string({ unit: 'binary' })), (text) => {
        const { policy, diagnostics } = parsePolicy([{ file: 'p.yaml', text }]);
        expect({ text, either: policy === undefined }).toEqual({ text, either: diagnostics.length > 0 });
        const ends = text.split('\n').map((line) => line.length + 1);
        const places = diagnostics.flatMap(({ at: { line, column, endLine, endColumn } }) => [
          [line, column] as const,
          [endLine, endColumn] as const,
        ]);
        const beyond = places.filter(
          ([line, column]) => !(line >= 1 && column >= 1 && column <= (ends[line - 1] ?? 0)),
        );
        const reversed = diagnostics.filter(
          ({ at }) => at.endLine < at.line || (at.endLine === at.line && at.endColumn < at.column),
        );
        expect({ text, beyond, reversed }).toEqual({ text, beyond: [], reversed: [] });
      }),
      { numRuns: runsOf(3_000), examples: [['version: 1\n>? !!str ']] },
    );
  });

  test('the same text gives the same answer', () => {
    fc.assert(
      fc.property(soups, (text) => {
        expect(parsePolicy([{ file: 'p', text }])).toEqual(parsePolicy([{ file: 'p', text }]));
      }),
      { numRuns: runsOf() },
    );
  });
});

function lines(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('');
}

function indented(line: string): string {
  return lines(1_400, (i) => ' '.repeat(i) + line);
}

function laughs(levels: number): string {
  const level = (i: number): string => (i === 0 ? 'a0: &a0 [ha, ha]' : `a${i}: &a${i} [${`*a${i - 1},`.repeat(10)}]`);
  return lines(levels, level);
}

/** Parses in another process, so that a crash there, or a loop without end, is one failed test here. */
function inProcess(text: string): { hasPolicy: boolean; count: number } {
  const program = `
    import { text } from 'node:stream/consumers';
    import { parsePolicy } from 'countersign/policy';
    const { policy, diagnostics } = parsePolicy([{ file: 'p.yaml', text: await text(process.stdin) }]);
    console.log(JSON.stringify({ hasPolicy: policy !== undefined, count: diagnostics.length }));`;
  const options = { input: text, cwd: join(import.meta.dirname, '../..'), timeout: 15_000, encoding: 'utf8' } as const;
  const flags = ['--max-old-space-size=1024', '--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(process.execPath, flags, { ...options, env: { NO_COLOR: '1' } }));
}
