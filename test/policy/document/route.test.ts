import { describe, expect, test } from '@jest/globals';
import { toValue } from '../../../src/policy/document/node.ts';
import { Locator, type Route } from '../../../src/policy/document/route.ts';
import { parseSources, type PolicySource } from '../../../src/policy/parse.ts';

const SOURCES: readonly PolicySource[] = [
  {
    file: 'a.yaml',
    text: `version: 1
issuers:
  g: { url: https://g.example, audiences: [a, b] }
  h:
    url: https://h.example
    audiences:
      - c
rules:
  - description: First.
    id: first
    effect: allow
    when: { issuer: g, audience: [a, b], claims: { "0": x, "1": { glob: y }, c: {} } }
    grants:
      - actions: [read]
`,
  },
  { file: 'b.yaml', text: 'version: 1\nrules: [{ id: 2, effect: deny }, { effect: deny }, rule]\n' },
  { file: 'c.yaml', text: '[\n' },
  { file: 'd.yaml', text: '&a [\n' },
  { file: 'e.yaml', text: '["["\n' },
  { file: 'f.yaml', text: 'version: 1\nissuers: []\nrules: {}\n' },
  { file: 'g.yaml', text: '\ufeff' },
];

const { documents } = parseSources(SOURCES);

/** The file, the text that is pointed at behind where it begins, and what stands there. */
function locate(route: Route): readonly [file: string, text: string, value: unknown] {
  const { source, span, node } = new Locator(documents).locate(route);
  const text = SOURCES.find(({ file }) => file === source.file)?.text.slice(span.start, span.end) ?? '';
  const { line, column } = source.problems.lines.locate(span);
  return [source.file, `${line}:${column} ${text}`, node && toValue(node)];
}

const at = (...path: (string | number)[]): Route => ({ rule: 'first', path });
const keyAt = (...path: (string | number)[]): Route => ({ rule: 'first', path, key: true });

describe('a route leads', () => {
  test.each<[what: string, route: Route, text: string, value: unknown]>([
    ['to the id of a rule', { rule: 'first' }, '10:9 first', 'first'],
    ['to the id of a rule, whose key is meant', { rule: 'first', key: true }, '10:9 first', 'first'],
    ['to the id of a rule by an empty path', at(), '10:9 first', 'first'],
    ['to the id of a rule by its path', at('id'), '10:9 first', 'first'],
    ['to a scalar', at('effect'), '11:13 allow', 'allow'],
    ['to the key of a scalar', keyAt('effect'), '11:5 effect', 'allow'],
    ['to the key of a list', at('when', 'audience'), '12:24 audience', ['a', 'b']],
    ['to the key of a map', at('when', 'claims', '1'), '12:60 "1"', { glob: 'y' }],
    ['to the key of an empty map', at('when', 'claims', 'c'), '12:78 c', {}],
    ['to the key of a list that is meant', keyAt('when', 'audience'), '12:24 audience', ['a', 'b']],
    ['to an item of a list', at('when', 'audience', 1), '12:38 b', 'b'],
    ['to an item of a list that has no key', keyAt('when', 'audience', 1), '12:38 b', 'b'],
    ['to the first key of a map in a list', at('grants', 0), '14:9 actions', { actions: ['read'] }],
    ['through a list', at('grants', 0, 'actions', 0), '14:19 read', 'read'],
    ['to one value that stands for a list', at('when', 'issuer', 0), '12:21 g', 'g'],
    ['to the entry of a map that is called 0', at('when', 'claims', 0), '12:57 x', 'x'],
    ['to the entry of a map that is called 1', at('when', 'claims', 1, 'glob'), '12:73 y', 'y'],
    ['to a map that stands for a list of one', at('when', 0, 'issuer'), '12:21 g', 'g'],
    ['as far as there are keys', at('when', 'nothing', 'issuer'), '12:5 when', expect.anything()],
    ['as far as there are items', at('when', 'audience', 2), '12:24 audience', ['a', 'b']],
    ['as far as there are scalars', at('when', 'issuer', 1), '12:21 g', 'g'],
    ['as far as there are scalars, where a key beyond is meant', keyAt('when', 'issuer', 'x'), '12:21 g', 'g'],
    ['nowhere by a text into a list', at('when', 'audience', '1'), '12:24 audience', ['a', 'b']],
    ['nowhere by a number into a map', at('when', 1), '12:5 when', expect.anything()],
    ['nowhere from the beginning', at('nothing'), '9:5 description', expect.anything()],
    ['to the name of an issuer', { issuer: 'h' }, '4:3 h', { url: 'https://h.example', audiences: ['c'] }],
    ['to the name of an issuer by an empty path', { issuer: 'h', path: [] }, '4:3 h', expect.anything()],
    ['to a scalar of an issuer', { issuer: 'g', path: ['url'] }, '3:13 https://g.example', 'https://g.example'],
    ['to a key of an issuer', { issuer: 'g', path: ['url'], key: true }, '3:8 url', 'https://g.example'],
    ['to an item of an issuer', { issuer: 'h', path: ['audiences', 0] }, '7:9 c', 'c'],
    ['to the beginning of a file', { file: 'a.yaml' }, '1:1 ', expect.anything()],
    ['to the beginning of a file, whose key is meant', { file: 'a.yaml', key: true }, '1:1 ', expect.anything()],
    ['to a scalar of a file', { file: 'a.yaml', path: ['version'] }, '1:10 1', 1],
    ['to a key of a file', { file: 'a.yaml', path: ['version'], key: true }, '1:1 version', 1],
    ['to a rule of a file', { file: 'a.yaml', path: ['rules', 0] }, '9:5 description', expect.anything()],
  ])('%s', (_what, route, text, value) => {
    expect(locate(route)).toEqual(['a.yaml', text, value]);
  });

  test.each<[what: string, route: Route, file: string, text: string, value: unknown]>([
    ['to a rule whose id is no text', { rule: '2' }, 'b.yaml', '2:15 2', 2],
    ['to the key of that', { rule: '2', path: ['id'], key: true }, 'b.yaml', '2:11 id', 2],
    ['to a rule that is a text', { file: 'b.yaml', path: ['rules', 2] }, 'b.yaml', '2:52 rule', 'rule'],
    ['into a file that is a list', { file: 'e.yaml', path: ['x'] }, 'e.yaml', '1:1 [', ['[']],
    ['to an item of a file that is a list', { file: 'e.yaml', path: [0] }, 'e.yaml', '1:2 "["', '['],
    ['to an empty list', { file: 'f.yaml', path: ['issuers'] }, 'f.yaml', '2:1 issuers', []],
    ['to a file that could not be read', { file: 'g.yaml' }, 'g.yaml', '1:1 ', undefined],
    ['into a file that could not be read', { file: 'g.yaml', path: ['x'] }, 'g.yaml', '1:1 ', undefined],
  ])('%s', (_what, route, file, text, value) => {
    expect(locate(route)).toEqual([file, text, value]);
  });

  test.each<[what: string, route: Route, message: string]>([
    ['to a rule that is not there', { rule: 'g' }, 'there is no place {"rule":"g"}'],
    [
      'to an issuer that is not there',
      { issuer: 'first', path: [0] },
      'there is no place {"issuer":"first","path":[0]}',
    ],
    ['to a file that is not there', { file: 'x"y' }, 'there is no file "x\\"y"'],
  ])('not %s', (_what, route, message) => {
    expect(() => locate(route)).toThrow(new RangeError(message));
  });
});
