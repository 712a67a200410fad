import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeCanonical } from '../../src/token/base64url-node.ts';
import { base64urlFault } from '../../src/token/base64url.ts';
import { parseCompact } from '../../src/token/compact.ts';
import type { KnownHeader } from '../../src/token/known-headers.ts';
import { tokenLimits } from '../../src/token/limits.ts';
import { ambiguousClaim } from '../../src/token/ambiguous-claim.ts';
import { claims, encode } from './tokens.ts';
import { runsOf } from '../runs.ts';

const numRuns = runsOf();

const limits = tokenLimits();
const header = encode({ alg: 'RS256' });
const payload = encode(claims);
const parse = (token: unknown) => {
  const parsed = parseCompact(token, limits);
  return 'reason' in parsed ? parsed.reason : undefined;
};
const withPayload = (text: string | Buffer): string => `${header}.${encode(text)}.AAAA`;
const nested = (levels: number): string => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
const many = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${i}`, i]));
const padded = (bytes: number): string =>
  `{"alg":"RS256","a":"${'x'.repeat(bytes - '{"alg":"RS256","a":""}'.length)}"}`;
const good = `${header}.${payload}.AAAA`;

describe('a token in strict compact form', () => {
  test.each<[name: string, token: string]>([
    ['is read', good],
    ['may lack the signature, so that `alg: none` can be named', `${header}.${payload}.`],
    ['may be as long as the bound', good + 'A'.repeat(limits.tokenBytes - good.length)],
    ['may nest to the bound', withPayload(nested(limits.depth))],
    ['may have as many claims as the bound', withPayload(JSON.stringify(many(limits.claims)))],
    ['may hold a string as long as the bound', withPayload(JSON.stringify({ a: 'x'.repeat(limits.stringBytes) }))],
    ['may hold whitespace inside its JSON', withPayload(' { "a" :\t[ 1 , { } ] }\r\n')],
    ['may use one name in two objects', withPayload('{"a":{"a":1},"b":{"a":[{"a":1},{"a":2}]}}')],
    ['may nest to the bound around an escaped quote', withPayload(nested(limits.depth).replace('{}', '{"b":"\\""}'))],
    ['may have a header as long as the bound', `${encode(padded(limits.headerBytes))}.${payload}.AAAA`],
    ['may use a name as a value', withPayload('{"a":"b","b":"a"}')],
  ])('%s', (_name, token) => {
    expect(parse(token)).toBeUndefined();
  });

  test('gives header, claims and the parts as sent, frozen', () => {
    const parsed = parseCompact(withPayload('{"a":{"b":[1]}}'), limits);
    expect(parsed).toEqual({
      unverifiedHeader: { alg: 'RS256' },
      unverifiedClaims: { a: { b: [1] } },
      parts: [header, encode('{"a":{"b":[1]}}'), 'AAAA'],
    });
    const { a } = 'reason' in parsed ? {} : (parsed.unverifiedClaims as { a?: { b: number[] } });
    expect(Object.isFrozen(a)).toBe(true);
    expect(Object.isFrozen(a?.b)).toBe(true);
  });

  test('keeps a claim named `__proto__` as a claim', () => {
    const parsed = parseCompact(withPayload('{"__proto__":{"sub":"x"},"constructor":1}'), limits);
    expect('reason' in parsed ? [] : Object.keys(parsed.unverifiedClaims)).toEqual(['__proto__', 'constructor']);
    expect('reason' in parsed ? 0 : parsed.unverifiedClaims['sub']).toBeUndefined();
  });
});

describe('a token is refused where it', () => {
  test.each<[name: string, token: unknown, code: string]>([
    ['is undefined', undefined, 'token_missing'],
    ['is null', null, 'token_missing'],
    ['is empty', '', 'token_missing'],
    ['is a number', 1, 'token_malformed'],
    ['is an array of a token', [good], 'token_malformed'],
    ['is a JSON serialisation as an object', { payload, protected: header, signature: 'AAAA' }, 'token_malformed'],
    [
      'is a JSON serialisation as text',
      JSON.stringify({ payload, protected: header, signature: 'AA' }),
      'token_malformed',
    ],
    ['has one part', header, 'token_malformed'],
    ['has two parts', `${header}.${payload}`, 'token_malformed'],
    ['has four parts', `${good}.AAAA`, 'token_malformed'],
    ['has a part of another alphabet beside one with padding', `${header}=.${payload}+.AAAA`, 'token_malformed'],
    ['has five parts, as an encrypted one does', `${good}.AAAA.AAAA`, 'token_encrypted'],
    ['has five parts, the first of them empty', `.${payload}.AAAA.AAAA.AAAA`, 'token_encrypted'],
    ['has six parts', `${good}.AAAA.AAAA.AAAA`, 'token_malformed'],
    ['is a thousand dots', '.'.repeat(1_000), 'token_malformed'],
    ['is a million dots', '.'.repeat(1_000_000), 'token_too_large'],
    ['is one byte too long', good + 'A'.repeat(limits.tokenBytes + 1 - good.length), 'token_too_large'],
    ['has an empty header', `.${payload}.AAAA`, 'token_malformed'],
    ['has an empty payload', `${header}..AAAA`, 'token_malformed'],
    ['begins with a space', ` ${good}`, 'token_malformed'],
    ['ends in a line feed', `${good}\n`, 'token_malformed'],
    ['ends in a carriage return', `${good}\r`, 'token_malformed'],
    ['has a tab inside', good.replace('.', '\t.'), 'token_malformed'],
    ['has a space inside a part', `${header.slice(0, 4)} ${header.slice(4)}.${payload}.AAAA`, 'token_malformed'],
    ['still has its scheme', `Bearer ${good}`, 'token_malformed'],
    ['uses + of the other alphabet', `${good}+AAA`, 'token_malformed'],
    ['uses / of the other alphabet', `${good}/AAA`, 'token_malformed'],
    ['holds a question mark', `${good}?AAA`, 'token_malformed'],
    ['holds a hash', `${good}#AAA`, 'token_malformed'],
    ['holds a letter outside of ASCII', `${good}ĀAAA`, 'token_malformed'],
    ['has a part that no bytes encode to', `${header}.${payload}.AAAAA`, 'token_malformed'],
    ['has padding in the middle of a part', `${header}.${payload}.AA==AAAA`, 'token_malformed'],
    ['has more padding than there is', `${header}.${payload}.A===`, 'token_malformed'],
    ['has padding after the signature', `${header}.${payload}.AA==`, 'token_not_canonical'],
    ['has padding after the payload', `${header}.${encode('{"a":1234}')}==.AAAA`, 'token_not_canonical'],
    ['has padding after the header', `${encode('{"a":12}')}=.${payload}.AAAA`, 'token_not_canonical'],
    ['has loose bits at the end of the signature', `${header}.${payload}.AB`, 'token_not_canonical'],
    ['has loose bits at the end of a longer signature', `${header}.${payload}.AAB`, 'token_not_canonical'],
    [
      'has loose bits at the end of the payload',
      `${header}.${encode('{"a":1}')}`.slice(0, -1) + 'R.AAAA',
      'token_not_canonical',
    ],
    ['holds bytes that are not UTF-8', withPayload(Buffer.from('7b2261223a22ff227d', 'hex')), 'token_malformed'],
    ['holds an overlong UTF-8 form', withPayload(Buffer.from('7b2261223a22c0af227d', 'hex')), 'token_malformed'],
    ['holds a surrogate in UTF-8', withPayload(Buffer.from('7b2261223a22eda080227d', 'hex')), 'token_malformed'],
    ['begins its payload with a byte order mark', withPayload('\ufeff{}'), 'token_malformed'],
    ['begins its header with a byte order mark', `${encode('\ufeff{"alg":"RS256"}')}.${payload}.AA`, 'token_malformed'],
    ['carries an array', withPayload('[]'), 'token_malformed'],
    ['carries a string', withPayload('"a"'), 'token_malformed'],
    ['carries null', withPayload('null'), 'token_malformed'],
    ['has a header that is an array', `${encode('[]')}.${payload}.AAAA`, 'token_malformed'],
    ['carries something after its object', withPayload('{} {}'), 'token_malformed'],
    ['carries a NUL after its object', withPayload('{}\0'), 'token_malformed'],
    ['carries NaN', withPayload('{"exp":NaN}'), 'token_malformed'],
    ['carries a trailing comma', withPayload('{"a":1,}'), 'token_malformed'],
    ['carries a comment', withPayload('{/**/}'), 'token_malformed'],
    ['names an algorithm twice', `${encode('{"alg":"none","alg":"RS256"}')}.${payload}.AAAA`, 'duplicate_member'],
    ['names a claim twice', withPayload('{"sub":"a","sub":"b"}'), 'duplicate_member'],
    ['names a claim twice with one value', withPayload('{"sub":"a","sub":"a"}'), 'duplicate_member'],
    ['spells one of two equal names with an escape', withPayload('{"sub":"a","\\u0073ub":"b"}'), 'duplicate_member'],
    ['names a member twice deep inside', withPayload('{"a":[{"b":{"c":1,"d":2,"c":3}}]}'), 'duplicate_member'],
    ['names `__proto__` twice', withPayload('{"__proto__":1,"__proto__":2}'), 'duplicate_member'],
    ['names the empty name twice', withPayload('{"":1,"":2}'), 'duplicate_member'],
    ['spells an escaped quote twice', withPayload('{"a\\"":1,"a\\u0022":2}'), 'duplicate_member'],
    ['nests one level too deep', withPayload(nested(limits.depth + 1)), 'token_too_complex'],
    ['nests arrays too deep', withPayload(`{"a":${'['.repeat(16)}${']'.repeat(16)}}`), 'token_too_complex'],
    ['nests 2000 levels deep', withPayload(nested(2_000)), 'token_too_complex'],
    ['nests its header too deep', `${encode(nested(17))}.${payload}.AAAA`, 'token_too_complex'],
    ['has one claim too many', withPayload(JSON.stringify(many(limits.claims + 1))), 'token_too_complex'],
    ['has a string too long', withPayload(JSON.stringify({ a: 'x'.repeat(4_097) })), 'token_too_complex'],
    ['has a string too long in UTF-8 only', withPayload(JSON.stringify({ a: 'é'.repeat(2_049) })), 'token_too_complex'],
    [
      'has a string too long deep inside',
      withPayload(JSON.stringify({ a: [['x'.repeat(5_000)]] })),
      'token_too_complex',
    ],
    [
      'has a header over the bound',
      `${encode(JSON.stringify({ alg: 'RS256', a: 'x'.repeat(4_096) }))}.${payload}.AAAA`,
      'token_too_large',
    ],
  ])('%s', (_name, token, code) => {
    expect(parse(token)?.code).toBe(code);
  });

  test('is refused with what was too much and the bound', () => {
    expect(parse('A'.repeat(20_000))).toMatchObject({ path: 'token', expected: 16_384 });
    expect(parse(`${'A'.repeat(6_000)}.${payload}.AAAA`)).toMatchObject({ path: 'header', expected: 4_096 });
    expect(parse(withPayload('{"sub":"a","s\\u0075b":"b"}'))).toMatchObject({ actual: 'sub' });
    expect(parse(withPayload(nested(17)))).toMatchObject({ path: 'levels of nesting', expected: 16 });
    expect(parse(withPayload(JSON.stringify(many(257))))).toMatchObject({ path: 'claims', expected: 256 });
    expect(parse(withPayload(JSON.stringify({ a: 'x'.repeat(4_097) })))).toMatchObject({
      path: 'bytes in a string',
      expected: 4_096,
    });
  });
});

test('a token whose header is known is read as strictly otherwise', () => {
  const known = { get: () => ({ object: { alg: 'known' } }) as unknown as KnownHeader };
  const read = parseCompact(good, limits, known);
  expect('reason' in read ? read.reason : read.unverifiedHeader).toEqual({ alg: 'known' });
  const twice = parseCompact(withPayload('{"sub":"a","sub":"b"}'), limits, known);
  expect('reason' in twice && twice.reason.code).toBe('duplicate_member');
});

describe('a claim that reads as a registered one', () => {
  test.each<[name: string, claim: string, registered: string]>([
    ['in capitals', 'SUB', 'sub'],
    ['in mixed case', 'eXp', 'exp'],
    ['with a long s', 'ſub', 'sub'],
    ['in full width', 'ｉｓｓ', 'iss'],
    ['in mathematical letters', '𝐚𝐮𝐝', 'aud'],
    ['with a zero width space', 'sub\u200b', 'sub'],
    ['with a soft hyphen', 's\u00adub', 'sub'],
    ['with a byte order mark', '\ufeffiat', 'iat'],
    ['with a variation selector', 'aud\ufe0f', 'aud'],
    ['with a combining mark', 'e\u0301xp', 'exp'],
    ['with a precomposed accent', 'áud', 'aud'],
    ['with a space', 'sub ', 'sub'],
    ['with a NUL', 'sub\0', 'sub'],
    ['with a Hangul filler', 'sub\u3164', 'sub'],
    ['with a Cyrillic letter', 'ѕub', 'sub'],
    ['with Cyrillic letters only in capitals', 'ЕХР', 'exp'],
    ['with a Ukrainian letter', 'іss', 'iss'],
    ['with a Greek letter', 'αud', 'aud'],
    ['with a Greek capital', 'ΝBF', 'nbf'],
    ['with an Armenian letter', 'ոbf', 'nbf'],
    ['with a dotless i', 'ıat', 'iat'],
    ['with a dotted capital I', 'İss', 'iss'],
    ['with a Cyrillic j', 'јti', 'jti'],
  ])('is refused %s', (_name, claim, expected) => {
    expect(parse(withPayload(JSON.stringify({ [claim]: 1 })))).toMatchObject({
      code: 'ambiguous_claim',
      actual: claim,
      expected,
    });
  });

  test.each(['org', 'email', 'subject', 'lat', 'name', 'субъект', 'issue', 'exp2', 'a', '', '名前'])(
    'is told from `%s`',
    (claim) => {
      expect(parse(withPayload(JSON.stringify({ [claim]: 1, sub: 's' })))).toBeUndefined();
    },
  );

  test('is told from the same name further down', () => {
    expect(parse(withPayload('{"act":{"SUB":1}}'))).toBeUndefined();
  });
});

describe('for any text, the strict parser', () => {
  const part = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_=+/ -]{0,12}$/),
    fc.json().map((text) => encode(text)),
    fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })).map((object) => encode(object)),
  );

  test('does not throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => typeof parse(text)?.code === 'string'),
      { numRuns },
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => (parse(parts.join('.')), true)),
      { numRuns },
    );
    fc.assert(
      fc.property(fc.anything(), (value) => (parse(value), true)),
      { numRuns },
    );
  });

  // An object without a registered name in disguise, without a bound passed: nothing but its spelling can be wrong.
  const name = fc.string({ unit: 'grapheme', maxLength: 4 }).filter((one) => ambiguousClaim([one]) === undefined);
  const object = fc
    .dictionary(name, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 })
    // What there is of -0 after a journey.
    .map((value) => JSON.parse(JSON.stringify(value)) as object);
  const spelt = fc.constantFrom<(encoded: string) => string>(
    ...Array<(encoded: string) => string>(9).fill((encoded) => encoded),
    (encoded) => `${encoded}=`,
    (encoded) => encoded.padEnd(Math.ceil(encoded.length / 4) * 4, '='),
    (encoded) => `${encoded}A`,
    (encoded) => encoded.slice(0, -1) + String.fromCharCode(encoded.charCodeAt(encoded.length - 1) + 1),
    (encoded) => encoded.replace('-', '+').replace('_', '/'),
    (encoded) => encoded.slice(0, -1),
    (encoded) => ` ${encoded}`,
  );
  const signature = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('base64url'));

  test('reads exactly the tokens that are made again of what was read', () => {
    const seen = { read: 0, refused: 0 };
    const law = (header: object, payload: object, sign: string, [a, b, c]: ((one: string) => string)[]): void => {
      const [first, second] = [encode(header), encode(payload)];
      const token = `${a!(first)}.${b!(second)}.${sign === '' ? '' : c!(sign)}`;
      const parsed = parseCompact(token, limits);
      const isSame = [a!(first) === first, b!(second) === second, sign === '' || c!(sign) === sign];
      if ('reason' in parsed) {
        seen.refused += 1;
        expect([token, isSame.every(Boolean)]).toEqual([token, false]);
        return;
      }
      seen.read += 1;
      expect(parsed.parts.join('.')).toBe(token);
      const again = parsed.parts.map((one) => Buffer.from(one, 'base64url').toString('base64url'));
      expect(again).toEqual(parsed.parts);
      // A letter more or less in the signature is another one, and as good a spelling.
      if (isSame[0] === true) expect(parsed.unverifiedHeader).toEqual(header);
      if (isSame[1] === true) expect(parsed.unverifiedClaims).toEqual(payload);
    };
    fc.assert(fc.property(object, object, signature, fc.tuple(spelt, spelt, spelt), law), { numRuns });
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(numRuns / 10 - 5);
  });

  test('reads only tokens whose parts encode to themselves', () => {
    fc.assert(
      fc.property(part, part, part, (...parts) => {
        const parsed = parseCompact(parts.join('.'), limits);
        const canonical = parts.every((one) => Buffer.from(one, 'base64url').toString('base64url') === one);
        return 'reason' in parsed || canonical;
      }),
      { numRuns },
    );
  });

  test('reads every spelling of bytes that is the canonical one, and no other', () => {
    const letters = fc.stringMatching(/^[A-Za-z0-9_-]{1,9}={0,2}$/);
    fc.assert(
      fc.property(letters, (signature) => {
        const canonical = Buffer.from(signature, 'base64url').toString('base64url') === signature;
        return (parse(`${header}.${payload}.${signature}`) === undefined) === canonical;
      }),
      { numRuns },
    );
  });

  test('decodes what has no fault, and nothing else', () => {
    const text = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9_-]{0,9}[+/=\s]?[A-Za-z0-9_-]{0,3}={0,2}$/),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64url')),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    fc.assert(
      fc.property(text, (part) => (decodeCanonical(part) === undefined) === (base64urlFault(part) !== undefined)),
      { numRuns },
    );
  });
});
