import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  randomBytes,
  sign,
} from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { CompactEncrypt, generateKeyPair, UnsecuredJWT } from 'jose';
import { createEngine, type Decision, type EngineExplanation, type ReasonCode } from '../../src/engine/index.ts';
import { base64urlOf, factorableJwk } from '../conformance/factorable-jwk.js';
import { claims, ecPair, edPair, encode, ISSUER, jwk, mint, NOW, type Pair, rsaPair } from '../token/tokens.ts';
import { policyOf } from './policies.ts';
import { PublishedIssuer } from './published-issuer.ts';

const AUDIENCE = claims['aud'] as string;
const DAY = 86_400;

/** The orders of the groups of P-256 (SEC 2, section 2.4.2) and Ed25519 (RFC 8032, section 5.1). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const rsa = rsaPair();
const second = rsaPair();
const attacker = rsaPair();
const ec = ecPair();
const ed = edPair();
const good = jwk(rsa, { kid: 'one', alg: 'RS256', use: 'sig' });
const published = [good, jwk(ec, { kid: 'ec', alg: 'ES256' }), jwk(ed, { kid: 'ed', alg: 'EdDSA' })];

/** What a row changes of the issuer that the engine trusts. */
interface World {
  readonly keys?: readonly unknown[];
  readonly issuer?: object;
  readonly rules?: readonly object[];
}

interface Judged {
  readonly decision: Decision;
  /** The same token once more. */
  readonly again: Decision;
  readonly requests: readonly string[];
  readonly explanation: EngineExplanation;
}

const EVERYBODY = [{ id: 'everybody', effect: 'allow', when: { issuer: 'gitpod' } }];

/** Asks a fresh engine twice; its only network is the issuer's. */
async function judge(token: unknown, { keys = published, issuer, rules = EVERYBODY }: World = {}): Promise<Judged> {
  const { fetch, asked } = new PublishedIssuer(ISSUER, keys);
  const gitpod = { url: ISSUER, subject: 'gitpod', audiences: [AUDIENCE], ...issuer };
  const engine = await createEngine({ policies: policyOf({ issuers: { gitpod }, rules }), clock: () => NOW, fetch });
  try {
    const [decision, again] = [await engine.authorize(token), await engine.authorize(token)];
    const requests = [...asked];
    return { decision, again, requests, explanation: await engine.explain(token) };
  } finally {
    await engine.close();
  }
}

/** A value in the name of a test, with what would not be seen spelt out. */
const named = (value: unknown): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);

const codeOf = ({ reasons }: Decision): ReasonCode => reasons[0].code;

type Row = readonly [name: string, code: ReasonCode, token: unknown, world?: World];

async function denies([, code, token, world]: Row): Promise<Judged> {
  const judged = await judge(token, world);
  const { decision, again, explanation } = judged;
  expect(codeOf(decision)).toBe(code);
  expect(codeOf(again)).toBe(code);
  expect(decision).toMatchObject({ effect: 'deny', grants: [], denied: [], expiresAt: NOW });
  expect(decision.reasons).toHaveLength(1);
  expect(decision).not.toHaveProperty('principal');
  expectNoTrace(decision, token);
  expect(text(decision).length).toBeLessThan(2_048);
  expect(explanation.decision?.reasons).toEqual(decision.reasons);
  expectNoTrace(explanation, token);
  return judged;
}

const text = (value: Decision | EngineExplanation): string => JSON.stringify(value);

/** Neither the token nor a part that could be told from other text stands in what is answered; sentences print safely. */
function expectNoTrace(answer: Decision | EngineExplanation, token: unknown): void {
  const whole = typeof token === 'string' ? token : (JSON.stringify(token) ?? '');
  const traces = [whole, ...whole.split(/[^A-Za-z0-9_-]+/)].filter((part) => part.length >= 20);
  expect(traces.filter((part) => text(answer).includes(part))).toEqual([]);
  const messages = [...text(answer).matchAll(/"message":("(?:[^"\\]|\\.)*")/g)].map(
    ([, one = '']) => JSON.parse(one) as string,
  );
  expect(messages.filter((message) => /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(message))).toEqual([]);
}

const rs = (header: object, payload: unknown = claims, pair: Pair = rsa): string =>
  mint(pair, { alg: 'RS256', kid: 'one', ...header }, payload);
const ps = (kid = 'one'): string => mint(rsa, { alg: 'PS256', kid }, claims, 'PS256');
/** A genuine token with other claims. */
const with_ = (changes: object): string => mint(rsa, undefined, { ...claims, ...changes });
const without = (name: string): string => with_({ [name]: undefined });
/** A genuine token whose claims are this text: what no serialiser would write. */
const raw = (text: string): string => mint(rsa, undefined, text);
const json = JSON.stringify(claims);
const headerJson = '{"alg":"RS256","kid":"one"}';
/** The claims as text, with one replaced by text. */
const rawWith = (name: string, value: string): string =>
  raw(json.replace(`"${name}":${JSON.stringify(claims[name])}`, `"${name}":${value}`));
/** The claims as text, with text added. */
const rawAnd = (members: string): string => raw(json.replace('{', `{${members},`));
const genuine = rs({});
const [header, payload, signature] = genuine.split('.') as [string, string, string];
/** For keys that nobody can sign with. */
const unsigned = (kid: string, alg = 'RS256'): string => `${encode({ alg, kid })}.${payload}.${signature}`;

test('the genuine token, by which all others are measured, is allowed', async () => {
  const { decision, again } = await judge(genuine);
  expect(decision).toMatchObject({ effect: 'allow', principal: { path: 'org:o/env:e' } });
  expect({ ...again, id: decision.id }).toEqual(decision);
  expectNoTrace(decision, genuine);
});

/** Denied before any key is asked for: the header alone is enough. */
const algorithms: readonly Row[] = [
  ...(['none', 'None', 'NONE', 'nOnE', '', null, [], ['RS256'], {}, 'RS256 ', 'rs256', undefined, 'toString'] as const)
    .flatMap((alg): readonly (readonly [string, string])[] => [
      [`${JSON.stringify(alg) ?? 'absent'}, without a signature`, `${encode({ alg, kid: 'one' })}.${payload}.`],
      [`${JSON.stringify(alg) ?? 'absent'}, with a genuine signature`, rs({ alg })],
    ])
    .map(([name, token]): Row => [
      `alg is ${name} (CVE-2015-9235; RFC 8725, section 3.1)`,
      'algorithm_not_allowed',
      token,
    ]),
  ...(
    [
      ['the PEM of the public key', rsa.publicKey.export({ type: 'spki', format: 'pem' })],
      ['the PKCS #1 PEM of the public key', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' })],
      ['the PEM after white space', ` \n${String(rsa.publicKey.export({ type: 'spki', format: 'pem' }))}`],
      ['the DER of the public key', rsa.publicKey.export({ type: 'spki', format: 'der' })],
      ['the JWK of the public key', JSON.stringify(good)],
      ['the modulus', Buffer.from(good.n ?? '', 'base64url')],
      ['nothing', ''],
    ] as const
  ).flatMap(([name, secret]) =>
    ['HS256', 'HS384', 'HS512'].map((alg): Row => {
      const input = `${encode({ alg, kid: 'one' })}.${payload}`;
      const mac = createHmac(`sha${alg.slice(2)}`, secret)
        .update(input)
        .digest('base64url');
      const cited = 'CVE-2016-10555, CVE-2023-48223, CVE-2026-34950, CVE-2026-22817';
      return [`${alg} is keyed with ${name} (${cited})`, 'algorithm_not_allowed', `${input}.${mac}`];
    }),
  ),
  ['RS512 is not in the list of the issuer', 'algorithm_not_allowed', mint(rsa, { alg: 'RS512' }, claims, 'RS512')],
];

const sharedSecret = randomBytes(32);
const oct = { kty: 'oct', kid: 'secret', k: sharedSecret.toString('base64url') };
const macInput = `${encode({ alg: 'HS256', kid: 'secret' })}.${payload}`;

const headers: readonly Row[] = [
  [
    'HS256 is keyed with a secret that the issuer published (Wycheproof, MixedKeySet)',
    'algorithm_not_allowed',
    `${macInput}.${createHmac('sha256', sharedSecret).update(macInput).digest('base64url')}`,
    { keys: [good, oct] },
  ],
  ...(
    [
      ['jwk', jwk(attacker), 'CVE-2018-0114, CVE-2026-27962'],
      ['jku', 'https://attacker.example/jwks', 'RFC 8725, section 3.10'],
      ['x5u', 'https://attacker.example/x5c', 'RFC 8725, section 3.10'],
      [
        'x5c',
        [attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
        'RFC 8725, section 3.10',
      ],
    ] as const
  ).flatMap(([name, value, cited]): Row[] => [
    [`${name} brings the attacker's key (${cited})`, 'header_not_allowed', rs({ [name]: value }, claims, attacker)],
    [`${name} stands under a genuine signature (${cited})`, 'header_not_allowed', rs({ [name]: value })],
  ]),
  ...(
    [
      ['names an extension nobody knows', ['x-policy'], { 'x-policy': 1 }],
      ['is empty', [], {}],
      ['is a string', 'foo', { foo: 1 }],
      ['names a registered parameter', ['alg'], {}],
      ['names one extension twice', ['b64', 'b64'], { b64: true }],
      ['names a member of the object prototype', ['toString'], {}],
      ['is null', null, {}],
      ['names b64, which is true', ['b64'], { b64: true }],
      ['names b64, which is false (RFC 7797, section 7)', ['b64'], { b64: false }],
    ] as const
  ).map(([name, crit, more]): Row => [
    `crit ${name} (RFC 7515, section 4.1.11; CVE-2025-59420, CVE-2026-32597, CVE-2026-35042)`,
    'header_not_allowed',
    rs({ crit, ...more }),
  ]),
  ['b64 is false without crit (RFC 7797, section 7)', 'header_not_allowed', rs({ b64: false })],
  ['b64 is true without crit', 'header_not_allowed', rs({ b64: true })],
  ['the payload is compressed (CVE-2024-28176)', 'header_not_allowed', rs({ zip: 'DEF' })],
  ['the payload is another token (RFC 7519, section 5.2)', 'header_not_allowed', rs({ cty: 'JWT' })],
  ...['at+jwt', 'application/at+jwt', 'logout+jwt', 'dpop+jwt', 'secevent+jwt', 'JOSE', '', 'JWT ', 'x/JWT'].map(
    (typ): Row => [`typ is ${JSON.stringify(typ)} (RFC 9068; RFC 8725, section 3.11)`, 'type_not_allowed', rs({ typ })],
  ),
  ...[1, null, ['JWT'], {}, true].map((typ): Row => [
    `typ is ${JSON.stringify(typ)} (RFC 7515, section 4.1.9)`,
    'type_not_allowed',
    rs({ typ }),
  ]),
];

const issuers: readonly Row[] = [
  ['iss is absent', 'issuer_unknown', without('iss')],
  ...(
    [
      ['of a stranger', 'https://attacker.example'],
      ['an array of the trusted one', [ISSUER]],
      ['a number', 1],
      ['null', null],
      ['an object', { url: ISSUER }],
      ['of other case', ISSUER.toUpperCase()],
      ['of other case in the host', 'https://Issuer.example'],
      ['with a slash at the end', `${ISSUER}/`],
      ['with the default port', `${ISSUER}:443`],
      ['without the scheme, as Google writes it', 'issuer.example'],
      ['over http', ISSUER.replace('https', 'http')],
      ['with white space', `${ISSUER} `],
      ['with a name that only begins alike', `${ISSUER}.attacker.example`],
      ['`__proto__`', '__proto__'],
      ['`constructor`', 'constructor'],
      ['`toString`', 'toString'],
      ['empty', ''],
    ] as const
  ).map(([name, iss]): Row => [
    `iss is ${name} (RFC 8725, section 3.8; CVE-2026-22772)`,
    'issuer_unknown',
    with_({ iss }),
  ]),
];

const nestedJwe = async (): Promise<string> => {
  const { publicKey } = await generateKeyPair('RSA-OAEP');
  return new CompactEncrypt(Buffer.from(new UnsecuredJWT(claims).encode()))
    .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A256GCM', kid: 'one', cty: 'JWT' })
    .encrypt(publicKey);
};

/** The last character with its unused bits changed: another spelling of the same bytes. */
const respelt = (part: string): string => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `${part.slice(0, -1)}${letters[letters.indexOf(part.slice(-1)) ^ 1] ?? ''}`;
};
/** A header and claims whose lengths leave bits over. */
const loose = ((): [string, string, string] => {
  const filled = (value: object, rest: number): object => {
    const grown = (pad: string): object => ({ ...value, pad });
    return [grown(''), grown('x'), grown('xx')].find((one) => JSON.stringify(one).length % 3 === rest) ?? value;
  };
  return rs(filled({ alg: 'RS256', kid: 'one' }, 1), filled(claims, 2)).split('.') as [string, string, string];
})();

const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const many = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${i}`, 0]));

const encodings: readonly Row[] = [
  ['the token is absent', 'token_missing', undefined],
  ['the token is empty', 'token_missing', ''],
  ['a part is padded with = (RFC 7515, section 2)', 'token_not_canonical', `${header}=.${payload}.${signature}`],
  ['a part is padded with ==', 'token_not_canonical', `${genuine}==`],
  ['the payload is padded', 'token_not_canonical', `${header}.${payload}==.${signature}`],
  ...[' ', '\t', '\n', '\r\n', '\0', '\u00a0', '\u200b', '\ufeff'].flatMap((space): Row[] => [
    [`${named(space)} stands before it`, 'token_malformed', `${space}${genuine}`],
    [`${named(space)} stands after it`, 'token_malformed', `${genuine}${space}`],
    [
      `${named(space)} stands inside`,
      'token_malformed',
      `${header}.${payload.slice(0, 8)}${space}${payload.slice(8)}.${signature}`,
    ],
  ]),
  ['the scheme of the header stands before it', 'token_malformed', `Bearer ${genuine}`],
  ...['+', '/', '?', '#', '%', '*', '~', ',', 'é', '😀'].map((letter): Row => [
    `a part has ${letter} in place of a letter`,
    'token_malformed',
    `${header}.${payload}.${letter}${signature.slice(1)}`,
  ]),
  ['a part has one character over', 'token_malformed', `${header}.${payload}.${signature.slice(0, 341)}`],
  [
    'the unused bits of the signature are set (GHSA-hxm8-2xgr-2p9m)',
    'token_not_canonical',
    `${header}.${payload}.${respelt(signature)}`,
  ],
  ['the unused bits of the header are set', 'token_not_canonical', [respelt(loose[0]), loose[1], loose[2]].join('.')],
  ['the unused bits of the payload are set', 'token_not_canonical', [loose[0], respelt(loose[1]), loose[2]].join('.')],
  ['it has one part', 'token_malformed', header],
  ['it has two parts', 'token_malformed', `${header}.${payload}`],
  ['it has four parts', 'token_malformed', `${genuine}.${signature}`],
  ['it has five parts (RFC 7516, section 9)', 'token_encrypted', `${genuine}.${payload}.${signature}`],
  ['it has six parts', 'token_malformed', `${genuine}.a.b.c`],
  ['it is nothing but dots', 'token_malformed', '.'.repeat(16_384)],
  ['it is two dots', 'token_malformed', '..'],
  ['it is a million dots', 'token_too_large', '.'.repeat(1_000_000)],
  ['the signature is taken off', 'token_malformed', `${header}.${payload}.`],
  ['it has more than 16 KiB', 'token_too_large', with_({ filler: Array.from({ length: 4 }, () => 'x'.repeat(4_000)) })],
  ['its header has more than 4 KiB', 'token_too_large', rs({ filler: 'x'.repeat(4_096) })],
  ['it has more than 256 claims', 'token_too_complex', with_(many(257))],
  ['its claims nest deeper than 16 levels', 'token_too_complex', rawAnd(`"deep":${deep(16)}`)],
  [
    'its claims nest 1,000 levels of arrays',
    'token_too_complex',
    rawAnd(`"deep":${'['.repeat(1000)}${']'.repeat(1000)}`),
  ],
  [
    'its header nests deeper than 16 levels',
    'token_too_complex',
    mint(rsa, `{"alg":"RS256","kid":"one","a":${deep(16)}}`),
  ],
  ['a claim has more than 4 KiB', 'token_too_complex', with_({ sub: `org:o/env:${'e'.repeat(4_097)}` })],
  ['a nested claim has more than 4 KiB of UTF-8', 'token_too_complex', with_({ list: [{ text: 'é'.repeat(2_100) }] })],
  [
    'its payload is not UTF-8',
    'token_malformed',
    mint(rsa, undefined, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
  ],
  [
    'its payload spells a slash too long in UTF-8',
    'token_malformed',
    mint(rsa, undefined, Buffer.concat([Buffer.from(json.slice(0, -2)), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')])),
  ],
  [
    'its payload has an encoded surrogate',
    'token_malformed',
    mint(rsa, undefined, Buffer.concat([Buffer.from('{"sub":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')])),
  ],
  [
    'its header is not UTF-8',
    'token_malformed',
    mint(rsa, Buffer.concat([Buffer.from('{"alg":"RS256","kid":"'), Buffer.from([0xff]), Buffer.from('"}')])),
  ],
  ['its payload begins with a byte order mark (RFC 8259, section 8.1)', 'token_malformed', raw(`\ufeff${json}`)],
  ['its header begins with a byte order mark', 'token_malformed', mint(rsa, '\ufeff{"alg":"RS256","kid":"one"}')],
  ['its payload is in UTF-16', 'token_malformed', mint(rsa, undefined, Buffer.from(json, 'utf16le'))],
  ...(
    [
      ['an array', '[]'],
      ['a string', '"sub"'],
      ['a number', '1'],
      ['null', 'null'],
      ['nothing', ''],
      ['two objects', `${json}${json}`],
      ['an object and more', `${json} x`],
      ['an object and NUL', `${json}\0`],
      ['an object with NaN', '{"a":NaN}'],
      ['an object with a comment', '{/**/}'],
      ['an object with a comma at the end', '{"a":1,}'],
      ['an object in single quotes', "{'a':1}"],
    ] as const
  ).flatMap(([name, text]): Row[] => [
    [`its payload is ${name}`, 'token_malformed', raw(text)],
    [`its header is ${name}`, 'token_malformed', mint(rsa, text.replaceAll(json, headerJson))],
  ]),
  ['alg stands twice (RFC 7515, section 4)', 'duplicate_member', mint(rsa, '{"alg":"none","alg":"RS256","kid":"one"}')],
  ['kid stands twice, one escaped', 'duplicate_member', mint(rsa, '{"alg":"RS256","kid":"x","\\u006bid":"one"}')],
  ['sub stands twice (RFC 7519, section 4)', 'duplicate_member', rawAnd('"sub":"org:admin/user:root"')],
  ['sub stands twice, one escaped', 'duplicate_member', rawAnd('"\\u0073ub":"org:admin/user:root"')],
  ['exp stands twice with one value', 'duplicate_member', rawAnd(`"exp":${String(claims['exp'])}`)],
  ['a nested name stands twice', 'duplicate_member', rawAnd('"a":[{"b":{"c":1,"c":1}}]')],
  ['`__proto__` stands twice', 'duplicate_member', rawAnd('"__proto__":1,"__proto__":2')],
  ...['SUB', 'Iss', 'eXp', 'ſub', 'ｓub', 'sub\u200b', 'ѕub', 'аud', 'îss', ' sub', 'sub\0'].map((name): Row => [
    `a claim ${named(name)} reads like a registered one (hashicorp/cap#191)`,
    'ambiguous_claim',
    with_({ [name]: 'org:admin/user:root' }),
  ]),
];

const serialised = { protected: header, payload, signature };

/** Values that are not texts, and texts that are not compact. */
const serialisations: readonly Row[] = [
  ['flattened JSON (RFC 8725, section 2.7)', 'token_malformed', JSON.stringify(serialised)],
  ['general JSON', 'token_malformed', JSON.stringify({ payload, signatures: [{ protected: header, signature }] })],
  ['an object', 'token_malformed', serialised],
  ['an array of the token', 'token_malformed', [genuine]],
  ['a boxed string', 'token_malformed', new String(genuine)],
  ['bytes', 'token_malformed', Buffer.from(genuine)],
  ['a number', 'token_malformed', 42],
  ['true', 'token_malformed', true],
];

/** A key of the set that is set aside, beside one that serves. */
const beside = (key: Pair, more: object): World => ({ keys: [good, jwk(key, { kid: 'weak', ...more })] });
const modulusOf = (bytes: number): string => {
  const modulus = randomBytes(bytes);
  modulus[0] = 0xff;
  modulus[bytes - 1] = 0xff;
  return modulus.toString('base64url');
};
const rsaJwk = (members: object): World => ({ keys: [good, { ...jwk(second), kid: 'weak', ...members }] });

const small = rsaPair(1024);
const cubed = rsaPair(2048, 3);
const short = rsaPair(2048, 257);
const factorablePrivate = createPrivateKey({ key: factorableJwk(), format: 'jwk' });
const factorable: Pair = { privateKey: factorablePrivate, publicKey: createPublicKey(factorablePrivate) };
const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
const privateJwk = { ...second.privateKey.export({ format: 'jwk' }), kid: 'weak' };

/** A signature for exponent 1, where the padded hash is its own root. */
function rootless(): string {
  const input = `${encode({ alg: 'RS256', kid: 'weak' })}.${payload}`;
  const digestInfo = '3031300d060960864801650304020105000420';
  const hash = Buffer.from(digestInfo + createHash('sha256').update(input).digest('hex'), 'hex');
  const padded = Buffer.concat([
    Buffer.from([0, 1]),
    Buffer.alloc(256 - 3 - hash.length, 0xff),
    Buffer.from([0]),
    hash,
  ]);
  return `${input}.${padded.toString('base64url')}`;
}

const weak = (pair: Pair): string => rs({ kid: 'weak' }, claims, pair);

const keys: readonly Row[] = [
  ...[
    '../../dev/null',
    "' OR 1=1 --",
    '| sleep 10',
    'one\0',
    'one ',
    'ONE',
    '\u202eeno',
    '',
    '__proto__',
    'constructor',
    'x'.repeat(257),
    null,
    1,
    true,
    [],
    ['one'],
    { kid: 'one' },
  ].map((kid): Row => [`kid is ${named(kid).slice(0, 40)} (RFC 8725, section 3.10)`, 'key_unknown', rs({ kid })]),
  ['kid has 10 kB', 'token_too_large', rs({ kid: 'x'.repeat(10_000) })],
  [
    'kid is absent and two keys fit',
    'key_ambiguous',
    rs({ kid: undefined }),
    { keys: [good, jwk(second, { kid: 'b' })] },
  ],
  [
    'kid is absent and no key is for the algorithm',
    'key_unfit',
    mint(ec, { alg: 'ES256' }, claims, 'ES256'),
    { keys: [good] },
  ],
  [
    'two keys of one type have the kid (Wycheproof, DuplicateKid)',
    'key_ambiguous',
    genuine,
    { keys: [good, jwk(second, { kid: 'one', alg: 'RS256' })] },
  ],
  [
    'the RSA key says no algorithm, and the token says PS256 (RFC 8725, section 3.1; CVE-2026-22818)',
    'key_unfit',
    ps(),
    { keys: [jwk(rsa, { kid: 'one' })] },
  ],
  [
    'the RSA key says no algorithm, and the issuer signs with PS256 and PS384 only',
    'key_unfit',
    ps(),
    { keys: [jwk(rsa, { kid: 'one' })], issuer: { algorithms: ['PS256', 'PS384'] } },
  ],
  ['the key is for RS256, and the token says PS256', 'key_unfit', ps()],
  ['the key is for PS256, and the token says RS256', 'key_unfit', weak(second), beside(second, { alg: 'PS256' })],
  ['the key is RSA, and the token says ES256', 'key_unfit', mint(ec, { alg: 'ES256', kid: 'one' }, claims, 'ES256')],
  ['the key is EC, and the token says EdDSA', 'key_unfit', mint(ed, { alg: 'EdDSA', kid: 'ec' }, claims, 'EdDSA')],
  ['the key has 1024 bits (RFC 7518, section 3.3)', 'key_unfit', weak(small), beside(small, {})],
  ['the key has 16384 bits', 'key_unfit', unsigned('weak'), rsaJwk({ n: modulusOf(2048) })],
  ['the exponent of the key is 1, so that anybody signs', 'key_unfit', rootless(), rsaJwk({ e: 'AQ' })],
  ['the exponent of the key is 3 (Wycheproof)', 'key_unfit', weak(cubed), beside(cubed, {})],
  ['the exponent of the key is 257 (NIST SP 800-89, section 5.3.3)', 'key_unfit', weak(short), beside(short, {})],
  ['the exponent of the key is even', 'key_unfit', unsigned('weak'), rsaJwk({ e: base64urlOf(65_538n) })],
  [
    'the exponent of the key has 3064 bits',
    'key_unfit',
    unsigned('weak'),
    rsaJwk({ n: modulusOf(384), e: modulusOf(383) }),
  ],
  ['the exponent of the key has 65 bits', 'key_unfit', unsigned('weak'), rsaJwk({ e: base64urlOf(2n ** 64n + 1n) })],
  ['the key can be factored (CVE-2017-15361)', 'key_unfit', weak(factorable), beside(factorable, {})],
  ['the key is for encryption (RFC 7517, section 4.2)', 'key_unfit', weak(second), beside(second, { use: 'enc' })],
  ['the key is not for verifying', 'key_unfit', weak(second), beside(second, { key_ops: ['encrypt'] })],
  ['the algorithm of the key is of another type', 'key_unfit', weak(second), beside(second, { alg: 'ES256' })],
  ['the algorithm of the key is HS256', 'key_unfit', weak(second), beside(second, { alg: 'HS256' })],
  ['the private key was published', 'key_unfit', weak(second), { keys: [good, privateJwk] }],
  [
    'the private key was published under another kid',
    'key_unfit',
    weak(second),
    { keys: [good, jwk(second, { kid: 'weak' }), { ...privateJwk, kid: 'other' }] },
  ],
  ['the key is a published secret', 'key_unfit', weak(second), { keys: [good, { ...oct, kid: 'weak' }] }],
  [
    'the key is on the curve secp256k1',
    'key_unfit',
    mint(koblitz, { alg: 'ES256', kid: 'weak' }, claims, 'ES256'),
    beside(koblitz, {}),
  ],
  [
    'the key is a point off its curve',
    'key_unfit',
    unsigned('weak', 'ES256'),
    { keys: [good, { ...jwk(ec), kid: 'weak', y: jwk(ecPair()).y }] },
  ],
  [
    'the key is a point of small order, under which forgeries hold',
    'key_unfit',
    `${encode({ alg: 'EdDSA', kid: 'weak' })}.${payload}.${Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]).toString('base64url')}`,
    {
      keys: [
        good,
        {
          kty: 'OKP',
          crv: 'Ed25519',
          kid: 'weak',
          x: Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]).toString('base64url'),
        },
      ],
    },
  ],
];

/** A token of ES256 under a signature made from the two numbers of a genuine one. */
function es256(change: (r: bigint, s: bigint) => readonly [bigint, bigint]): string {
  const [protectedHeader, body, genuineSignature] = mint(ec, { alg: 'ES256', kid: 'ec' }, claims, 'ES256').split('.');
  const bytes = Buffer.from(genuineSignature ?? '', 'base64url').toString('hex');
  const numbers = change(BigInt(`0x${bytes.slice(0, 64)}`), BigInt(`0x${bytes.slice(64)}`));
  const changed = numbers.map((number) => number.toString(16).padStart(64, '0')).join('');
  return `${protectedHeader}.${body}.${Buffer.from(changed, 'hex').toString('base64url')}`;
}

/** A token under a signature of these bytes. */
const under = (alg: string, kid: string, bytes: (input: Buffer) => Uint8Array): string => {
  const input = `${encode({ alg, kid })}.${payload}`;
  return `${input}.${Buffer.from(bytes(Buffer.from(input))).toString('base64url')}`;
};
const signedWith =
  (pair: Pair) =>
  (input: Buffer): Buffer =>
    sign('sha256', input, pair.privateKey);

const signatures: readonly Row[] = [
  ['is of another key', rs({}, claims, attacker)],
  ['is of another token', `${header}.${encode({ ...claims, admin: true })}.${signature}`],
  ['is of another header', `${encode({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${payload}.${signature}`],
  ['is cut short', under('RS256', 'one', (input) => signedWith(rsa)(input).subarray(0, 255))],
  [
    'has a byte of zero before it',
    under('RS256', 'one', (input) => Buffer.concat([Buffer.alloc(1), signedWith(rsa)(input)])),
  ],
  [
    'has one bit changed',
    under('RS256', 'one', (input) => signedWith(rsa)(input).map((byte, at) => (at === 100 ? byte ^ 1 : byte))),
  ],
  ['is the modulus', under('RS256', 'one', () => Buffer.from(good.n ?? '', 'base64url'))],
  ['is zero', under('RS256', 'one', () => Buffer.alloc(256))],
  ['is of RS512', under('RS256', 'one', (input) => sign('sha512', input, rsa.privateKey))],
  ['is one byte', under('RS256', 'one', () => Buffer.alloc(1))],
  ['has r and s zero (CVE-2022-21449)', es256(() => [0n, 0n])],
  ['has r zero', es256((_, s) => [0n, s])],
  ['has s zero', es256((r) => [r, 0n])],
  ['has r and s of the order of the group', es256(() => [P256_ORDER, P256_ORDER])],
  ['has s of the order of the group', es256((r) => [r, P256_ORDER])],
  ['has r larger than the order', es256((_, s) => [2n ** 256n - 1n, s])],
  ['has r and s exchanged', es256((r, s) => [s, r])],
  ['is in DER (RFC 7518, section 3.4)', under('ES256', 'ec', signedWith(ec))],
  ['is zero in DER', under('ES256', 'ec', () => Buffer.from('3006020100020100', 'hex'))],
  ['is half of one', under('ES256', 'ec', (input) => signedWith(ec)(input).subarray(0, 32))],
  ['is zero for Ed25519', under('EdDSA', 'ed', () => Buffer.alloc(64))],
  [
    'has the order of the group added (RFC 8032, section 5.1.7)',
    under('EdDSA', 'ed', (input) => {
      const bytes = sign(null, input, ed.privateKey);
      const scalar = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + ED25519_ORDER;
      const added = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse();
      return Buffer.concat([bytes.subarray(0, 32), added]);
    }),
  ],
].map(([name = '', token]): Row => [name, 'signature_invalid', token]);

/** What is wrong with the claims of a forgery is no business of the forger. */
const forgeries: readonly Row[] = [
  ['expired', { exp: NOW - DAY }],
  ['not valid yet', { nbf: NOW + DAY }],
  ['for nobody', { aud: undefined }],
  ['for another audience', { aud: 'https://other.example' }],
  ['of nobody', { sub: undefined }],
  ['without an end', { exp: undefined }],
].map(([name, changes]): Row => [
  String(name),
  'signature_invalid',
  rs({}, { ...claims, ...(changes as object) }, attacker),
]);

const times: readonly Row[] = [
  ['exp is absent (RFC 8725, section 3.10)', 'claim_missing', without('exp')],
  ...['"1800003600"', 'null', 'true', '[1800003600]', '{}'].map((exp): Row => [
    `exp is ${exp} (RFC 7519, section 2)`,
    'claim_malformed',
    rawWith('exp', exp),
  ]),
  ...['1e400', '9'.repeat(400), '1e300', '1e21', '-0', '0', '-1', '-1e400', '9007199254740992'].map((exp): Row => [
    `exp is ${exp.slice(0, 20)}`,
    'claim_malformed',
    rawWith('exp', exp),
  ]),
  ['exp is in milliseconds', 'token_lifetime_too_long', with_({ exp: (NOW + 3_600) * 1_000 })],
  [
    'exp is in milliseconds, without iat',
    'token_lifetime_too_long',
    with_({ exp: (NOW + 3_600) * 1_000, iat: undefined }),
  ],
  ['the token lives a second longer than a day', 'token_lifetime_too_long', with_({ iat: NOW, exp: NOW + DAY + 1 })],
  [
    'the token lives a second longer than a day from now',
    'token_lifetime_too_long',
    with_({ iat: undefined, exp: NOW + DAY + 1 }),
  ],
  ['exp was as long ago as clocks may differ', 'token_expired', with_({ exp: NOW - 30 })],
  ['exp was a day ago', 'token_expired', with_({ iat: NOW - 2 * DAY, exp: NOW - DAY })],
  ['exp is now, and clocks may not differ', 'token_expired', with_({ exp: NOW }), { issuer: { clockSkew: '0s' } }],
  ['nbf is later than clocks may differ', 'token_not_yet_valid', with_({ nbf: NOW + 31 })],
  ['nbf is later by a fraction', 'token_not_yet_valid', with_({ nbf: NOW + 30.5 })],
  ...['"1800000000"', 'null', '-1e400', '1e400', '[]'].map((nbf): Row => [
    `nbf is ${nbf}`,
    'claim_malformed',
    rawAnd(`"nbf":${nbf}`),
  ]),
  ['iat is later than clocks may differ', 'token_issued_in_future', with_({ iat: NOW + 31 })],
  ['all times are in milliseconds', 'token_issued_in_future', with_({ iat: NOW * 1_000, exp: (NOW + 60) * 1_000 })],
  ...['"1800000000"', 'null', '1e400', 'true'].map((iat): Row => [
    `iat is ${iat}`,
    'claim_malformed',
    rawWith('iat', iat),
  ]),
  ['iat is absent where age is bounded', 'claim_missing', without('iat'), { issuer: { maxTokenAge: '10m' } }],
  ['the token is too old', 'token_too_old', with_({ iat: NOW - 631 }), { issuer: { maxTokenAge: '10m' } }],
];

const names: readonly Row[] = [
  ...(
    [
      ['absent', undefined],
      ['an object', {}],
      ['a number', 1],
      ['null', null],
      ['true', true],
      ['an array in an array', [[AUDIENCE]]],
      ['an array with a number', [AUDIENCE, 1]],
      ['an array with null', [AUDIENCE, null]],
      ['an array with one name twice', [AUDIENCE, AUDIENCE]],
      ['an array of 65 names', [AUDIENCE, ...Array.from({ length: 64 }, (_, i) => `a${i}`)]],
      ['the right one with NUL', `${AUDIENCE}\0`],
      ['the right one with a direction mark', `${AUDIENCE}\u202e`],
      ['a list with a lone surrogate', [AUDIENCE, '\ud800']],
    ] as const
  ).map(([name, aud]): Row => [`aud is ${name} (RFC 7519, section 4.1.3)`, 'claim_malformed', with_({ aud })]),
  ...(
    [
      ['an empty array', []],
      ['empty', ''],
      ['an array of the empty name', ['']],
      ['of another service', 'https://other.example'],
      ['the beginning of the right one', AUDIENCE.slice(0, -1)],
      ['the right one and more', `${AUDIENCE}.attacker.example`],
      ['the right one and a slash', `${AUDIENCE}/`],
      ['of other case', AUDIENCE.toUpperCase()],
      ['two names in one, with a space between', `${AUDIENCE} https://other.example`],
      ['two names in one, with a comma between', `${AUDIENCE},https://other.example`],
      ['a wildcard', '*'],
      ['an array of a wildcard', ['*']],
    ] as const
  ).map(([name, aud]): Row => [`aud is ${name} (RFC 8725, section 3.9)`, 'audience_mismatch', with_({ aud })]),
  ...(
    [
      ['absent', undefined],
      ['a number', 1],
      ['an array', ['org:o/env:e']],
      ['an object', {}],
      ['null', null],
      ['empty', ''],
      ['with NUL', 'org:o/env:e\0'],
      ['with a line break', 'org:o/env:e\n'],
      ['with a control character of the second kind', 'org:o/env:e\u0085'],
      ['with a direction mark', 'org:o/env:\u202ee'],
      ['with an invisible character', 'org:o\u200b/env:e'],
      ['with a lone surrogate', 'org:o/env:\ud800'],
      ['with a tag character', 'org:o/env:e\u{e0041}'],
    ] as const
  ).map(([name, sub]): Row => [`sub is ${name} (RFC 7519, section 4.1.2)`, 'claim_malformed', with_({ sub })]),
  ...[
    'org:o',
    'org:o/env:',
    'org:o/env:e/',
    'org:o//env:e',
    'env:e/org:o',
    'org:o/env:é',
    'org%3Ao/env:e',
    'org:o/env:..',
  ].map((sub): Row => [`sub is ${sub}`, 'subject_malformed', with_({ sub })]),
  ['sub contradicts org', 'subject_inconsistent', with_({ org: 'other' })],
  ['org is null', 'subject_inconsistent', with_({ org: null })],
];

/** Genuine tokens that the rules do not cover: a principal is known, and gets nothing. */
const uncovered: readonly Row[] = [
  ...(
    [
      ['of a name that extends the trusted one', 'no_rule_for_subject', 'org:acme-evil/env:e'],
      ['of a name that the trusted one extends', 'no_rule_for_subject', 'org:acm/env:e'],
      ['of other case', 'no_rule_for_subject', 'org:ACME/env:e'],
    ] as const
  ).map(([name, code, sub]): Row => [
    `an organisation ${name}`,
    code,
    with_({ sub }),
    { rules: [{ id: 'acme', effect: 'allow', when: { issuer: 'gitpod', subject: 'org:acme' } }] },
  ]),
  ...(
    [
      ['with another normal form (RFC 7515, section 10.13)', 'cafe\u0301'],
      ['in other case', 'CAF\u00c9'],
      ['with more after it', 'caf\u00e9/x'],
      ['with a look-alike letter', 'c\u0430f\u00e9'],
    ] as const
  ).map(([name, sub]): Row => [
    `an opaque subject ${name}`,
    'no_rule_for_subject',
    with_({ sub }),
    {
      issuer: { subject: 'opaque' },
      rules: [{ id: 'cafe', effect: 'allow', when: { issuer: 'gitpod', subject: 'caf\u00e9' } }],
    },
  ]),
  ...(
    [
      ['the text "true" for true', { admin: true }, '"admin":"true"'],
      ['1 for true', { admin: true }, '"admin":1'],
      ['an array of true for true', { admin: true }, '"admin":[true]'],
      ['true for the text', { admin: 'true' }, '"admin":true'],
      ['a number for the text of it (CVE-2026-25537)', { level: '1' }, '"level":1'],
      ['a text for the number in it', { level: 1 }, '"level":"1"'],
      ['an array for the text in it', { email: { glob: '*@example.com' } }, '"email":["a@example.com"]'],
      ['null for what must be something else', { level: { not: 1 } }, '"level":null'],
      ['another type for what must be something else', { level: { not: 1 } }, '"level":"2"'],
      ['a number too large to tell for what must be something else', { level: { not: 1 } }, '"level":9007199254740993'],
      ['it in a claim `__proto__`', { admin: true }, '"__proto__":{"admin":true}'],
      ['it in a claim `constructor`', { admin: true }, '"constructor":{"prototype":{"admin":true}}'],
      ['it in other case', { admin: true }, '"Admin":true'],
      ['it under a name with a dot', { '/a/b': true }, '"a.b":true'],
      ['it under a name with a slash', { '/a/b': true }, '"a/b":true'],
      ['the length of an array for a claim', { '/list/length': 1 }, '"list":[1]'],
    ] as const
  ).map(([name, condition, members]): Row => [
    `a token that has ${name}`,
    'condition_not_met',
    rawAnd(members),
    { rules: [{ id: 'admins', effect: 'allow', when: { issuer: 'gitpod', claims: condition } }] },
  ]),
  [
    'a token without what the object prototype has',
    'condition_not_met',
    genuine,
    { rules: [{ id: 'own', effect: 'allow', when: { issuer: 'gitpod', claims: { toString: { present: true } } } }] },
  ],
];

const rename = (pair: Pair, kid: string): JsonWebKey => jwk(pair, { kid, alg: 'RS256' });

const accepted: readonly (readonly [name: string, token: string, world?: World])[] = [
  ['without kid where one key is published', rs({ kid: undefined }), { keys: [good] }],
  ['without kid where one key fits', rs({ kid: undefined })],
  ['whose kid two keys of different types have', genuine, { keys: [good, jwk(ec, { kid: 'one', alg: 'ES256' })] }],
  ['whose kid a published secret has too', genuine, { keys: [{ ...oct, kid: 'one' }, good] }],
  [
    'beside keys that are malformed, null or unknown',
    genuine,
    { keys: [null, 1, {}, { kty: 'RSA' }, { kty: 'X' }, good] },
  ],
  ['whose kid is `__proto__`, which is published', rs({ kid: '__proto__' }), { keys: [rename(rsa, '__proto__')] }],
  ['of RS256 under an RSA key that says no algorithm', genuine, { keys: [jwk(rsa, { kid: 'one' })] }],
  [
    'of PS256 under such a key where the issuer signs with no other RSA algorithm',
    ps(),
    { keys: [jwk(rsa, { kid: 'one' })], issuer: { algorithms: ['PS256', 'ES256'] } },
  ],
  ['of ES256', es256((r, s) => [r, s])],
  ['of ES256, malleated: r and n - s sign the same', es256((r, s) => [r, P256_ORDER - s])],
  ['of EdDSA', mint(ed, { alg: 'EdDSA', kid: 'ed' }, claims, 'EdDSA')],
  ['of Ed25519 (RFC 9864)', mint(ed, { alg: 'Ed25519', kid: 'ed' }, claims, 'Ed25519')],
  ['whose typ is jwt (RFC 7515, section 4.1.9)', rs({ typ: 'jwt' })],
  ['whose typ is application/jwt', rs({ typ: 'application/jwt' })],
  ['of type at+jwt where these are asked for', rs({ typ: 'at+jwt' }), { issuer: { tokenType: ['at+jwt'] } }],
  ['with a header parameter that means nothing here', rs({ x: 1, nonce: 'a' })],
  ['with dates in fractions (RFC 7519, section 2)', with_({ exp: NOW + 60.75, iat: NOW - 0.25, nbf: NOW - 0.5 })],
  ['whose exp was a second less ago than clocks may differ', with_({ exp: NOW - 29 })],
  ['whose nbf and iat are as far ahead as clocks may differ', with_({ nbf: NOW + 30, iat: NOW + 30 })],
  ['that lives a day', with_({ iat: NOW, exp: NOW + DAY })],
  ['without iat', without('iat')],
  ['as old as is allowed', with_({ iat: NOW - 630 }), { issuer: { maxTokenAge: '10m' } }],
  ['whose aud names this service and others', with_({ aud: ['https://other.example', AUDIENCE] })],
  ['whose aud has 64 names', with_({ aud: [AUDIENCE, ...Array.from({ length: 63 }, (_, i) => `a${i}`)] })],
  ['with 256 claims', with_(many(256 - Object.keys(claims).length))],
  ['with 16 levels', rawAnd(`"deep":${deep(15)}`)],
  ['with a claim of 4 KiB', with_({ text: 'x'.repeat(4_096) })],
  [
    'with claims named like members of the object prototype',
    rawAnd('"__proto__":{"a":1},"constructor":1,"toString":null'),
  ],
  ['with names that only contain a registered one', with_({ subs: 1, issuer: 1, 'x-sub': 1, expires: 1 })],
  ['spelt with spaces and escapes', raw(json.replaceAll('":', '" :\n').replace('"sub"', '"\\u0073ub"'))],
];

describe('without asking the network, a token is denied', () => {
  test.each([...algorithms, ...headers, ...issuers, ...encodings])('where %s', async (...row) => {
    const { requests } = await denies(row);
    expect(requests).toEqual([]);
  });

  test.each(serialisations)('that is %s', async (...row) => {
    const { requests } = await denies(row);
    expect(requests).toEqual([]);
  });

  test('that is encrypted around one without a signature (CVE-2026-29000)', async () => {
    const { requests } = await denies(['', 'token_encrypted', await nestedJwe()]);
    expect(requests).toEqual([]);
  });
});

describe('a token is denied', () => {
  test.each([...keys, ...times, ...names])('where %s', async (...row) => {
    await denies(row);
  });

  test.each(signatures)('whose signature %s', async (...row) => {
    await denies(row);
  });

  test.each(forgeries)('as forged, and not as %s', async (...row) => {
    await denies(row);
  });
});

test.each(uncovered)('%s is nothing to the rules', async (...[, code, token, world]) => {
  const { decision, again } = await judge(token, world);
  expect([codeOf(decision), codeOf(again)]).toEqual([code, code]);
  expect(decision).toMatchObject({ effect: 'deny', grants: [], expiresAt: NOW });
  expectNoTrace(decision, token);
});

test.each(accepted)('a genuine token is accepted %s', async (...[, token, world]) => {
  const { decision, again } = await judge(token, world);
  expect([codeOf(decision), codeOf(again)]).toEqual(['rule_matched', 'rule_matched']);
  expect(decision).toMatchObject({ effect: 'allow', principal: { kind: 'environment', path: 'org:o/env:e' } });
  expectNoTrace(decision, token);
});

test('a key id that is not published asks the network once, however often it comes', async () => {
  const { fetch, asked } = new PublishedIssuer(ISSUER, published);
  const gitpod = { url: ISSUER, subject: 'gitpod', audiences: [AUDIENCE] };
  const engine = await createEngine({
    policies: policyOf({ issuers: { gitpod }, rules: EVERYBODY }),
    clock: () => NOW,
    fetch,
  });
  const flood = Array.from({ length: 50 }, (_, i) => rs({ kid: `unknown-${i}` }));
  const codes = await Promise.all(flood.map(async (token) => codeOf(await engine.authorize(token))));
  expect(new Set(codes)).toEqual(new Set(['key_unknown']));
  expect(asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
  await engine.close();
});
