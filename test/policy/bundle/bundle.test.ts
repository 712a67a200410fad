import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { parsePolicy, type Policy } from '../../../src/decision/index.ts';
import { BundleFault } from '../../../src/policy/bundle/bundle-fault.ts';
import { readBundle } from '../../../src/policy/bundle/read-bundle.ts';
import { signatureLine } from '../../../src/policy/bundle/sign-bundle.ts';
import { bundleText } from '../../../src/policy/bundle/write-bundle.ts';
import { policyDigest, recordsOf } from '../../../src/policy/records.ts';
import { crowdedScenario, scenario } from '../../decision/arbitraries.ts';
import { runsOf, timeFor } from '../../runs.ts';

function parsed(document: object, file = 'a.json'): Policy {
  const { policy, diagnostics } = parsePolicy([{ file, text: JSON.stringify(document) }]);
  if (policy === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return policy;
}

const numRuns = runsOf();

const issuers = { git: { url: 'https://git.example', subject: 'gitpod', audiences: ['a'] } };
const rule = (id: string, more: object = {}): object => ({ id, effect: 'allow', when: { issuer: 'git' }, ...more });
const sample = parsed({
  version: 1,
  issuers,
  rules: [
    rule('a', { description: 'é — ☃ 😀' }),
    rule('b', { grants: [{ actions: ['read'], resources: ['s/${subject.org}/**'] }] }),
    rule('c', { ttl: '5m', valid: { from: '2026-01-01T00:00:00Z' }, when: { issuer: 'git', claims: { n: [1, 'x'] } } }),
  ],
});

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytesOf = (policy: Policy): Uint8Array => encode([...bundleText(recordsOf(policy))].join(''));
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function fault(bytes: Uint8Array, keys?: readonly JWK[]): Promise<Pick<BundleFault, 'code' | 'line'>> {
  try {
    await readBundle(bytes, keys);
  } catch (error) {
    if (!(error instanceof BundleFault)) throw error;
    const { code, line } = error;
    const at = { file: 'p.bundle', line, column: 1, endLine: line, endColumn: 1 };
    const sentence = expect.stringMatching(/^\S.{9,}$/);
    expect(error.diagnostic('p.bundle')).toEqual({ code, severity: 'error', message: sentence, at, help: sentence });
    return { code, line };
  }
  throw new Error('the bundle was read');
}

describe('a bundle', () => {
  test(
    'gives back the policy that was written, with every place',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof({ weight: 4, arbitrary: scenario() }, crowdedScenario),
          async ({ policy: document }) => {
            const records = recordsOf(parsed(document));
            const taken: unknown[] = [];
            const bundle = await readBundle(encode([...bundleText(records)].join('')), undefined, (issuers) => {
              taken.push(issuers);
              return (rule) => taken.push(rule);
            });
            expect(bundle).toEqual({ digest: policyDigest(records), records });
            expect(taken).toEqual([records.issuers, ...records.rules.map((record) => JSON.parse(record) as object)]);
          },
        ),
        { numRuns },
      );
    },
    timeFor(numRuns),
  );

  test('holds more rules than one piece or stretch takes', async () => {
    const rules = Array.from({ length: 2500 }, (_, i) =>
      rule(`rule-${String(i)}`, { description: `Nº ${String(i)} ☃` }),
    );
    const records = recordsOf(parsed({ version: 1, issuers, rules }));
    expect((await readBundle(encode([...bundleText(records)].join('')))).records).toEqual(records);
  });

  test('of no rules and no issuers is read', async () => {
    expect((await readBundle(bytesOf(parsed({ version: 1 })))).records.rules).toEqual([]);
  });

  const lines = textOf(bytesOf(sample)).split('\n').slice(0, -1);
  const [header = '', ...rules] = lines;
  const file = (...all: string[]): Uint8Array => encode(`${all.join('\n')}\n`);
  const changed = (from: string | RegExp, to: string): Uint8Array => {
    const text = lines.join('\n');
    const altered = text.replace(from, to);
    expect(altered).not.toBe(text);
    return encode(`${altered}\n`);
  };
  const hub = { url: 'https://hub.example', audiences: ['a'] };
  const two = textOf(bytesOf(parsed({ version: 1, issuers: { ...issuers, hub } })));
  const withByte = (byte: number): Uint8Array => {
    const bytes = bytesOf(sample);
    return bytes.with(textOf(bytes).indexOf('"description":"') + '"description":"'.length, byte);
  };

  test('of two issuers is read', async () => {
    expect((await readBundle(encode(two))).records.issuers).toHaveLength(2);
  });

  test.each<[string, Uint8Array, string]>([
    ['a rule is missing', file(header, ...rules.slice(0, -1)), '1 of 3 rules are missing'],
    ['all are missing', file(header), '3 of 3 rules are missing'],
    ['a line is not JSON', file(header, '[{'), 'the line is not JSON'],
  ])('says that %s', async (_, bytes, message) => {
    await expect(readBundle(bytes)).rejects.toThrow(message);
  });

  test('says from which line on it is not UTF-8', async () => {
    const many = Array.from({ length: 2500 }, (_, i) => rule(`rule-${String(i)}`));
    const bytes = bytesOf(parsed({ version: 1, issuers, rules: many }));
    const { code, line } = await fault(bytes.with(bytes.lastIndexOf(0x0a, -200) - 20, 0xff));
    expect([code, line > 1000, line < 2501]).toEqual(['bundle-malformed', true, true]);
  });

  test.each<[string, () => Uint8Array, string, number]>([
    ['nothing', () => new Uint8Array(), 'bundle-altered', 1],
    ['an empty line', () => encode('\n'), 'bundle-malformed', 1],
    ['something else', () => encode('{"keys":[]}\n'), 'bundle-malformed', 1],
    ['a policy file', () => encode('version: 1\n'), 'bundle-malformed', 1],
    ['null', () => encode('null\n'), 'bundle-malformed', 1],
    ['a newer format', () => changed('"version":1', '"version":2'), 'bundle-version', 1],
    ['no version', () => changed(',"version":1', ''), 'bundle-version', 1],
    ['an unknown member of the header', () => changed('{"bundle"', '{"x":1,"bundle"'), 'bundle-malformed', 1],
    ['an algorithm that is never trusted', () => changed('"RS256"', '"HS256"'), 'bundle-malformed', 1],
    [
      'a subject scheme that is not there',
      () => changed(/"subject":\["\w+"/, '"subject":["moon"'),
      'bundle-malformed',
      1,
    ],
    ['a last line cut off', () => bytesOf(sample).subarray(0, -5), 'bundle-altered', 4],
    ['a last rule missing', () => file(header, ...rules.slice(0, -1)), 'bundle-altered', 4],
    ['all rules missing', () => file(header), 'bundle-altered', 2],
    ['a rule too many', () => file(header, ...rules, rules[2] ?? ''), 'bundle-altered', 5],
    ['a rule altered', () => changed('"effect":"allow"', '"effect":"deny"'), 'bundle-altered', 1],
    ['an issuer altered', () => changed('git.example', 'git.exampel'), 'bundle-altered', 1],
    ['two rules exchanged', () => file(header, rules[1] ?? '', rules[0] ?? '', rules[2] ?? ''), 'bundle-malformed', 3],
    ['a rule twice', () => file(header, rules[0] ?? '', rules[0] ?? '', rules[2] ?? ''), 'bundle-malformed', 3],
    ['a member twice', () => changed('{"effect":"allow"', '{"effect":"deny","effect":"allow"'), 'bundle-altered', 1],
    ['white space', () => changed('"id":"b"', '"id": "b"'), 'bundle-altered', 1],
    ['white space at the place', () => changed(/,0,(\d+),(\d+)\]/, ', 0,$1,$2]'), 'bundle-malformed', 2],
    ['an unknown effect', () => changed('"effect":"allow"', '"effect":"maybe"'), 'bundle-malformed', 2],
    ['an unknown member', () => changed('"id":"a"', '"id":"a","if":true'), 'bundle-malformed', 2],
    ['an issuer that is not there', () => changed('"issuers":["git"]', '"issuers":["hub"]'), 'bundle-malformed', 2],
    ['a template that names nothing', () => changed('subject.org', 'subject.moon'), 'bundle-malformed', 3],
    ['a place in no file', () => changed(/,0,(\d+),(\d+)\]/, ',1,$1,$2]'), 'bundle-malformed', 2],
    ['a place that is none', () => changed(/,0,(\d+),(\d+)\]/, ',0,-1,$2]'), 'bundle-malformed', 2],
    ['a line that is not JSON', () => file(header, ...rules.slice(0, 2), '[{'), 'bundle-malformed', 4],
    [
      'bytes that are not UTF-8',
      () => Uint8Array.from([...bytesOf(sample).subarray(0, -1), 0xff, 0x0a]),
      'bundle-malformed',
      4,
    ],
    ['bytes within a text that are not UTF-8', () => withByte(0xff), 'bundle-malformed', 1],
    ['white space before a rule', () => file(header, ` ${rules[0] ?? ''}`, ...rules.slice(1)), 'bundle-malformed', 2],
    ['a line that ends like a signature', () => file(header, 'x{"signature":"a"}'), 'bundle-malformed', 2],
    ['a line that begins like a signature', () => file(header, '{"signature":"a"}x'), 'bundle-malformed', 2],
    ['two issuers of one name', () => encode(two.replace('"name":"hub"', '"name":"git"')), 'bundle-malformed', 1],
    ['two issuers of one url', () => encode(two.replace('hub.example', 'git.example')), 'bundle-malformed', 1],
    ['a byte order mark', () => encode(`\ufeff${lines.join('\n')}\n`), 'bundle-malformed', 1],
  ])('with %s is refused', async (_, bytes, code, line) => {
    expect(await fault(bytes())).toEqual({ code, line });
  });

  test(
    'with any one byte changed is refused, but for where its rules stand',
    async () => {
      const bytes = bytesOf(sample);
      const places = (text: string): string =>
        text.replaceAll(/,\d+,\d+,\d+\]\n/g, '').replace(/"(?:files|at)":[[{](?:"(?:[^"\\]|\\.)*"|[^"\]}])*[\]}]/g, '');
      // There, `a.json` turns into `].json`.
      const nameInPlace = header.indexOf('"file":"') + '"file":"'.length;
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
          const altered = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ change : byte));
          const read = await readBundle(altered).catch((error: unknown) => error);
          if (!(read instanceof BundleFault)) expect(places(textOf(altered))).toBe(places(textOf(bytes)));
        }),
        { numRuns, examples: [[nameInPlace, 0x61 ^ 0x5d]] },
      );
    },
    timeFor(numRuns),
  );
});

describe('a signed bundle', () => {
  const pair = async (alg: string): Promise<{ secret: JWK; trusted: JWK }> => {
    const { privateKey, publicKey } = await generateKeyPair(alg, {
      extractable: true,
      ...(alg === 'EdDSA' ? { crv: 'Ed25519' } : {}),
    });
    return { secret: await exportJWK(privateKey), trusted: await exportJWK(publicKey) };
  };
  const signed = async (secret: JWK): Promise<Uint8Array> => {
    const bytes = bytesOf(sample);
    return encode(textOf(bytes) + (await signatureLine(bytes, secret)));
  };

  test.each(['EdDSA', 'ES256'])('with %s is read with its key among those that are trusted', async (alg) => {
    const [own, other] = [await pair(alg), await pair('ES256')];
    const { records } = await readBundle(await signed(own.secret), [other.trusted, own.trusted]);
    expect(records).toEqual(recordsOf(sample));
  });

  test('is read without keys too, held to its digest', async () => {
    const { secret } = await pair('EdDSA');
    expect((await readBundle(await signed(secret))).records).toEqual(recordsOf(sample));
  });

  test('is refused where its signature does not hold', async () => {
    const [own, other] = [await pair('EdDSA'), await pair('EdDSA')];
    const bytes = await signed(own.secret);
    const keys = [own.trusted];
    const unsigned = textOf(bytesOf(sample));
    const line = textOf(bytes).slice(unsigned.length);
    const with_ = (text: string): Uint8Array => encode(unsigned + text);
    expect(await fault(bytesOf(sample), keys)).toEqual({ code: 'bundle-unsigned', line: 4 });
    expect(await fault(bytes, [other.trusted])).toEqual({ code: 'bundle-signature', line: 5 });
    expect(await fault(bytes, [])).toEqual({ code: 'bundle-signature', line: 5 });
    expect(await fault(encode(textOf(bytes).replace(',0,1,', ',0,2,')), keys)).toEqual({
      code: 'bundle-signature',
      line: 5,
    });
    expect(await fault(with_(line.replace('..', '.e30.')), keys)).toEqual({ code: 'bundle-signature', line: 5 });
    expect(await fault(with_(line.replace('"}', '.x"}')), keys)).toEqual({ code: 'bundle-signature', line: 5 });
    expect(await fault(with_('{"signature":""}\n'), keys)).toEqual({ code: 'bundle-signature', line: 5 });
    expect(await fault(with_(`${line}${line}`), keys)).toEqual({ code: 'bundle-signature', line: 6 });
    // Made by the key, over this content, but for something else than a bundle.
    const { FlattenedSign, importJWK } = await import('jose');
    const { sha256 } = await import('@noble/hashes/sha2.js');
    const jws = await new FlattenedSign(sha256(bytesOf(sample)))
      .setProtectedHeader({ alg: 'EdDSA' })
      .sign(await importJWK(own.secret, 'EdDSA'));
    const untyped = `{"signature":"${jws.protected ?? ''}..${jws.signature}"}\n`;
    expect(await fault(with_(untyped), keys)).toEqual({ code: 'bundle-signature', line: 5 });
    // By the key, for a bundle, under the other name of its algorithm.
    const renamed = await new FlattenedSign(sha256(bytesOf(sample)))
      .setProtectedHeader({ alg: 'Ed25519', typ: 'countersign-bundle+jws' })
      .sign(await importJWK(own.secret, 'Ed25519'));
    const renamedLine = `{"signature":"${renamed.protected ?? ''}..${renamed.signature}"}\n`;
    expect(await fault(with_(renamedLine), keys)).toEqual({ code: 'bundle-signature', line: 5 });
  });

  test.each<[more: object]>([[{}], [{ kid: 'k' }]])('names its key where that has an id: %j', async (more) => {
    const line = await signatureLine(bytesOf(sample), { ...(await pair('ES256')).secret, ...more });
    const [protectedHeader = ''] = (JSON.parse(line) as { signature: string }).signature.split('.');
    expect(JSON.parse(Buffer.from(protectedHeader, 'base64url').toString())).toEqual({
      alg: 'ES256',
      typ: 'countersign-bundle+jws',
      ...more,
    });
  });

  test('cannot be made with a key that is public, or for other algorithms', async () => {
    const { trusted } = await pair('ES256');
    const others: readonly JWK[] = [
      trusted,
      { kty: 'oct', k: 'AAAA' },
      { kty: 'oct', crv: 'Ed25519', d: 'AAAA' },
      { kty: 'oct', crv: 'P-256', d: 'AAAA' },
      { kty: 'OKP', crv: 'X25519', d: 'AAAA' },
      { kty: 'EC', crv: 'Ed25519', d: 'AAAA' },
      (await pair('ES384')).secret,
      (await pair('RS256')).secret,
    ];
    for (const jwk of others) {
      await expect(signatureLine(bytesOf(sample), jwk)).rejects.toThrow(
        new TypeError('a bundle is signed with a private JWK for EdDSA (Ed25519) or ES256 (P-256)'),
      );
    }
  });
});

test('a fault without help is a diagnostic without help', () => {
  expect(new BundleFault('bundle-altered', 2, 'altered').diagnostic('p.bundle')).toStrictEqual({
    code: 'bundle-altered',
    severity: 'error',
    message: 'altered',
    at: { file: 'p.bundle', line: 2, column: 1, endLine: 2, endColumn: 1 },
  });
});

test('every code of a bundle that does not load is reached here', () => {
  const source = readFileSync(join(import.meta.dirname, '../../../src/policy/diagnostic.ts'), 'utf8');
  const codes = [...source.matchAll(/'(bundle-[a-z]+)'/g)].map(([, code]) => code);
  const here = readFileSync(import.meta.filename, 'utf8');
  expect(codes.length).toBeGreaterThan(4);
  const reached = new Set([...here.matchAll(/['"](bundle-[a-z]+)['"]/g)].map(([, code]) => code));
  expect(codes.filter((code) => !reached.has(code))).toEqual([]);
});
