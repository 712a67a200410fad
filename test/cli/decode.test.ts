import { beforeAll, describe, expect, test } from '@jest/globals';
import { cli, type Run } from './cli.ts';
import { type Fixture, fixture, NOW } from './fixture.ts';

let shop: Fixture;
beforeAll(async () => {
  shop = await fixture({ 'decoded.json': DECODED });
});

/** As `gitpod idp token --decode` prints it. */
const DECODED =
  '{"Claims":{"aud":"example.org","exp":1740517845,"iat":1740514245,"iss":"https://app.gitpod.io","org":"o","sub":"org:o/env:e"},"Header":[{"KeyID":"k0","JSONWebKey":null,"Algorithm":"RS256","Nonce":"","ExtraHeaders":null}]}';

const decode = (args: readonly string[], stdin?: string): Promise<Run> =>
  cli(['decode', ...args], { cwd: shop.directory, ...(stdin === undefined ? {} : { stdin }) });

const UNVERIFIED = 'unverified: the signature was not checked\n';

describe('decode', () => {
  test('prints header and claims, and says that they are unverified', async () => {
    const run = await decode(['token']);
    expect(run).toMatchObject({ code: 0, stderr: UNVERIFIED });
    expect(run.stdout).toMatchInlineSnapshot(`
      "{
        "unverified": true,
        "header": {
          "alg": "RS256",
          "kid": "k0"
        },
        "claims": {
          "aud": "https://secrets.example.com",
          "exp": 1800003600,
          "iat": 1800000000,
          "iss": "https://app.gitpod.io",
          "org": "acme",
          "sub": "org:acme/prj:payments/env:e1",
          "team": "payments"
        }
      }
      "
    `);
  });

  test('adds the times in words for people', async () => {
    const { stdout } = await decode(['decoded.json', '--format', 'pretty']);
    expect(stdout.replace(/\d+ [yd] ago/g, '<long> ago').split('\n\n')[1]).toMatchInlineSnapshot(`
      "issued      2025-02-25T20:10:45Z  <long> ago
      expired     2025-02-25T21:10:45Z  expired <long> ago
      "
    `);
  });

  test.each([
    ['a token as an argument', () => [shop.token], undefined],
    ['a token on standard input', () => ['-'], (): string => shop.token],
    ['what gitpod prints, on standard input', () => ['-'], (): string => `${DECODED}\n`],
    ['what gitpod prints, in a file', () => ['--token', 'decoded.json'], undefined],
  ] as [string, () => string[], (() => string) | undefined][])('reads %s', async (_, args, stdin) => {
    const { code, stdout } = await decode(args(), stdin?.());
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 0,
      unverified: true,
      header: { alg: 'RS256', kid: 'k0' },
      claims: { iss: 'https://app.gitpod.io' },
    });
  });

  test.each([
    ['text', 'nonsense', 'token_malformed'],
    ['JSON of another form', '{"a":1}', 'token_malformed'],
    ['an encrypted token', 'eyJhbGciOiJkaXIifQ.a.b.c.d', 'token_encrypted'],
    ['nothing', '', 'token_missing'],
  ])('says of %s why it is malformed', async (_, stdin, code) => {
    const run = await decode(['-'], stdin);
    expect(run).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(new RegExp(`^malformed: ${code}: `)) });
  });

  test.each([
    ['no token', [], /no token was given/],
    ['what is neither token nor file', ['nowhere'], /`nowhere` is neither a token in compact form nor a file/],
    ['a directory', ['policies'], /`policies` is neither/],
    ['a second argument', ['token', 'token'], /too many arguments/],
  ])('refuses %s', async (_, args, stderr) => {
    expect(await decode(args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  test('shows no character that hides', async () => {
    const token = await shop.mint({ extra: { team: 'a\u202eb\u0007\u{e0041}\u009b31m' } });
    const { stdout } = await decode([token]);
    expect(stdout).not.toMatch(/[^\P{C}\n]/u);
    expect(JSON.parse(stdout)).toMatchObject({ claims: { team: 'a\u202eb\u0007\u{e0041}\u009b31m', iat: NOW } });
  });
});
