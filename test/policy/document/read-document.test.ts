import { describe, expect, test } from '@jest/globals';
import { checkText, MOST_BYTES } from '../../../src/policy/document/check-text.ts';
import { type Node, stringsAt, toValue, valueAt } from '../../../src/policy/document/node.ts';
import { Problems } from '../../../src/policy/document/problems.ts';
import { readDocument } from '../../../src/policy/document/read-document.ts';
import { resolveScalar } from '../../../src/policy/document/resolve-scalar.ts';

/** What is read, and `line:column code: message (help)` of every problem. */
function read(text: string): { readonly root: Node | undefined; readonly problems: readonly string[] } {
  const problems = new Problems('a.yaml', text);
  const root = readDocument(text, problems);
  return { root, problems: problems.list().map(inWords) };
}

function inWords({ code, message, help, at }: ReturnType<Problems['list']>[number]): string {
  return `${at.line}:${at.column} ${code}: ${message}${help === undefined ? '' : ` (${help})`}`;
}

const LEVELS = 'too-deep: more than 64 levels of nesting (flatten the file)';
const REMOVE = 'remove it; where it is meant, write it as an escape in a double-quoted string';
const GLUED = 'put a space behind `#` if a comment is meant, quotes around the value if not';

describe('says of a text', () => {
  test.each<[what: string, text: string, problems: readonly string[]]>([
    [
      'that it is too large, and nothing more',
      '\ufeff'.repeat(MOST_BYTES),
      ['1:1 file-too-large: the file is larger than 1048576 bytes (split it into several files of one directory)'],
    ],
    [
      'that it begins with a mark',
      '\ufeffa',
      ['1:1 byte-order-mark: the file begins with a byte order mark (save it as UTF-8 without a byte order mark)'],
    ],
    [
      'which character hides, by its code point in four digits',
      'a\u0001',
      [`1:2 invisible-character: the character U+0001 cannot be seen, or changes what is seen (${REMOVE})`],
    ],
    [
      'which character hides, in capitals',
      'a\u200b',
      [`1:2 invisible-character: the character U+200B cannot be seen, or changes what is seen (${REMOVE})`],
    ],
    [
      'which character hides, beyond four digits',
      'a\u{e0001}',
      [`1:2 invisible-character: the character U+E0001 cannot be seen, or changes what is seen (${REMOVE})`],
    ],
    ...['D800', 'DBFF', 'DC00', 'DFFF'].map((half): [string, string, string[]] => [
      `that half of a pair stands alone, ${half}`,
      `a${String.fromCharCode(Number.parseInt(half, 16))}`,
      [`1:2 invalid-unicode: half of a surrogate pair (U+${half}) stands alone (save the file as UTF-8)`],
    ]),

    ...(
      [
        ["? 'a' b", '1:7'],
        ["? 'a'\n  b", '2:3'],
        ['? "a"b', '1:6'],
        ["? 'a' [b]", '1:7'],
        ["c: d\n? 'a' b", '2:7'],
      ] as const
    ).map(([text, place]): [string, string, string[]] => [
      `that no colon stands before a value: ${text}`,
      text,
      [
        `${place} yaml-syntax: a value stands behind a key without \`:\` between them (write \`:\` at the start of a line before the value)`,
      ],
    ]),
    [
      'that it has an anchor',
      '&a b',
      [
        '1:1 yaml-anchor: anchors are not part of the policy language (write the value out; quote it if it really begins with `&`)',
      ],
    ],
    [
      'that it has an alias, and not that it is glued to its colon',
      '*a: \n',
      [
        '1:1 yaml-alias: aliases are not part of the policy language (write the value out; quote it if it really begins with `*`)',
      ],
    ],
    [
      'that it has a tag',
      '!a b',
      [
        '1:1 yaml-tag: tags are not part of the policy language (remove the tag; quote the value if it really begins with `!`)',
      ],
    ],
    [
      'that it has a directive',
      '%YAML 1.2\n---\n',
      ['1:1 yaml-directive: YAML directives are not part of the policy language (remove the line)'],
    ],
    [
      'which comment is glued, to 40 characters',
      `a: b ##${'c'.repeat(40)}`,
      [`1:6 glued-comment: \`##${'c'.repeat(38)}\` is a comment here, not part of the value before it (${GLUED})`],
    ],
    [
      'that a second document begins',
      'a\n--- # b\n',
      ['2:1 yaml-several-documents: a second document begins here (put it into a file of its own)'],
    ],

    ['that it is nested too deep, in brackets', '['.repeat(65), [`1:65 ${LEVELS}`]],
    ['that it is nested too deep, in one line', '- '.repeat(65), [`1:129 ${LEVELS}`]],
    ['that it is nested too deep, in several lines', indented('a:', 65), [`65:65 ${LEVELS}`]],

    [
      'that a key merges',
      '<<: { a: 1 }',
      [
        '1:1 yaml-merge-key: merge keys are not part of the policy language (write the entries out; quote the key if it really is `<<`)',
      ],
    ],
    ['that a key is a number', '1: a', ['1:1 key-not-string: a key must be a string (put quotes around it)']],
    ['that a key is a list', '[a]: a', ['1:1 key-not-string: a key must be a string (put quotes around it)']],
    [
      'which key stands twice',
      'a: 1\n"a": 2\n',
      ['2:1 duplicate-key: the key `a` stands here twice (keep one of them)'],
    ],
    [
      'which number is read in two ways',
      'a: 0x1F',
      [
        '1:4 ambiguous-scalar: `0x1F` is a number to some readers of YAML and a string to others (write a decimal number, or put quotes around it)',
      ],
    ],
    [
      'which number is too large',
      'a: 9007199254740992',
      [
        '1:4 number-too-large: `9007199254740992` is too large to be held exactly (2^53 or more) (put quotes around it if a string is meant)',
      ],
    ],
    [
      'that an escape makes half of a pair',
      'a: "\\ud83d"',
      ['1:4 invalid-unicode: an escape makes half of a surrogate pair that stands alone'],
    ],

    [
      'what of the syntax is wrong',
      '[a, , b',
      ['1:5 yaml-syntax: unexpected , in flow sequence', '1:8 yaml-syntax: flow sequence must end with a ]'],
    ],
    ['what of the syntax is wrong, in one line', 'a: "\n  \\q"', ['2:3 yaml-syntax: invalid escape sequence \\q']],
    [
      'what of the syntax is wrong, with what it quotes to the end of its line',
      'a: "\\xa\n  c"',
      ['1:5 yaml-syntax: invalid escape sequence \\xa'],
    ],
    [
      'what of the syntax is wrong, with what it quotes made visible',
      'a: | b\tc',
      ['1:6 yaml-syntax: not a YAML token: b\\u{9}c'],
    ],
    ['what of the syntax is wrong, without a stop', 'a: | b.c.', ['1:6 yaml-syntax: not a YAML token: b.c']],
    [
      'what of the syntax is wrong, in 200 characters',
      `a: | ${'b'.repeat(182)}`,
      [`1:6 yaml-syntax: not a YAML token: ${'b'.repeat(182)}`],
    ],
    [
      'what of the syntax is wrong, and no more',
      `a: | ${'b'.repeat(183)}`,
      [`1:6 yaml-syntax: not a YAML token: ${'b'.repeat(182)}…`],
    ],
    [
      'what of the syntax is wrong, with no half of a pair',
      `a: | 😀${'b'.repeat(179)}😀`,
      [`1:6 yaml-syntax: not a YAML token: 😀${'b'.repeat(179)}…`],
    ],
  ])('%s', (_what, text, problems) => {
    expect(read(text).problems).toEqual(problems);
  });

  test.each([
    ["? 'a' bcd", 7, 8],
    ['version: 1\n>? !!str ', 10, 10],
  ])('where a lost value begins, within the text: %j', (text, column, endColumn) => {
    const problems = new Problems('a.yaml', text);
    readDocument(text, problems);
    const lost = problems.list().filter(({ message }) => message.startsWith('a value stands behind'));
    expect(lost.map(({ at }) => [at.column, at.endColumn])).toEqual([[column, endColumn]]);
  });

  test('no more than 100 faults of its syntax', () => {
    expect(read(']'.repeat(200)).problems).toHaveLength(100);
  });

  test('only that it is too deep where the parser itself cannot hold it', () => {
    const { problems } = withLittleStack(() => read(indented('a:', 1400)));
    expect(problems.map((problem) => problem.replace(/^\d+:\d+ /, ''))).toEqual(problems.map(() => LEVELS));
    expect(problems[0]).toBe(`65:65 ${LEVELS}`);
  });

  test('that keys of keys are too deep', () => {
    expect(read(indented('?', 80)).problems).toContain(`65:65 ${LEVELS}`);
  });
});

test.each<[what: string, text: string, fit: boolean]>([
  ['is plain', 'a: 1 # b\n', true],
  ['is empty', '', true],
  ['is too large', 'a'.repeat(MOST_BYTES + 1), false],
  ['begins with a mark', '\ufeffa', false],
  ['hides something', 'a\u200b', false],
])('a text that %s is fit to be read: %s', (_what, text, fit) => {
  expect(checkText(text, new Problems('a.yaml', text))).toBe(fit);
});

describe('a text says', () => {
  test.each<[text: string, value: unknown]>([
    ['', null],
    ['a', 'a'],
    ['"a"', 'a'],
    ["'a'", 'a'],
    ['"\\U0001f600"', '😀'],
    ['|\n  a\n  b\n', 'a\nb\n'],
    ['>-\n  a\n  b\n', 'a b'],
    ['a\n  b', 'a b'],
    ['"1"', '1'],
    ['!a 1', 1],
    ['&a b', 'b'],
    ['- a\n- [1, true, null, ]\n-\n', ['a', [1, true, null], null]],
    ['{ a: { b: [] }, c }', { a: { b: [] }, c: null }],
    ['? a\n? b\n: c\n', { a: null, b: 'c' }],
    ['__proto__: { toString: 1 }', Object.fromEntries([['__proto__', { toString: 1 }]])],
    ['a: 1\n<<: 2\n', { a: 1 }],
    ['a: 1\n"<<": 2\n', { a: 1, '<<': 2 }],
    ['a: 1\na: 2\n', { a: 1 }],
    ['a: 1\n2: 3\n[4]: 5\n', { a: 1 }],
    ['a: *b\nc: [1, *d, 2]\n', { c: [1, 2] }],
    ['*a : 1\nb: 2\n', { b: 2 }],
    ['a: 0x1F\nb: 1\n', { b: 1 }],
    ['a: "\\ud83d"\nb: 1\n', { b: 1 }],
    ['a\n---\nb\n', 'a'],
    ['[a, , b', ['a', 'b']],
  ])('%j: %j', (text, value) => {
    const { root } = read(text);
    expect(JSON.stringify(root && toValue(root))).toBe(JSON.stringify(value));
  });

  test.each(['\ufeffa', '['.repeat(65), '*a'])('nothing that is read any further: %j', (text) => {
    expect(read(text).root).toBeUndefined();
  });

  test('all with its place, and which keys it has no value for', () => {
    const at = (start: number, end: number) => ({ start, end });
    const nothing = (place: number) => ({ kind: 'scalar', value: null, ...at(place, place) });
    expect(read('a: [b, 1]\n? "c"\nd: *e\n').root).toEqual({
      kind: 'map',
      ...at(0, 22),
      entries: [
        {
          key: 'a',
          keySpan: at(0, 1),
          value: {
            kind: 'list',
            ...at(3, 9),
            items: [
              { kind: 'scalar', value: 'b', ...at(4, 5) },
              { kind: 'scalar', value: 1, ...at(7, 8) },
            ],
          },
        },
        { key: 'c', keySpan: at(12, 15), value: nothing(15) },
      ],
      refused: ['d'],
    });
  });
});

test.each<[source: string, means: unknown]>([
  ...['', '~', 'null', 'Null', 'NULL'].map((source): [string, unknown] => [source, { value: null }]),
  ...['true', 'True', 'TRUE'].map((source): [string, unknown] => [source, { value: true }]),
  ...['false', 'False', 'FALSE'].map((source): [string, unknown] => [source, { value: false }]),
  ['-1.5e3', { value: -1500 }],
  ['0', { value: 0 }],
  ['9007199254740991', { value: 2 ** 53 - 1 }],
  ['9007199254740992', { refused: 'too-large' }],
  ['-9007199254740992', { refused: 'too-large' }],
  ['1e999', { refused: 'too-large' }],
  ...['+1', '1.', '.5', '0x1F', '0o17', '.inf', '-.INF', '.NaN'].map((source): [string, unknown] => [
    source,
    { refused: 'ambiguous' },
  ]),
  ...['nULL', 'yes', '0777', '-0777', '1_000', '1e', '2024-01-01', 'a'].map((source): [string, unknown] => [
    source,
    { value: source },
  ]),
])('%j without quotes means %j', (source, means) => {
  expect(resolveScalar(source)).toEqual(means);
});

test.each<[text: string, strings: readonly string[]]>([
  ['{ at: a }', ['a']],
  ['{ at: [a, 1, [b], c] }', ['a', 'c']],
  ['{ at: 1 }', []],
  ['{ at: }', []],
  ['{ at: { a: b } }', []],
  ['{ b: a }', []],
  ['[at]', []],
  ['at', []],
])('the strings at `at` of %s are %j', (text, strings) => {
  expect(stringsAt(valueAt(read(text).root, 'at')).map(({ value }) => value)).toEqual(strings);
});

/** Runs something where most of the stack is taken. */
function withLittleStack<T>(run: () => T): T {
  let frames = 0;
  const descend = (left: number): T => {
    frames++;
    return left === 0 ? run() : descend(left - 1);
  };
  expect(() => descend(Infinity)).toThrow(RangeError);
  return descend(Math.floor(frames * 0.75));
}

/** Each level on a line of its own. */
function indented(line: string, levels: number): string {
  return Array.from({ length: levels }, (_, i) => `${' '.repeat(i)}${line}\n`).join('');
}
