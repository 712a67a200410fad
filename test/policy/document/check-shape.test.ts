import { describe, expect, test } from '@jest/globals';
import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import { checkShape, type ShapeWords } from '../../../src/policy/document/check-shape.ts';
import { Problems } from '../../../src/policy/document/problems.ts';
import { readDocument } from '../../../src/policy/document/read-document.ts';

const SCHEMA = {
  type: 'object',
  required: ['version'],
  additionalProperties: false,
  properties: {
    version: { const: 1 },
    name: { type: 'string', minLength: 1, maxLength: 3, pattern: '^\\S*$' },
    blank: { type: 'string', pattern: '\\S' },
    size: { type: 'integer' },
    amount: { type: 'number', exclusiveMinimum: -5, exclusiveMaximum: 5 },
    step: { type: 'integer', multipleOf: 2 },
    sure: { type: 'boolean' },
    either: { type: ['string', 'array'] },
    any: { type: ['object', 'null'] },
    kind: { enum: ['one', 'two'] },
    some: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string' } },
    few: {
      type: 'object',
      minProperties: 1,
      maxProperties: 2,
      propertyNames: { minLength: 2 },
      additionalProperties: {
        type: 'object',
        required: ['a', 'b'],
        additionalProperties: false,
        properties: { a: {}, b: {} },
      },
    },
    odd: { type: 'object', additionalProperties: { type: 'string' } },
    not: { not: { type: 'string' } },
    bare: { type: 'object', additionalProperties: false },
    when: { type: 'object', if: { required: ['a'] }, then: { required: ['b'] } },
  },
};

const KEYS = { '': Object.keys(SCHEMA.properties), '/few/*': ['a', 'b'] };

const ALIAS =
  'yaml-alias: aliases are not part of the policy language (write the value out; quote it if it really begins with `*`)';

/** `line:column code: message (help)` of every problem. */
function check(text: string, words: Partial<ShapeWords> = {}, options: Options = {}): readonly string[] {
  const validate = new Ajv2020({ allErrors: true, strict: false, ...options }).compile(SCHEMA);
  const problems = new Problems('a.yaml', text);
  const root = readDocument(text, problems);
  if (root !== undefined)
    checkShape(root, problems, { validate, keys: KEYS, words: { language: 'cooking', ...words } });
  return problems.list().map(({ code, message, help, at }) => {
    const region = `${at.line}:${at.column}-${at.endLine}:${at.endColumn}`;
    return `${region} ${code}: ${message}${help === undefined ? '' : ` (${help})`}`;
  });
}

describe('a document', () => {
  test.each(['version: 1', 'version: 1\nany:\nnot: 1\nfew: { ab: { a: 1, b: } }\n'])('has its shape: %j', (text) => {
    expect(check(text)).toEqual([]);
  });

  test.each<[what: string, text: string, problems: readonly string[]]>([
    [
      'lacks its version',
      'name: a',
      ['1:1-1:5 missing-key: the key `version` is missing (every file begins with `version: 1`)'],
    ],
    [
      'lacks its version, and all else',
      '{}',
      ['1:1-1:3 missing-key: the key `version` is missing (every file begins with `version: 1`)'],
    ],
    [
      'has another version',
      'version: two',
      ['1:10-1:13 unsupported-version: `two` is not a version of cooking that is known here (write `version: 1`)'],
    ],
    [
      'has a version whose value was refused',
      'version: 0x1',
      [
        '1:10-1:13 ambiguous-scalar: `0x1` is a number to some readers of YAML and a string to others (write a decimal number, or put quotes around it)',
      ],
    ],
    ['is a list', '- a\n- b\n', ['1:1-3:1 wrong-type: expected a map, found a list']],
    ['is a text', 'abc', ['1:1-1:4 wrong-type: expected a map, found a string']],
    ['is nothing', '', ['1:1-1:1 wrong-type: expected a map, found nothing (the value is missing)']],
  ])('that %s', (_what, text, problems) => {
    expect(check(text)).toEqual(problems);
  });

  test.each<[what: string, text: string, problems: readonly string[]]>([
    [
      'an unknown key',
      'nmae: a',
      ['2:1-2:5 unknown-key: `nmae` is not a key that may stand here (did you mean `name`?)'],
    ],
    [
      'an unknown key unlike any other',
      'few: { ab: { a: 1, b: 1, colour: 1 } }',
      ['2:26-2:32 unknown-key: `colour` is not a key that may stand here (known are `a`, `b`)'],
    ],
    [
      'an unknown key where none is known',
      'bare: { a: 1 }',
      ['2:9-2:10 unknown-key: `a` is not a key that may stand here'],
    ],
    [
      'a map that lacks two keys',
      'few: { ab: {} }',
      ['2:8-2:10 missing-key: the key `a` is missing', '2:8-2:10 missing-key: the key `b` is missing'],
    ],
    [
      'a map that lacks a key, and has one whose value was refused',
      'few: { ab: { a: *x } }',
      ['2:8-2:10 missing-key: the key `b` is missing', `2:17-2:19 ${ALIAS}`],
    ],
    ['a number for a string', 'name: 1', ['2:7-2:8 wrong-type: expected a string, found `1`']],
    ['a boolean for a string', 'name: true', ['2:7-2:11 wrong-type: expected a string, found `true`']],
    ['nothing for a string', 'name:', ['2:6-2:6 wrong-type: expected a string, found nothing (the value is missing)']],
    ['a list for a string', 'name: [a]', ['2:1-2:5 wrong-type: expected a string, found a list']],
    ['a map for a string', 'name: { a: 1 }', ['2:1-2:5 wrong-type: expected a string, found a map']],
    ['a string for a whole number', 'size: a', ['2:7-2:8 wrong-type: expected a whole number, found a string']],
    ['a fraction for a whole number', 'size: 1.5', ['2:7-2:10 wrong-type: expected a whole number, found `1.5`']],
    ['a string for a number', 'amount: a', ['2:9-2:10 wrong-type: expected a number, found a string']],
    ['a string for true or false', 'sure: a', ['2:7-2:8 wrong-type: expected true or false, found a string']],
    ['a number for a string or a list', 'either: 1', ['2:9-2:10 wrong-type: expected a string or a list, found `1`']],
    ['a number for a map or null', 'any: 1', ['2:6-2:7 wrong-type: expected a map or null, found `1`']],
    ['a string for a list', 'some: a', ['2:7-2:8 wrong-type: expected a list, found a string']],
    ['a string for a map', 'few: a', ['2:6-2:7 wrong-type: expected a map, found a string']],
    ['an item of a wrong type', 'some: [1]', ['2:8-2:9 wrong-type: expected a string, found `1`']],
    ['a list for an item', 'some: [[a]]', ['2:8-2:9 wrong-type: expected a string, found a list']],
    ['a map for an item', 'some: [{ a: 1 }]', ['2:10-2:11 wrong-type: expected a string, found a map']],
    [
      'a value of a wrong type of a key that is to be escaped',
      'odd: { "a/b~c~1": 1 }',
      ['2:19-2:20 wrong-type: expected a string, found `1`'],
    ],
    [
      'an unknown value',
      'kind: thre',
      ['2:7-2:11 unknown-value: `thre` is not a value that may stand here (known are `one`, `two`)'],
    ],
    [
      'an unknown value like one',
      'kind: tow',
      ['2:7-2:10 unknown-value: `tow` is not a value that may stand here (did you mean `two`?)'],
    ],
    ['a list for a value', 'kind: [one]', ['2:1-2:5 unknown-value: `["one"]` is not a value that may stand here']],
    ['a number for a value', 'kind: 1', ['2:7-2:8 unknown-value: `1` is not a value that may stand here']],
    ['an empty list', 'some: []', ['2:1-2:5 empty-list: the list is empty (name at least one, or remove the key)']],
    ['a list whose items were refused', 'some: [*a]', [`2:8-2:10 ${ALIAS}`]],
    ['too long a list', 'some: [a, b, c]', ['2:1-2:5 too-many: more than 2 entries']],
    ['an empty text', 'name: ""', ['2:7-2:9 empty-value: the text is empty']],
    ['too long a text', 'name: abcd', ['2:7-2:11 too-long: the text is longer than 3 characters']],
    [
      'a text with spaces',
      'name: " a"',
      ['2:7-2:11 invalid-value: the text has control characters, or white space at an end'],
    ],
    ['a blank text', 'blank: " "', ['2:8-2:11 empty-value: the text is blank']],
    [
      'too small a number',
      'amount: -5',
      ['2:9-2:11 number-too-large: the number is too large to be held exactly (2^53 or more)'],
    ],
    [
      'too large a number',
      'amount: 5',
      ['2:9-2:10 number-too-large: the number is too large to be held exactly (2^53 or more)'],
    ],
    ['an odd number', 'step: 3', ['2:7-2:8 invalid-value: must be multiple of 2']],
    [
      'too few entries',
      'few: {}',
      ['2:1-2:4 missing-key: nothing stands here (write at least one entry, or remove the key)'],
    ],
    ['too few entries, but some that were refused', 'few: { ab: *a }', [`2:12-2:14 ${ALIAS}`]],
    [
      'too many entries',
      'few: { ab: { a: 1, b: 1 }, cd: { a: 1, b: 1 }, ef: { a: 1, b: 1 } }',
      ['2:1-2:4 too-many: more entries than may stand here'],
    ],
    ['a name that is too short', 'few: { c: { a: 1, b: 1 } }', ['2:8-2:9 empty-value: the text is empty']],
    ['what may not stand there', 'not: a', ['2:6-2:7 invalid-value: this may not stand here']],
    ['what another key asks for', 'when: { a: 1 }', ['2:1-2:5 missing-key: the key `b` is missing']],
  ])('with %s', (_what, text, problems) => {
    expect(check(`version: 1\n${text}\n`)).toEqual(problems);
  });

  test('with a fault that its validator has no words for', () => {
    expect(check('version: 1\nstep: 3\n', {}, { messages: false })).toEqual([
      '2:7-2:8 invalid-value: the value is not of the form it must have',
    ]);
  });

  test('is told of in the words of its kind, which are asked for by place', () => {
    const asked: unknown[] = [];
    const say =
      (what: string) =>
      (...question: unknown[]): ['invalid-value', string] => {
        asked.push([what, ...question]);
        return ['invalid-value', what];
      };
    const words: Partial<ShapeWords> = {
      unknownKey: () => 'unknown-operator',
      unknownValue: say('value'),
      missing: say('missing'),
      forbidden: say('forbidden'),
      pattern: say('pattern'),
      tooLong: () => 'invalid-glob',
      count: say('count'),
      nothing: (place) => `say what ${place} is`,
    };
    expect(check('x: 1\nkind: a\nfew: {}\nnot: a\nblank: " "\nname: abcd\nsure:\n', words)).toEqual([
      '1:1-1:2 invalid-value: missing',
      '1:1-1:2 unknown-operator: `x` is not a key that may stand here',
      '2:7-2:8 invalid-value: `a` is not value (known are `one`, `two`)',
      '3:1-3:4 invalid-value: count',
      '4:6-4:7 invalid-value: forbidden',
      '5:8-5:11 invalid-value: pattern',
      '6:7-6:11 invalid-glob: the text is longer than 3 characters',
      '7:6-7:6 wrong-type: expected true or false, found nothing (say what /sure is)',
    ]);
    expect(asked).toEqual([
      ['missing', '', 'version'],
      ['pattern', '/blank', '\\S'],
      ['value', '/kind'],
      ['count', '/few', 'minProperties'],
      ['forbidden', '/not'],
    ]);
  });
});
