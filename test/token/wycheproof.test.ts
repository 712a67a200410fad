import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { supportedAlgorithms } from '../../src/token/algorithms.ts';
import { base64urlFault } from '../../src/token/base64url.ts';
import { checkHeader } from '../../src/token/header.ts';
import { scanMembers } from '../../src/token/json-members.ts';
import { parseJsonObject } from '../../src/token/json.ts';
import { parseKeySet } from '../../src/token/keys/key-set.ts';
import { selectKey } from '../../src/token/keys/select.ts';
import { signatureCheck } from '../../src/token/signature-node.ts';
import { trust } from './tokens.ts';

interface Group {
  readonly comment: string;
  readonly public?: object;
  readonly private?: object;
  readonly tests: readonly { tcId: number; comment: string; jws: unknown; result: 'valid' | 'invalid' }[];
}

const SIGNATURES = 'json_web_signature_test.json';
const home = process.env['COUNTERSIGN_VECTORS'];
const folder = [home, home && join(home, 'wycheproof')].find((path) => path && existsSync(join(path, SIGNATURES)));
const groupsOf = (file: string): readonly Group[] =>
  folder === undefined || folder === ''
    ? []
    : (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { testGroups: Group[] }).testGroups;

if (folder === undefined) {
  process.stderr.write(
    'wycheproof: skipped; set COUNTERSIGN_VECTORS to the folder testvectors_v1 of github.com/C2SP/wycheproof\n',
  );
}

const verifySignature = signatureCheck('inline');
const all = { ...trust, algorithms: supportedAlgorithms };

/** Every stage that judges a signature. The vectors sign texts, not claims, so the payload is not read. */
async function accepts(jws: unknown, keys: readonly object[]): Promise<boolean> {
  const parts = typeof jws === 'string' ? jws.split('.') : [];
  const [protectedHeader, payload, signature] = parts;
  if (parts.length !== 3 || parts.some((part) => base64urlFault(part) !== undefined)) return false;
  if (protectedHeader === undefined || payload === undefined || signature === undefined) return false;
  const header = parseJsonObject(Buffer.from(protectedHeader, 'base64url'));
  if (header === undefined || scanMembers(header.text).duplicate !== undefined) return false;
  const checked = checkHeader(header.object, all);
  const set = parseKeySet({ keys });
  if ('reason' in checked || 'broken' in set) return false;
  const selected = selectKey(set, header.object, checked.alg, all);
  return 'key' in selected && verifySignature([protectedHeader, payload, signature], selected.key, checked.alg);
}

interface Vectors {
  readonly file: string;
  /** Cases labelled valid that are not, by a fault of the vectors, and why. */
  readonly errata: Readonly<Record<number, string>>;
  /** Cases that are valid and refused by design, and why. */
  readonly profile: Readonly<Record<number, string>>;
}

const QUESTION_MARK = 'has a question mark in it, which is no letter of base64url (RFC 7515, section 2)';
const PAIRS_PS256 = 'pairs a key for PS256 with a token of PS384 (RFC 7517, section 4.4)';
const NAMES_ES521 = 'has a key for an algorithm ES521, which is none (RFC 7518, section 3.1)';
const MAC = 'has a MAC, which whoever can verify it can forge: no relying party should hold such a key';

const VECTORS: readonly Vectors[] = [
  {
    file: SIGNATURES,
    errata: {
      ...{ 346: PAIRS_PS256, 350: PAIRS_PS256, 347: NAMES_ES521, 351: NAMES_ES521 },
      ...{ 372: QUESTION_MARK, 373: QUESTION_MARK },
    },
    profile: { 1: MAC, 348: MAC, 352: MAC, 357: MAC, 358: MAC, 359: MAC, 376: MAC, 377: MAC },
  },
  { file: 'json_web_key_test.json', errata: {}, profile: { 2: MAC, 13: MAC, 14: MAC, 15: MAC } },
];

const algOf = (jws: unknown): unknown => {
  const [header = ''] = String(jws).split('.');
  return parseJsonObject(Buffer.from(header, 'base64url'))?.object['alg'];
};

describe.each(VECTORS)('of $file', ({ file, errata, profile }) => {
  const cases = groupsOf(file).flatMap((group) => group.tests.map((one) => ({ group, ...one })));
  if (cases.length === 0) {
    test.skip('there is nothing to read', () => undefined);
    return;
  }

  test('what is refused in spite of its label is labelled valid, for one reason, which holds', () => {
    const given = new Map(cases.map(({ tcId, result, jws }) => [tcId, { result, jws }]));
    const listed = [...Object.keys(errata), ...Object.keys(profile)].map(Number);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((id) => given.get(id)?.result !== 'valid')).toEqual([]);
    const macs = listed.filter((id) => profile[id] === MAC);
    expect(macs.filter((id) => !/^HS/.test(String(algOf(given.get(id)?.jws))))).toEqual([]);
    const marked = listed.filter((id) => errata[id] === QUESTION_MARK);
    expect(marked.filter((id) => !String(given.get(id)?.jws).includes('?'))).toEqual([]);
  });

  test.each(
    cases.map(({ group, tcId, comment, jws, result }) => {
      const expected = result === 'valid' && !(tcId in errata) && !(tcId in profile);
      const name = `${tcId} (${group.comment}: ${comment}) is ${expected ? 'accepted' : 'refused'}`;
      return { name, group, jws, expected };
    }),
  )('case $name', async ({ group, jws, expected }) => {
    const given = group.public ?? group.private ?? {};
    const keys: unknown = Reflect.get(given, 'keys');
    expect(await accepts(jws, Array.isArray(keys) ? keys : [given])).toBe(expected);
  });
});
