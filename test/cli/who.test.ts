import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryOf } from '../files/directory.ts';
import { text } from '../repository/repository.ts';
import { cli, type Run } from './cli.ts';
import { AT, AUDIENCE } from './fixture.ts';

const POLICY = `version: 1
issuers:
  gitpod:
    url: https://app.gitpod.io
    subject: gitpod
    audiences: [${AUDIENCE}, https://deploys.example.com]
  ci:
    url: https://ci.example.com
    audiences: [${AUDIENCE}]
rules:
  - id: payments
    effect: allow
    when:
      issuer: gitpod
      audience: ${AUDIENCE}
      subject: org:acme/prj:payments
      claims: { team: [a, b], creator_email: { glob: "*@example.com" } }
    grants:
      - { actions: [read], resources: ["secret/payments/**"] }
    ttl: 15m
    valid: { until: 2027-06-01T00:00:00Z }
  - id: own-folder
    effect: allow
    when: { issuer: gitpod, subject: org:acme }
    grants:
      - { actions: ["*"], resources: ["secret/\${subject.project}/**"] }
  - id: pipeline
    effect: allow
    when: { issuer: ci, subject: main }
    grants:
      - { actions: [read], resources: ["secret/payments/db"] }
  - id: runners-read
    effect: allow
    when: { issuer: gitpod, subject: org:acme, kind: runner }
    grants:
      - { actions: [read], resources: ["secret/*/db"] }
  - id: no-runners
    effect: deny
    when: { issuer: gitpod, kind: runner }
  - id: not-the-trainee
    effect: deny
    when: { issuer: gitpod, subject: { equals: "org:acme/prj:payments/env:trainee" } }
    grants:
      - { actions: ["*"], resources: ["secret/\${claims.team}/db", "secret/payments/**"] }
  - id: trial
    effect: allow
    mode: audit
    when: { issuer: gitpod, subject: "org:umbrella" }
    grants:
      - { actions: [read], resources: ["**"] }
  - id: soon-closed
    effect: deny
    mode: audit
    when: { issuer: ci }
  - id: ended
    effect: allow
    when: { issuer: ci, subject: old }
    grants:
      - { actions: [read], resources: ["**"] }
    valid: { until: 2026-06-01T00:00:00Z }
`;

let cwd = '';
beforeAll(async () => {
  cwd = await directoryOf({ 'policies/trust.yaml': POLICY });
});

const run = (...args: readonly string[]): Promise<Run> => cli([...args, '--at', AT], { cwd });
const read = ['--action', 'read', '--resource', 'secret/payments/db'];

describe('who is allowed', () => {
  test.each<[string, readonly string[]]>([
    ['an action on a resource', read],
    ['an action where no resource is named', ['--action', 'deploy']],
    ['plain access', []],
    ['for one audience', [...read, '--audience', 'https://deploys.example.com']],
    ['in Markdown', [...read, '--format', 'markdown']],
    ['in workflow commands', [...read, '--format', 'github']],
  ])('%s', async (_, args) => {
    const { code, stdout, stderr } = await run('who', ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
  });

  test.each<[string, readonly string[], RegExp]>([
    ['a resource that is no path', ['--action', 'read', '--resource', 'a/../b'], /not a canonical path/],
    ['a resource without an action', ['--resource', 'a'], /needs `--action`/],
    ['an audience that is nobody’s', ['--audience', 'https://x.example'], /audiences are `https:\/\/deploys/],
    ['a policy that is not there', ['nowhere'], /nowhere/],
  ])('refuses %s', async (_, args, says) => {
    const { code, stdout, stderr } = await run('who', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/help: |cannot be read|nowhere/);
  });
});

const validate = new Ajv2020({ strict: true }).compile(JSON.parse(text('schemas/reach-output.schema.json')));

test.each<readonly string[]>([
  ['who', ...read],
  ['who'],
  ['can', '--subject', 'org:acme'],
  ['can', '--subject', 'org:nobody/prj:x'],
])('%s prints JSON under its schema', async (...args) => {
  const { stdout } = await run(...args, '--format', 'json');
  expect([validate(JSON.parse(stdout)), validate.errors]).toEqual([true, null]);
});

test('the examples are claims that explain takes, and allows', async () => {
  const { stdout } = await run('who', ...read, '--format', 'json');
  const { rules } = JSON.parse(stdout) as { rules: { gives: { witness?: { claims: object } }[] }[] };
  const examples = rules.flatMap(({ gives }) => gives.flatMap(({ witness }) => (witness ? [witness.claims] : [])));
  expect(examples).toHaveLength(3);
  for (const claims of examples) {
    const explained = await cli(['explain', '--claims', '-', '--at', AT, ...read], {
      cwd,
      stdin: JSON.stringify(claims),
    });
    expect(explained.code).toBe(0);
  }
});

test('a bundle gives the same answer, written to a file', async () => {
  await cli(['bundle', '-o', 'policy.bundle.json'], { cwd });
  await run('who', 'policy.bundle.json', ...read, '--format', 'json', '--output', 'who.json');
  const { stdout } = await run('who', ...read, '--format', 'json');
  expect(certainties(await readFile(join(cwd, 'who.json'), 'utf8'))).toEqual(certainties(stdout));
});

function certainties(output: string): readonly string[] {
  const { rules } = JSON.parse(output) as { rules: { rule: string; gives: { certainty: string }[] }[] };
  return rules.flatMap(({ rule, gives }) => gives.map(({ certainty }) => `${rule} ${certainty}`)).sort();
}

describe('what can be done', () => {
  test.each<[string, readonly string[]]>([
    ['by everything under a project', ['--subject', 'org:acme/prj:payments']],
    ['by runners', ['--subject', 'org:acme', '--kind', 'runner']],
    ['by an opaque subject', ['--subject', 'main', '--issuer', 'ci']],
    ['by nobody', ['--subject', 'org:nobody', '--issuer', 'gitpod']],
    ['in Markdown', ['--subject', 'org:acme/prj:payments', '--format', 'markdown']],
  ])('%s', async (_, args) => {
    const { code, stdout, stderr } = await run('can', ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
  });

  test.each<[string, readonly string[], RegExp]>([
    ['no subject', [], /`--subject` is needed/],
    ['a wildcard', ['--subject', 'org:A/*', '--issuer', 'gitpod'], /wildcard[^]*help: a prefix needs none/],
    [
      'a subject of no form',
      ['--subject', 'prj:p', '--issuer', 'gitpod'],
      /no Gitpod principal[^]*help: principals are/,
    ],
    [
      'an issuer that is not there',
      ['--subject', 'x', '--issuer', 'y'],
      /no issuer `y`[^]*help: issuers are `ci`, `gitpod`|`gitpod`, `ci`/,
    ],
    ['a kind that is not there', ['--subject', 'org:A', '--kind', 'robot'], /kind `robot`[^]*help: kinds are/],
  ])('refuses %s', async (_, args, says) => {
    const { code, stdout, stderr } = await run('can', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });
});
