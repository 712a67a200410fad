import { describe, expect, test } from '@jest/globals';
import { audiencesOf } from '../../src/decision/audience.ts';
import { checkNames, checkTimes } from '../../src/token/claims.ts';
import { claims, NOW, trust } from './tokens.ts';

const { exp: _exp, ...withoutExp } = claims;
const { iat: _iat, ...withoutIat } = claims;
/** As the numbers come out of `JSON.parse`, which reads what no program writes. */
const json = (text: string): unknown => JSON.parse(text);
const times = (changes: object, change = {}) => checkTimes({ ...claims, ...changes }, { ...trust, ...change }, NOW);

describe('the times of a token', () => {
  test.each<[name: string, changes: object]>([
    ['up to the last moment of the skew', { exp: NOW - 29.999 }],
    ['at the edge of the skew of nbf', { nbf: NOW + 30 }],
    ['at the edge of the skew of iat', { iat: NOW + 30 }],
    ['at the longest lifetime', { iat: NOW, exp: NOW + 86_400 }],
    ['with fractions', { exp: NOW + 0.1, iat: NOW - 0.1, nbf: NOW + 0.1 }],
    ['with nbf of 0', { nbf: 0 }],
  ])('are accepted %s', (_name, changes) => {
    expect(times(changes)).toBeUndefined();
  });

  test.each<[name: string, changes: object, code: string, data: object]>([
    ['exp is a string', { exp: `${NOW + 60}` }, 'claim_malformed', { path: 'exp' }],
    ['exp is null', { exp: null }, 'claim_malformed', { path: 'exp' }],
    ['exp is true', { exp: true }, 'claim_malformed', { path: 'exp' }],
    ['exp is an array', { exp: [NOW + 60] }, 'claim_malformed', { path: 'exp' }],
    ['exp is 1e400', { exp: json('1e400') }, 'claim_malformed', { path: 'exp' }],
    ['exp has 400 digits', { exp: json('9'.repeat(400)) }, 'claim_malformed', { path: 'exp' }],
    ['exp is 1e300', { exp: 1e300 }, 'claim_malformed', { path: 'exp' }],
    ['exp is 1e21', { exp: 1e21 }, 'claim_malformed', { path: 'exp' }],
    ['exp is 2^53', { exp: 2 ** 53 }, 'claim_malformed', { path: 'exp' }],
    ['exp is -0', { exp: json('-0') }, 'claim_malformed', { path: 'exp' }],
    ['exp is 0', { exp: 0 }, 'claim_malformed', { path: 'exp' }],
    ['exp is negative', { exp: -1 }, 'claim_malformed', { path: 'exp' }],
    ['exp is past the skew', { exp: NOW - 30 }, 'token_expired', { actual: NOW - 30, expected: NOW }],
    ['exp is in milliseconds', { exp: (NOW + 60) * 1_000 }, 'token_lifetime_too_long', { expected: 86_400 }],
    [
      'exp is in milliseconds, without iat',
      { exp: (NOW + 60) * 1_000, iat: undefined },
      'claim_malformed',
      { path: 'iat' },
    ],
    ['exp is 2^53 - 1', { exp: 2 ** 53 - 1 }, 'token_lifetime_too_long', {}],
    ['nbf is a string', { nbf: '0' }, 'claim_malformed', { path: 'nbf' }],
    ['nbf is -1e400', { nbf: json('-1e400') }, 'claim_malformed', { path: 'nbf' }],
    ['nbf is negative', { nbf: -1 }, 'claim_malformed', { path: 'nbf' }],
    ['nbf is null', { nbf: null }, 'claim_malformed', { path: 'nbf' }],
    ['nbf is to come', { nbf: NOW + 31 }, 'token_not_yet_valid', { actual: NOW + 31, expected: NOW }],
    ['iat is a string', { iat: `${NOW}` }, 'claim_malformed', { path: 'iat' }],
    ['iat is 1e400', { iat: json('1e400') }, 'claim_malformed', { path: 'iat' }],
    ['iat is negative', { iat: -1 }, 'claim_malformed', { path: 'iat' }],
    ['iat is to come', { iat: NOW + 31 }, 'token_issued_in_future', { actual: NOW + 31, expected: NOW }],
    ['it lives a second too long', { iat: NOW - 10, exp: NOW + 86_391 }, 'token_lifetime_too_long', { actual: 86_401 }],
  ])('are refused where %s', (_name, changes, code, data) => {
    expect(times(changes)).toMatchObject({ code, ...data });
  });

  test('are refused without exp', () => {
    expect(checkTimes(withoutExp, trust, NOW)).toMatchObject({ code: 'claim_missing', path: 'exp' });
  });

  test('are refused where exp is only inherited', () => {
    const inherited = Object.assign(Object.create({ exp: NOW + 60 }) as Record<string, unknown>, withoutExp);
    expect(checkTimes(inherited, trust, NOW)).toMatchObject({ code: 'claim_missing' });
  });

  test('count the lifetime from now where the token does not say when it was issued', () => {
    expect(checkTimes({ ...withoutIat, exp: NOW + 86_400 }, trust, NOW)).toBeUndefined();
    expect(checkTimes({ ...withoutIat, exp: (NOW + 60) * 1_000 }, trust, NOW)).toMatchObject({
      code: 'token_lifetime_too_long',
    });
  });

  test('count the age where the issuer bounds it', () => {
    const aged = { ...trust, maxTokenAge: 300 };
    expect(checkTimes({ ...claims, iat: NOW - 330 }, aged, NOW)).toBeUndefined();
    expect(checkTimes({ ...claims, iat: NOW - 331 }, aged, NOW)).toMatchObject({
      code: 'token_too_old',
      actual: 331,
      expected: 300,
    });
    expect(checkTimes(withoutIat, aged, NOW)).toMatchObject({ code: 'claim_missing', path: 'iat' });
  });

  test('are refused at a time that is none', () => {
    expect(checkTimes(claims, trust, Number.NaN)).toMatchObject({ code: 'token_expired' });
  });
});

const names = Array.from({ length: 64 }, (_, i) => `a${i}`);

describe('the audiences of a token', () => {
  test.each<[name: string, aud: unknown, audiences: readonly string[]]>([
    ['a string', 'a', ['a']],
    ['an array', ['a', 'b'], ['a', 'b']],
    ['an empty array', [], []],
    ['64 names', names, names],
    ['texts of any script', ['clé', '鍵'], ['clé', '鍵']],
  ])('are read from %s', (_name, aud, audiences) => {
    expect(audiencesOf({ aud })).toEqual(audiences);
    expect(checkNames({ ...claims, aud }, 64)).toBeUndefined();
  });

  test.each<[name: string, aud: unknown]>([
    ['absent', undefined],
    ['null', null],
    ['a number', 1],
    ['an object', {}],
    ['an object with a name', { 0: 'a', length: 1 }],
    ['a nested array', [['a']]],
    ['an array with a number', ['a', 1]],
    ['an array with null', ['a', null]],
    ['65 names', [...names, 'one more']],
    ['one name twice', ['a', 'b', 'a']],
    ['a text with a NUL', 'a\0'],
    ['a text with a line feed', ['a\n']],
    ['a text with a zero width space', 'a\u200b'],
    ['a text that turns the direction of writing', ['a', '\u202eb']],
    ['a text with half a character', 'a\ud800'],
    ['a text with a byte order mark', '\ufeffa'],
    ['a text with a line separator', 'a\u2028'],
    ['a text with an invisible letter', 'a\u3164'],
    ['a text with a variation selector', 'a\ufe0f'],
  ])('are malformed where `aud` is %s', (_name, aud) => {
    expect(audiencesOf({ aud })).toBeUndefined();
    expect(checkNames({ ...claims, aud }, 64)).toMatchObject({ code: 'claim_malformed', path: 'aud' });
  });

  test('are malformed where `aud` is only inherited', () => {
    expect(audiencesOf(Object.create({ aud: 'a' }) as Record<string, unknown>)).toBeUndefined();
  });

  test('are shown where they are malformed', () => {
    expect(checkNames({ ...claims, aud: 1 }, 64)).toMatchObject({ path: 'aud', actual: 1 });
  });

  test('may be bounded more tightly', () => {
    expect(checkNames({ ...claims, aud: ['a', 'b'] }, 1)).toMatchObject({ code: 'claim_malformed', path: 'aud' });
  });
});

describe('the subject of a token', () => {
  test.each<[name: string, sub: unknown]>([
    ['absent', undefined],
    ['null', null],
    ['a number', 1],
    ['an array', ['a']],
    ['empty', ''],
    ['a text with a NUL', 'a\0b'],
    ['a text with a C1 control', 'a\u0085'],
    ['a text with a direction mark', 'a\u2066'],
    ['a text with a tag character', 'a\u{e0041}'],
    ['a text with half a character', '\udc00a'],
  ])('is malformed where `sub` is %s', (_name, sub) => {
    expect(checkNames({ ...claims, sub }, 64)).toMatchObject({ code: 'claim_malformed', path: 'sub' });
  });
});
