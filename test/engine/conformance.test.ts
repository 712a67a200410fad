import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../src/decision/index.ts';
import { createEngine } from '../../src/engine/index.ts';
import { remoteKeys } from '../../src/token/keys/remote-keys.ts';
import { countersign } from '../conformance/adapters/countersign.js';
import { judge, type Sent, type Service } from '../conformance/judge.js';
import { parseEntries, readEntries, sections } from '../conformance/read-entries.js';
import { tally, toMarkdown, toText } from '../conformance/table.js';

const entries = readEntries();
const ours = countersign({ createEngine, parsePolicy, remoteKeys });

const rows = (letter: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
const ROWS = [
  ...rows('H', 28),
  ...rows('E', 12),
  ...rows('C', 23),
  ...rows('J', 21),
  ...rows('P', 19),
  ...rows('S', 15),
];

test('every row of the kit is there, in its order', () => {
  expect([...new Set(entries.map(({ id }) => id.replace(/\..*/, '')))]).toEqual(ROWS);
});

describe.each(sections.filter((section) => section !== 'http-edge'))('of %s', (section) => {
  const tried = entries.filter((entry) => entry.section === section && entry.notApplicable === undefined);
  test.each(tried.map((entry) => [entry.id, entry.what, entry] as const))('%s holds: %s', async (_id, _what, entry) => {
    expect(await judge(entry, ours)).toEqual({ held: true, got: expect.any(String) });
  });
});

describe('the data are refused where', () => {
  const good = 'id: H1, what: a, source: b';
  test.each<[what: string, text: string, says: RegExp]>([
    ['they are no list', '{}', /list of entries/],
    ['they are no YAML', '- {', /x\.yaml: /],
    ['they have an alias', `- &a { ${good}, token: {}, expect: accept }\n- *a`, /alias/i],
    ['a field is unknown', `- { ${good}, token: {}, expect: accept, expct: a }`, /`expct`; known are id, what/],
    ['a field of a case is unknown', `- { ${good}, cases: { a: { tokn: {} } } }`, /`tokn`/],
    ['there is no source', '- { id: H1, what: a, token: {}, expect: accept }', /no text `source`/],
    ['the id is none', '- { id: h1, what: a, source: b, token: {}, expect: accept }', /no id/],
    ['nothing is tried', `- { ${good}, expect: accept }`, /exactly one of token, policy/],
    ['two things are tried', `- { ${good}, token: {}, policy: a, expect: accept }`, /exactly one of token, policy/],
    ['nothing is expected', `- { ${good}, token: {} }`, /what to expect/],
    ['a request has no answer', `- { ${good}, request: { path: a }, expect: accept }`, /what to expect/],
    ['what is not tried is expected', `- { ${good}, notApplicable: c, expect: accept }`, /what to expect/],
  ])('%s', (_what, text, says) => {
    expect(() => parseEntries(text, 'x')).toThrow(says);
  });

  test.each<[what: string, entry: string, says: RegExp]>([
    ['a part of a token has an unknown change', 'token: { claims: { sets: {} } }', /`sets`; known are set, without/],
    ['a signature is unknown', 'token: { signature: forged }', /a signature must be one of empty, zeros/],
    ['an edit is unknown', 'token: { edits: [{ reverse: 1 }] }', /an edit must be one of whole, insert/],
    ['a value is made by nothing', 'token: { claims: { set: { exp: { $later: 1 } } } }', /`\$later` makes nothing/],
    ['a key is unknown', 'token: { sign: rsb }', /no key `rsb`; there are rsa/],
    ['a published key has an unknown change', 'token: {}, keys: [{ of: rsa, sett: {} }]', /`sett`/],
    ['trust has an unknown field', 'token: {}, trust: { audiences: [a] }', /`audiences`; known are audience/],
    ['a step has an unknown field', 'steps: [{ waits: 1 }]', /`waits`; known are serve, wait/],
    ['a request has an unknown field', 'request: { pth: /a }, answer: {}', /`pth`; known are door, from/],
    ['an answer has an unknown field', 'request: { path: /a }, answer: { code: 200 }', /`code`; known are status/],
    ['a door is unknown', 'request: { door: back, path: /a }, answer: {}', /a door must be one of gateway, service/],
    ['a fault is unknown', 'steps: [{ serve: { jwk: keys } }]', /`jwk`; known are jwks, discovery/],
  ])('%s', async (_what, entry, says) => {
    const expected = /^(?:steps|request)/.test(entry) ? '' : ', expect: accept';
    const [parsed] = parseEntries(`- { ${good}, ${entry}${expected} }`, 'x');
    await expect(judge(parsed!, ours)).rejects.toThrow(says);
  });
});

test.each<[what: string, answer: string, given: object, held: boolean]>([
  ['the status', '{ status: [400, 401] }', { status: 401 }, true],
  ['another status', '{ status: [400] }', { status: 401 }, false],
  ['a header', '{ status: [200], headers: { x-auth-sub: a } }', { headers: { 'X-Auth-Sub': 'a' } }, true],
  ['an empty header', '{ status: [200], headers: { x-auth-sub: "" } }', { headers: { 'x-auth-sub': '' } }, true],
  ['no such header', '{ status: [200], headers: { x-auth-sub: "" } }', {}, false],
  ['what must be there', '{ status: [200], has: [b] }', { body: 'abc' }, true],
  ['nothing of what must be there', '{ status: [200], has: [b] }', { body: 'ac' }, false],
  ['what must not be there', '{ status: [200], lacks: [b] }', { headers: { a: 'abc' } }, false],
])('an answer with %s is judged', async (_what, answer, given, held) => {
  const entry = `{ id: S1, what: a, source: b, token: {}, before: { sign: ec }, request: { path: "/a?{token}" }, answer: ${answer} }`;
  const asked: string[] = [];
  const request = async ({ method, path }: Sent): ReturnType<Service['request']> => {
    asked.push(`${method} ${path}`);
    return { status: 200, body: '', ...given, headers: new Headers((given as { headers?: object }).headers as never) };
  };
  const adapter = {
    name: 'edge',
    verify: async () => ({ refused: 'never asked' }),
    doors: ['service' as const],
    serve: async () => ({ request, close: async () => void asked.push('close') }),
  };
  expect(await judge(parseEntries(`- ${entry}`, 'http-edge')[0]!, adapter)).toMatchObject({ held });
  const target = expect.stringMatching(/^GET \/a\?(?:[\w-]+\.){2}[\w-]+$/);
  expect(asked).toEqual([target, target, 'close']);
  expect(new Set(asked).size).toBe(3);
});

test('the README shows what became of as many entries as there are', () => {
  const readme = readFileSync('README.md', 'utf8');
  const cells = (name: string): string[] =>
    new RegExp(`^\\| ${name} \\|(.*)\\|$`, 'm').exec(readme)?.[1]?.split('|') ?? [];
  const others = cells('do not apply').map(Number);
  const counts = cells('all').map((cell, i) => Number(cell.split('/')[1]) + Number(others[i]));
  expect(counts).toEqual(counts.length > 0 ? counts.map(() => entries.length) : ['a table']);
});

describe('the table', () => {
  const text = `
- { id: H1, what: a, source: b, token: {}, expect: accept }
- { id: H2, what: a, source: b, token: { signature: empty }, expect: token_malformed }
- { id: H3, what: a, source: b, token: {}, rules: [], expect: no_rule_for_issuer }
- { id: H4, what: a, source: b, notApplicable: c }`;
  const few = parseEntries(text, 'header-and-key');
  const verify = async ({ token }: { token: unknown }): Promise<{ accepted: true }> => {
    if (String(token).endsWith('.')) throw new RangeError('anything at all');
    return { accepted: true };
  };

  test('counts what held, what did not, and what does not apply', async () => {
    const gullible = { name: 'gullible', verify: async () => ({ accepted: true }) as const };
    const fussy = { name: 'fussy', verify: async () => ({ refused: 'no' }) };
    const tallies = await tally(few, [ours, { name: 'plain', verify }, gullible, fussy]);
    const line = toMarkdown(tallies)
      .split('\n')
      .find((one) => one.startsWith('| header and key'));
    expect(line).toBe('| header and key | 3 / 3 | 2 / 2 | 1 / 2 | 1 / 2 |');
    expect(toText(tallies)).toMatch(/not held by gullible: H2\nnot held by fussy: H1\n$/);
    expect(toMarkdown(tallies)).toContain('| do not apply | 1 | 2 | 2 | 2 |');
  });

  test('does not take silence for a refusal', async () => {
    const silent = { name: 'silent', patience: 0.01, verify: () => new Promise<never>(() => undefined) };
    const [genuine, unsigned] = few;
    expect(await judge(genuine!, silent)).toEqual({ held: false, got: 'no answer' });
    expect(await judge(unsigned!, silent)).toEqual({ held: false, got: 'no answer' });
  });

  test('does not take a refusal for another reason of a verifier that speaks the codes', async () => {
    const [, unsigned] = few;
    const vague = { name: 'vague', verify: async () => ({ refused: 'signature_invalid' }) };
    expect(await judge(unsigned!, vague)).toMatchObject({ held: true });
    expect(await judge(unsigned!, { ...vague, speaksCodes: true })).toMatchObject({ held: false });
  });
});
