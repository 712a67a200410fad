import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CountersignError } from '../../src/decision/reason.ts';
import { staticKeys } from '../../src/token/keys/static-keys.ts';
import type { KeySource } from '../../src/token/keys/key-source.ts';
import { VerifiedTokenCache } from '../../src/token/cache.ts';
import { createVerifier, type IssuerTrust, type Verification, type Verifier } from '../../src/token/verify.ts';
import { claims, ecPair, edPair, encode, ISSUER, jwk, mint, mintHmac, NOW, rsaPair, trust } from './tokens.ts';
import { runsOf, timeFor } from '../runs.ts';

const rsa = rsaPair();
const attacker = rsaPair();
const ec = ecPair();
const ed = edPair();
const jwks = {
  keys: [
    jwk(rsa, { kid: 'one', alg: 'RS256', use: 'sig' }),
    jwk(ec, { kid: 'ec', alg: 'ES256' }),
    jwk(ed, { kid: 'ed', alg: 'EdDSA' }),
  ],
};

const verifierOf = (keys: KeySource, changes: Partial<IssuerTrust> = {}): Verifier =>
  createVerifier({ issuers: new Map([[ISSUER, { ...trust, ...changes }]]), keys: () => keys });
const codeOf = (verification: Verification): string =>
  'reason' in verification ? verification.reason.code : 'verified';
const verify = verifierOf(staticKeys(jwks));
const bare = jwk(rsa, { kid: 'one' });

describe('a genuine token', () => {
  test('is verified, with its claims and header, frozen', async () => {
    const verification = await verify(mint(rsa, { alg: 'RS256', kid: 'one', typ: 'JWT', other: 1 }), NOW);
    expect(verification).toEqual({
      token: { issuer: ISSUER, claims, header: { alg: 'RS256', kid: 'one', typ: 'JWT' } },
    });
    const token = 'token' in verification ? verification.token : undefined;
    expect([token, token?.claims, token?.header].every(Object.isFrozen)).toBe(true);
  });

  test('is verified alike under a header that was verified before, and shows no more than its header', async () => {
    const fresh = verifierOf(staticKeys(jwks));
    const expected = { token: { issuer: ISSUER, claims, header: { alg: 'RS256' } } };
    expect(await fresh(mint(rsa, { alg: 'RS256' }), NOW)).toStrictEqual(expected);
    expect(await fresh(mint(rsa, { alg: 'RS256' }), NOW)).toStrictEqual(expected);
  });

  test('is verified with keys that come later, on the pool', async () => {
    const keySet = () => Promise.resolve(staticKeys(jwks).keySet({}));
    const options = { issuers: new Map([[ISSUER, trust]]), keys: () => ({ keySet }), verification: 'pool' as const };
    expect(codeOf(await createVerifier(options)(mint(rsa), NOW))).toBe('verified');
  });

  test('is verified with the keys that are asked for with its kid', async () => {
    const asked: unknown[] = [];
    const keySet: KeySource['keySet'] = (wanted) => {
      asked.push(wanted);
      return staticKeys(jwks).keySet(wanted);
    };
    const remembering = createVerifier({
      issuers: new Map([[ISSUER, trust]]),
      keys: () => ({ keySet }),
      cache: new VerifiedTokenCache(),
    });
    for (let i = 0; i < 2; i += 1) await remembering(mint(rsa), NOW);
    expect(asked).toEqual([{ kid: 'one' }, { kid: 'one' }]);
  });

  test.each<[name: string, token: string]>([
    ['of ES256', mint(ec, { alg: 'ES256', kid: 'ec' }, claims, 'ES256')],
    ['of EdDSA', mint(ed, { alg: 'EdDSA', kid: 'ed' }, claims, 'EdDSA')],
    ['of Ed25519 under a key that says EdDSA', mint(ed, { alg: 'Ed25519', kid: 'ed' }, claims, 'Ed25519')],
    ['without kid where one key fits', mint(rsa, { alg: 'RS256' })],
    ['with typ in small letters', mint(rsa, { alg: 'RS256', kid: 'one', typ: 'jwt' })],
    ['with typ in its long form', mint(rsa, { alg: 'RS256', kid: 'one', typ: 'application/JWT' })],
    ['with an audience of its own beside others', mint(rsa, undefined, { ...claims, aud: ['x', 'y'] })],
    ['with times in fractions', mint(rsa, undefined, { ...claims, exp: NOW + 0.5, iat: NOW - 0.5, nbf: NOW - 0.25 })],
    ['without iat', mint(rsa, undefined, { ...claims, iat: undefined })],
    ['with a claim `__proto__`', mint(rsa, undefined, JSON.stringify(claims).replace('{', '{"__proto__":{"a":1},'))],
  ])('is verified %s', async (_name, token) => {
    expect(codeOf(await verify(token, NOW))).toBe('verified');
  });

  test('is verified as an access token where the issuer may send these', async () => {
    const atJwt = verifierOf(staticKeys(jwks), { tokenType: ['at+jwt'] });
    expect(codeOf(await atJwt(mint(rsa, { alg: 'RS256', kid: 'one', typ: 'application/at+jwt' }), NOW))).toBe(
      'verified',
    );
    expect(codeOf(await atJwt(mint(rsa, { alg: 'RS256', kid: 'one', typ: 'JWT' }), NOW))).toBe('type_not_allowed');
    expect(codeOf(await atJwt(mint(rsa), NOW))).toBe('type_not_allowed');
    const ofTree = verifierOf(staticKeys(jwks), { tokenType: ['x/y', 'application/JWT'] });
    expect(codeOf(await ofTree(mint(rsa, { alg: 'RS256', kid: 'one', typ: 'application/x/y' }), NOW))).toBe(
      'type_not_allowed',
    );
    expect(codeOf(await ofTree(mint(rsa, { alg: 'RS256', kid: 'one', typ: 'X/Y' }), NOW))).toBe('verified');
    expect(codeOf(await ofTree(mint(rsa), NOW))).toBe('verified');
  });
});

describe('a header is refused', () => {
  test.each<[name: string, alg: unknown]>([
    ['none', 'none'],
    ['None', 'None'],
    ['NONE', 'NONE'],
    ['nOnE', 'nOnE'],
    ['empty', ''],
    ['null', null],
    ['an array', []],
    ['a list of an allowed one', ['RS256']],
    ['an object', {}],
    ['an allowed one and a space', 'RS256 '],
    ['an allowed one in small letters', 'rs256'],
    ['absent', undefined],
    ['not in the issuer’s list', 'RS512'],
    ['a MAC', 'HS256'],
    ['a name of the object prototype', 'toString'],
  ])('whose algorithm is %s', async (_name, alg) => {
    for (const signature of ['', '.keep']) {
      const token = mint(rsa, { alg, kid: 'one' });
      const sent = signature === '' ? token.slice(0, token.lastIndexOf('.') + 1) : token;
      const verification = await verify(sent, NOW);
      expect(codeOf(verification)).toBe('algorithm_not_allowed');
      expect('reason' in verification && verification.reason.actual).toEqual(alg);
    }
  });

  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
  test.each<[name: string, secret: string | Buffer]>([
    ['PEM', pem],
    ['PEM after white space', `\n ${pem.toString()}`],
    ['PKCS #1 PEM', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' })],
    ['DER', rsa.publicKey.export({ type: 'spki', format: 'der' })],
    ['JWK', JSON.stringify(jwks.keys[0])],
    ['modulus', Buffer.from(String(jwks.keys[0]?.['n']), 'base64url')],
    ['empty text', ''],
  ])('whose MAC is keyed with the public key as %s', async (_name, secret) => {
    for (const alg of ['HS256', 'RS256']) {
      const code = alg === 'HS256' ? 'algorithm_not_allowed' : 'signature_invalid';
      expect(codeOf(await verify(mintHmac(secret, { alg, kid: 'one' }), NOW))).toBe(code);
    }
  });

  test.each<[name: string, more: object]>([
    ['crit of something unknown', { crit: ['exp2'], exp2: 1 }],
    ['crit that is empty', { crit: [] }],
    ['crit that is a string', { crit: 'foo' }],
    ['crit of a registered parameter', { crit: ['alg'] }],
    ['crit named twice over', { crit: ['b64', 'b64'], b64: true }],
    ['crit of a prototype member', { crit: ['toString'] }],
    ['crit that is null', { crit: null }],
    ['b64 false', { b64: false }],
    ['b64 true', { b64: true }],
    ['zip', { zip: 'DEF' }],
    ['cty', { cty: 'JWT' }],
    ['jwk', { jwk: jwk(attacker) }],
    ['jku', { jku: 'https://attacker.example/jwks' }],
    ['x5u', { x5u: 'https://attacker.example/cert' }],
    ['x5c', { x5c: ['MIIB'] }],
  ])('that has %s, whoever signed it', async (_name, more) => {
    for (const pair of [rsa, attacker]) {
      expect(await verify(mint(pair, { alg: 'RS256', kid: 'one', ...more }), NOW)).toMatchObject({
        reason: { code: 'header_not_allowed', actual: Object.keys(more)[0] },
      });
    }
  });

  test.each<[name: string, typ: unknown]>([
    ['an access token', 'at+jwt'],
    ['a logout token', 'logout+jwt'],
    ['a DPoP proof', 'dpop+jwt'],
    ['a security event', 'secevent+jwt'],
    ['in the long form of another', 'application/at+JWT'],
    ['of another tree', 'text/jwt'],
    ['of a subtree', 'application/x/jwt'],
    ['empty', ''],
    ['null', null],
    ['an array', ['JWT']],
    ['followed by a space', 'JWT '],
  ])('whose type is %s', async (_name, typ) => {
    const verification = await verify(mint(rsa, { alg: 'RS256', kid: 'one', typ }), NOW);
    expect(verification).toMatchObject({ reason: { code: 'type_not_allowed', actual: typ } });
  });

  test('for its algorithm before its parameters, and for these before its type', async () => {
    expect(codeOf(await verify(mint(rsa, { alg: 'none', crit: [], typ: 1 }), NOW))).toBe('algorithm_not_allowed');
    expect(codeOf(await verify(mint(rsa, { alg: 'RS256', crit: [], typ: 1 }), NOW))).toBe('header_not_allowed');
  });
});

describe('a key is refused where kid is', () => {
  test.each<[name: string, kid: unknown]>([
    ['a path', '../../dev/null'],
    ['SQL', "' OR 1=1 --"],
    ['257 characters long', 'k'.repeat(257)],
    ['2000 characters long', 'k'.repeat(2_000)],
    ['NUL', '\0'],
    ['a number', 1],
    ['null', null],
    ['an array of a known one', ['one']],
    ['a name of the object prototype', '__proto__'],
    ['empty', ''],
    ['a known one in capitals', 'ONE'],
    ['a known one and a space', 'one '],
  ])('%s', async (_name, kid) => {
    const verification = await verify(mint(rsa, { alg: 'RS256', kid }), NOW);
    expect(codeOf(verification)).toBe('key_unknown');
    expect('reason' in verification && JSON.stringify(verification.reason).length < 1_000).toBe(true);
  });

  test('that of a key for another algorithm', async () => {
    expect(codeOf(await verify(mint(rsa, { alg: 'PS256', kid: 'one' }, claims, 'PS256'), NOW))).toBe('key_unfit');
    expect(codeOf(await verify(mint(rsa, { alg: 'RS256', kid: 'ec' }), NOW))).toBe('key_unfit');
  });
});

test.each<[name: string, key: object, changes: Partial<IssuerTrust>, code: string]>([
  ['for any RSA algorithm', bare, {}, 'signature_invalid'],
  ['for RS256', { ...bare, alg: 'RS256' }, {}, 'signature_invalid'],
  ['for PS256', { ...bare, alg: 'PS256' }, {}, 'key_unfit'],
  ['of an issuer of PS256', bare, { algorithms: ['PS256'] }, 'algorithm_not_allowed'],
])('a PS256 signature under a header that says RS256 is refused, with a key %s', async (_name, key, changes, code) => {
  const renamed = mint(rsa, { alg: 'RS256', kid: 'one' }, claims, 'PS256');
  expect(codeOf(await verifierOf(staticKeys({ keys: [key] }), changes)(renamed, NOW))).toBe(code);
});

describe('a header that was verified before', () => {
  const other = { ...trust, url: 'https://other.example', algorithms: ['ES256'] };
  const both = createVerifier({
    issuers: new Map([
      [ISSUER, trust],
      [other.url, other],
    ]),
    keys: () => staticKeys(jwks),
  });

  test('is judged anew for another issuer', async () => {
    expect(codeOf(await both(mint(rsa), NOW))).toBe('verified');
    expect(codeOf(await both(mint(rsa, undefined, { ...claims, iss: other.url }), NOW))).toBe('algorithm_not_allowed');
    expect(codeOf(await both(mint(rsa), NOW))).toBe('verified');
  });

  test('lends nothing to claims that were not signed under it', async () => {
    expect(await both(mint(rsa), NOW)).toEqual(await both(mint(rsa), NOW));
    expect(codeOf(await both(mint(attacker), NOW))).toBe('signature_invalid');
    expect(codeOf(await both(mint(rsa, undefined, { ...claims, SUB: 'x' }), NOW))).toBe('ambiguous_claim');
    expect(codeOf(await both(mint(rsa, undefined, { ...claims, exp: NOW - 60 }), NOW))).toBe('token_expired');
  });
});

describe('a signature is refused', () => {
  const [head, body, signature] = mint(rsa).split('.') as [string, string, string];
  const ecToken = mint(ec, { alg: 'ES256', kid: 'ec' }, claims, 'ES256');
  const ecInput = ecToken.slice(0, ecToken.lastIndexOf('.'));
  test.each<[name: string, token: string, code: string]>([
    ['of another key', mint(attacker), 'signature_invalid'],
    [
      'with a bit turned',
      `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      'signature_invalid',
    ],
    ['over other claims', `${head}.${encode({ ...claims, sub: 'org:o/env:x' })}.${signature}`, 'signature_invalid'],
    ['over another header', `${encode({ alg: 'RS256', kid: 'one', a: 1 })}.${body}.${signature}`, 'signature_invalid'],
    ['that is cut', `${head}.${body}.${encode(Buffer.from(signature, 'base64url').subarray(3))}`, 'signature_invalid'],
    [
      'that is longer',
      `${head}.${body}.${encode(Buffer.concat([Buffer.from(signature, 'base64url'), Buffer.alloc(3)]))}`,
      'signature_invalid',
    ],
    ['that is empty', `${head}.${body}.`, 'token_malformed'],
    ['of zeros', `${ecInput}.${encode(Buffer.alloc(64))}`, 'signature_invalid'],
  ])('%s', async (_name, token, code) => {
    expect(codeOf(await verify(token, NOW))).toBe(code);
  });
});

test('an empty signature is said to be missing', async () => {
  const token = mint(rsa);
  expect(await verify(token.slice(0, token.lastIndexOf('.') + 1), NOW)).toEqual({
    reason: expect.objectContaining({ code: 'token_malformed', path: 'signature' }),
  });
});

describe('an issuer is unknown where iss is', () => {
  test.each<[name: string, iss: unknown]>([
    ['absent', undefined],
    ['an array of it', [ISSUER]],
    ['a number', 1],
    ['null', null],
    ['in other case', ISSUER.toUpperCase()],
    ['followed by a slash', `${ISSUER}/`],
    ['without its scheme', 'issuer.example'],
    ['`__proto__`', '__proto__'],
    ['`constructor`', 'constructor'],
    ['of 4000 characters', 'x'.repeat(4_000)],
  ])('%s', async (_name, iss) => {
    let asked = 0;
    const counting = createVerifier({
      issuers: new Map([[ISSUER, trust]]),
      keys: () => {
        asked += 1;
        return staticKeys(jwks);
      },
    });
    const verification = await counting(mint(rsa, { alg: 'none' }, { ...claims, iss }), NOW);
    expect(codeOf(verification)).toBe('issuer_unknown');
    expect(asked).toBe(0);
    if (typeof iss === 'string') expect(verification).toMatchObject({ reason: { actual: iss.slice(0, 256) } });
  });

  test('inherited by all objects', async () => {
    const polluted = Object.prototype as { iss?: string };
    try {
      polluted.iss = ISSUER;
      expect(codeOf(await verify(mint(rsa, undefined, { ...claims, iss: undefined }), NOW))).toBe('issuer_unknown');
    } finally {
      delete polluted.iss;
    }
  });
});

describe('what is said before the signature holds', () => {
  test('comes from the token alone', async () => {
    const tokens = [
      mint(attacker),
      mint(attacker, { alg: 'HS256' }),
      mint(attacker, { alg: 'RS256', typ: 'x' }),
      mint(attacker, { alg: 'RS256', kid: 'x' }),
      mint(attacker, undefined, { ...claims, iss: 'x' }),
      mint(attacker, undefined, { ...claims, exp: 1, aud: 1, sub: 1 }),
    ];
    for (const token of tokens) {
      const verification = await verify(token, NOW);
      expect(codeOf(verification)).not.toBe('verified');
      expect('reason' in verification && Object.hasOwn(verification.reason, 'expected')).toBe(false);
      expect(JSON.stringify(verification)).not.toContain(token.split('.')[2]);
    }
  });
});

describe('a verifier', () => {
  let token: string;
  beforeAll(() => {
    token = mint(rsa);
  });

  test.each<[name: string, options: unknown, message: RegExp]>([
    ['options that are none', undefined, /createVerifier takes .*issuers, keys, cache, limits/],
    ['options that are null', null, /createVerifier takes/],
    ['an unknown option', { issuers: new Map(), keys: () => 1, algorithms: [] }, /"algorithms".*issuers, keys, cache/],
    [
      'signatures that are checked elsewhere',
      { issuers: new Map(), keys: () => 1, verification: 'there' },
      /^verification must be inline, pool, auto$/,
    ],
    ['issuers that are no Map', { issuers: {}, keys: () => 1 }, /issuers must be a Map/],
    ['keys that are no function', { issuers: new Map(), keys: {} }, /keys must be a function/],
    ['another cache', { issuers: new Map(), keys: () => 1, cache: new Map() }, /^cache must be a VerifiedTokenCache/],
    ['an unknown limit', { issuers: new Map(), keys: () => 1, limits: { size: 1 } }, /"size".*tokenBytes/],
    ['a limit of zero', { issuers: new Map(), keys: () => 1, limits: { depth: 0 } }, /limits.depth/],
    ['a limit that is no number', { issuers: new Map(), keys: () => 1, limits: { depth: '9' } }, /limits.depth/],
    ['more audiences than any token may have', { issuers: new Map(), keys: () => 1, limits: { audiences: 65 } }, /64/],
    ['an issuer under another url', { issuers: new Map([['x', trust]]), keys: () => 1 }, /^issuers must be keyed by/],
  ])('is not made of %s', (_name, options, message) => {
    expect(() => createVerifier(options as never)).toThrow(TypeError);
    expect(() => createVerifier(options as never)).toThrow(message);
  });

  const ALGORITHMS = /^algorithms of issuer .* must be a non-empty list of RS256, .*, Ed25519$/;
  const TYPES = /^tokenType of issuer .* must be a non-empty list of strings$/;
  const SKEW = /^clockSkew of issuer .* must be a number of seconds from 0 to 300$/;
  const LIFETIME = /^maxLifetime of issuer .* must be a positive number of seconds$/;
  test.each<[name: string, change: object, message: RegExp]>([
    ['algorithm none', { algorithms: ['none'] }, ALGORITHMS],
    ['a MAC', { algorithms: ['RS256', 'HS256'] }, ALGORITHMS],
    ['an unknown algorithm', { algorithms: ['rs256'] }, ALGORITHMS],
    ['no algorithm', { algorithms: [] }, ALGORITHMS],
    ['algorithms as one string', { algorithms: 'RS256' }, ALGORITHMS],
    ['no type', { tokenType: [] }, TYPES],
    ['a type that is no string', { tokenType: ['JWT', 1] }, TYPES],
    ['negative skew', { clockSkew: -1 }, SKEW],
    ['skew over five minutes', { clockSkew: 301 }, SKEW],
    ['infinite skew', { clockSkew: Infinity }, SKEW],
    ['skew that is NaN', { clockSkew: Number.NaN }, SKEW],
    ['skew that is a string', { clockSkew: '30' }, SKEW],
    ['no lifetime', { maxLifetime: 0 }, LIFETIME],
    ['endless lifetime', { maxLifetime: Infinity }, LIFETIME],
    ['lifetime that is a string', { maxLifetime: '24h' }, LIFETIME],
    ['no age', { maxTokenAge: 0 }, /^maxTokenAge of issuer .* must be a positive number of seconds$/],
    ['an unknown member', { audience: 'x' }, /^an issuer has no option "audience"/],
  ])('does not trust an issuer with %s', (_name, change, message) => {
    expect(() => verifierOf(staticKeys(jwks), change)).toThrow(TypeError);
    expect(() => verifierOf(staticKeys(jwks), change)).toThrow(message);
  });

  test.each([[''], [1], [undefined]])('does not trust an issuer whose url is %j', (url) => {
    const issuers = new Map([[url, { ...trust, url }]]) as never;
    expect(() => createVerifier({ issuers, keys: () => staticKeys(jwks) })).toThrow(
      new TypeError('issuer.url must be a non-empty string'),
    );
  });

  test.each([0, 300])('trusts an issuer with a skew of %d s', (clockSkew) => {
    expect(() => verifierOf(staticKeys(jwks), { clockSkew })).not.toThrow();
  });

  test.each([Number.NaN, Infinity, undefined, '1800000000'])('does not take %p for the time', async (now) => {
    const error = new TypeError('now must be a number of seconds since the epoch');
    await expect(verify(token, now as number)).rejects.toThrow(error);
  });

  test('keeps the trust it was made with', async () => {
    const algorithms = ['ES256'];
    const issuers = new Map<string, IssuerTrust>([[ISSUER, { ...trust, algorithms }]]);
    const kept = createVerifier({ issuers, keys: () => staticKeys(jwks) });
    algorithms.push('RS256');
    issuers.set(ISSUER, trust);
    expect(codeOf(await kept(token, NOW))).toBe('algorithm_not_allowed');
  });

  test('rejects with the error of a key source that is down', async () => {
    const error = new CountersignError('ERR_KEYS_UNAVAILABLE', 'down');
    await expect(verifierOf({ keySet: () => Promise.reject(error) })(token, NOW)).rejects.toBe(error);
  });

  const noKeySet = 'what a key source yields must be a key set';
  test.each<[name: string, keySet: () => unknown, message: string]>([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      'boom',
    ],
    ['rejects', () => Promise.reject(new Error('later')), 'later'],
    ['yields nothing', () => undefined, noKeySet],
    ['yields null', () => null, noKeySet],
    ['yields a text', () => 'keys', noKeySet],
    ['yields an object without keys', () => ({}), noKeySet],
    ['yields keys that are no list', () => ({ keys: {} }), noKeySet],
    ['yields a function that has keys', () => Object.assign(() => 1, { keys: [] }), noKeySet],
    ['yields nothing later', () => Promise.resolve(), noKeySet],
  ])('rejects with a CountersignError where a key source %s', async (_name, keySet, message) => {
    await expect(verifierOf({ keySet } as never)(token, NOW)).rejects.toMatchObject({
      code: 'ERR_KEYS_UNAVAILABLE',
      message: `the keys of issuer \`${ISSUER}\` cannot be had`,
      cause: { message },
    });
  });

  test('uses each issuer’s own keys, though they share a key id', async () => {
    const other = 'https://other.example';
    const sources = new Map([
      [ISSUER, staticKeys(jwks)],
      [other, staticKeys({ keys: [jwk(attacker, { kid: 'one' })] })],
    ]);
    const both = createVerifier({
      issuers: new Map([
        [ISSUER, trust],
        [other, { ...trust, url: other }],
      ]),
      keys: ({ url }) => sources.get(url)!,
    });
    expect(codeOf(await both(mint(attacker, undefined, { ...claims, iss: other }), NOW))).toBe('verified');
    expect(codeOf(await both(mint(attacker), NOW))).toBe('signature_invalid');
    expect(codeOf(await both(mint(rsa, undefined, { ...claims, iss: other }), NOW))).toBe('signature_invalid');
  });

  const numRuns = runsOf();
  test(
    'answers any text with a reason',
    async () => {
      const parts = fc.array(fc.oneof(fc.json().map(encode), fc.string(), fc.constant(encode(claims))), {
        maxLength: 4,
      });
      const texts = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.anything(),
        parts.map((all) => all.join('.')),
      );
      await fc.assert(
        fc.asyncProperty(texts, async (text) => 'reason' in (await verify(text, NOW))),
        { numRuns },
      );
    },
    timeFor(numRuns),
  );
});
