import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { writeFile } from 'node:fs/promises';
import type { GitpodClaimsOptions } from '../../src/idp/principal-claims.ts';
import { generateSigningKey } from '../../src/idp/signing-key.ts';
import { text } from '../repository/repository.ts';
import { cli, type Run } from './cli.ts';
import { AT, AUDIENCE, type Fixture, fixture, inside, NOW } from './fixture.ts';

const OTHER = 'https://deploys.example.com';
const SITUATIONS = `version: 1
issuers:
  gitpod:
    url: https://app.gitpod.io
    subject: gitpod
    audiences: [${AUDIENCE}, ${OTHER}]
    clockSkew: 30s
rules:
  - id: payments
    effect: allow
    when: { issuer: gitpod, audience: ${AUDIENCE}, subject: "org:acme/prj:payments", claims: { team: payments, approved: true } }
    grants:
      - { actions: [read], resources: ["secret/payments/*"] }
  - id: deploys
    effect: allow
    when: { issuer: gitpod, audience: ${OTHER} }
  - id: ended
    effect: allow
    when: { issuer: gitpod, audience: ${AUDIENCE}, subject: "org:acme/prj:old" }
    valid: { until: 2027-01-14T08:00:00Z }
  - id: no-root
    effect: deny
    when: { issuer: gitpod }
    grants:
      - { actions: ["*"], resources: ["secret/*/root"] }
  - id: trial
    effect: allow
    mode: audit
    when: { issuer: gitpod, subject: "org:acme/prj:trial" }
  - id: one-environment
    effect: allow
    when: { issuer: gitpod, audience: ${AUDIENCE}, subject: "org:acme/env:e7" }
`;

let shop: Fixture;
beforeAll(async () => {
  const { key } = await generateSigningKey('k1', 'RS256');
  shop = await fixture({
    'policies/trust.yaml': SITUATIONS,
    'rotated.json': JSON.stringify({ keys: [key.publicJwk] }),
  });
});

const keys = ['--jwks', 'jwks.json', '--at', AT];
const explain = (args: readonly string[], more: { stdin?: string } = {}): Promise<Run> =>
  cli(['explain', ...args], { cwd: shop.directory, ...more });

type Claims = Partial<GitpodClaimsOptions>;
const good = { team: 'payments', approved: true };
const read = ['--action', 'read', '--resource', 'secret/payments/db'];
const here = ['--audience', AUDIENCE];

/** What differs from a token that is allowed, and from how it is asked for. */
const situations: readonly (readonly [name: string, claims: Claims, args?: readonly string[]])[] = [
  ['case only', { project: 'Payments' }],
  ['a trailing slash', { audience: [`${AUDIENCE}/`] }],
  ['one segment more', {}, ['--action', 'read', '--resource', 'secret/payments/db/password']],
  ['one segment less', {}, ['--action', 'read', '--resource', 'secret/payments']],
  ['an environment outside its project', { project: 'billing', environment: 'e7' }, []],
  ['another organization', { organization: 'umbrella' }],
  ['an audience as an array', { audience: ['https://elsewhere.example', 'https://nowhere.example'], version: 'v3' }],
  ['the audience of another rule', { audience: [OTHER] }, [...read, '--audience', OTHER]],
  ['another token version', { version: 'v3' }],
  ['the right value of the wrong type', { extra: { ...good, approved: 'true' } }],
  ['a rule that ended yesterday', { project: 'old' }, []],
  ['a token that ended 40 s ago', { now: NOW - 3640 }],
  ['a key that was rotated', {}, [...read, '--jwks', 'rotated.json']],
  ['a rule in audit mode', { project: 'trial' }, []],
  ['a deny that takes it away', {}, ['--action', 'read', '--resource', 'secret/payments/root']],
];

const asking = (args: readonly string[]): readonly string[] => [
  ...(args.includes('--audience') ? [] : here),
  ...(args.includes('--jwks') ? ['--at', AT] : keys),
  ...args,
];

describe('somebody was denied for', () => {
  test.each(situations)('%s', async (_, claims, args = read) => {
    await writeFile(inside(shop, 'given'), await shop.mint({ extra: good, ...claims }));
    const { code, stdout, stderr } = await explain(['policies', 'given', ...asking(args)]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatchSnapshot();
  });
});

test('the example in the README is what is shown', async () => {
  await writeFile(inside(shop, 'given'), await shop.mint({ extra: good, project: 'Payments' }));
  const { stdout } = await explain(['policies', 'given', ...here, ...keys, ...read, '--rule', 'payments']);
  expect(text('README.md')).toContain(`\n${stdout}\`\`\`\n`);
});

const claims = {
  iss: 'https://app.gitpod.io',
  sub: 'org:acme/prj:payments/env:e1',
  aud: AUDIENCE,
  exp: NOW + 600,
  ...good,
};
const stdin = JSON.stringify(claims);
const decoded = JSON.stringify({ Claims: claims, Header: [{ KeyID: 'k0', Algorithm: 'RS256' }] });
const unsigned = ['policies', '--claims', '-', '--at', AT, ...read];

describe('explain answers', () => {
  test('an allow with 0', async () => {
    await writeFile(inside(shop, 'good'), await shop.mint({ extra: good }));
    const { code, stdout } = await explain(['policies', 'good', ...keys, ...here, ...read]);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'ALLOW  payments (policies/trust.yaml:9)']);
  });

  test('with 5, and no decision, where the keys cannot be had', async () => {
    await writeFile(inside(shop, 'good'), await shop.mint({ extra: good }));
    const { code, stdout } = await explain(['policies', 'good', '--jwks', 'http://127.0.0.1:9/', '--at', AT, ...here]);
    expect([code, stdout.split('\n')[0]]).toEqual([5, 'NO DECISION  ERR_KEYS_UNAVAILABLE  (unverified)']);
    expect(stdout).toMatch(/✗ key +ERR_KEYS_UNAVAILABLE/);
  });

  test.each([
    ['claims', stdin],
    ['decoded tokens', decoded],
  ])('for unsigned %s, each line of it marked', async (_, given) => {
    const { code, stdout } = await explain(unsigned, { stdin: given });
    expect(code).toBe(0);
    const lines = stdout.split('\n').filter((line) => /^ALLOW|[✓✗]|policies/.test(line));
    expect(lines.filter((line) => !line.endsWith('(unverified)'))).toEqual(['  ✓ request']);
    expect(lines.length).toBeGreaterThan(8);
  });

  test('every rule with --all, one with --rule', async () => {
    const all = await explain([...unsigned, '--all'], { stdin });
    expect(all.stdout.match(/trust\.yaml:\d+ {2}/g)).toHaveLength(6);
    const one = await explain([...unsigned, '--rule', 'trial'], { stdin });
    expect(one.stdout.match(/ {2}(.*) {2}policies\/trust\.yaml:\d+ {2}/g)).toEqual([expect.stringContaining('trial')]);
  });

  test.each<[name: string, args: readonly string[], stdin: string, says: RegExp]>([
    ['a rule that is not there', [...unsigned, '--rule', 'x'], stdin, /no rule `x`/],
    ['claims that are no object', unsigned, '[]', /are not a JSON object/],
    ['a member given twice', unsigned, '{"iss":"a","iss":"b"}', /name `iss` twice/],
    ['claims too deep', unsigned, '{"a":'.repeat(60) + '1' + '}'.repeat(60), /deeper than/],
    ['claims and a token', [...unsigned, '--token', 'token'], stdin, /cannot stand together/],
    ['a resource without an action', ['--resource', 'x'], '', /needs `--action`/],
    ['no token', ['policies'], '', /no token was given/],
  ])('%s with 2', async (_, args, given, says) => {
    const { code, stdout, stderr } = await explain(args, { stdin: given });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });

  const validate = new Ajv2020({ strict: true }).compile(JSON.parse(text('schemas/explanation.schema.json')));

  test.each(situations.filter((_, i) => i % 4 === 0))(
    'JSON under its schema for %s',
    async (_, differing, args = read) => {
      await writeFile(inside(shop, 'given'), await shop.mint({ extra: good, ...differing }));
      for (const more of [[], ['--redact']]) {
        const { stdout } = await explain(['policies', 'given', ...asking(args), '--format', 'json', ...more]);
        expect([validate(JSON.parse(stdout)), validate.errors]).toEqual([true, null]);
        expect(JSON.parse(stdout).rules).toHaveLength(6);
      }
    },
  );

  test('with placeholders for a ticket', async () => {
    const given = JSON.stringify({ ...claims, sub: 'org:acme/prj:Payments/env:e1', team: 'ada@example.com' });
    const { stdout } = await explain([...unsigned, '--redact', '--rule', 'payments'], { stdin: given });
    expect(stdout).toMatchSnapshot();
  });
});
