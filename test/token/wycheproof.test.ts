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

/** Cases that are rightly not as their label says, and why. */
const ERRATA: ReadonlyMap<number, string> = new Map([
  [346, 'pairs a key for PS256 with a token of PS384'],
  [350, 'pairs a key for PS256 with a token of PS384'],
  [347, 'names an algorithm ES521, which is none'],
  [351, 'names an algorithm ES521, which is none'],
]);

const algOf = (jws: unknown): unknown => {
  const [header = ''] = String(jws).split('.');
  return parseJsonObject(Buffer.from(header, 'base64url'))?.object['alg'];
};

for (const [file, errata] of [
  [SIGNATURES, ERRATA],
  ['json_web_key_test.json', new Map<number, string>()],
] as const) {
  const cases = groupsOf(file).flatMap((group) => group.tests.map((one) => ({ group, ...one })));
  (cases.length === 0 ? describe.skip : describe)(`of ${file}`, () => {
    if (cases.length === 0) test('there is nothing to read', () => undefined);
    for (const { group, tcId, comment, jws, result } of cases) {
      const isMac = String(algOf(jws)).startsWith('HS') || JSON.stringify(group.private ?? {}).includes('"oct"');
      const expected = result === 'valid' && !isMac && !errata.has(tcId);
      test(`case ${tcId} (${group.comment}: ${comment}) is ${expected ? 'accepted' : 'refused'}`, async () => {
        const given = group.public ?? group.private ?? {};
        const keys: unknown = Reflect.get(given, 'keys');
        expect(await accepts(jws, Array.isArray(keys) ? keys : [given])).toBe(expected);
      });
    }
  });
}
