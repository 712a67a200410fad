import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryOf } from '../files/directory.ts';
import { text } from '../repository/repository.ts';
import { cli } from './cli.ts';
import { POLICY } from './fixture.ts';

const HELD = `version: 1
invariants:
  - name: nobody else reaches secrets
    never: { subject: { outside: "org:acme/prj:payments" }, resource: "secret/**" }
`;
const BROKEN = `${HELD}  - name: all of payments reads
    always: { subject: "org:acme/prj:payments", action: read, resource: secret/payments/db }
  - name: payments are closed | to users
    never: { resource: "secret/payments/**" }
`;
const CASES = 'version: 1\ntests: [{ given: { sub: "org:a/user:u" }, expect: deny }]\n';

const treeOf = (suite: string): Record<string, string> => ({
  'policies/trust.yaml': POLICY,
  'policies/trust.test.yaml': suite,
});

describe('prove', () => {
  test('says of each invariant that it is proven', async () => {
    const cwd = await directoryOf(treeOf(HELD));
    expect(await cli(['prove'], { cwd })).toEqual({
      code: 0,
      stdout: 'policies/trust.test.yaml\n  proven     nobody else reaches secrets\n',
      stderr: '1 proven in 1 file\n',
    });
  });

  test('shows of one that is refuted a token that explain decides the same of', async () => {
    const cwd = await directoryOf(treeOf(BROKEN));
    const { code, stdout, stderr } = await cli(['prove'], { cwd });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '2 refuted, 1 proven in 1 file\n' });
    expect(stdout).toContain('  all of payments reads  policies/trust.test.yaml:5:5\n');
    expect(stdout).toMatch(
      /denied {3}`payments-read`: the condition `claims.team` does not hold.* \(policies\/trust.yaml:\d+\)\n/,
    );
    expect(stdout).toContain('  payments are closed | to users  policies/trust.test.yaml:7:5\n');
    const shown = [...stdout.matchAll(/token {4}(.*)\n.*request {2}(\S+) (\S+), at (\S+)\n/g)];
    expect(shown).toHaveLength(2);
    for (const [i, [, claims, action, resource, at]] of shown.entries()) {
      const asked = ['--claims', '-', '--action', action!, '--resource', resource!, '--at', at!];
      expect((await cli(['explain', ...asked], { cwd, stdin: claims! })).code).toBe(i === 0 ? 1 : 0);
    }
  });

  test('writes JSON under its schema, and Markdown in which names are only names', async () => {
    const cwd = await directoryOf(treeOf(BROKEN));
    const formats = ['--format', 'json', '--output', 'out.json', '--format', 'markdown'];
    const { code, stdout } = await cli(['prove', ...formats], { cwd });
    expect(code).toBe(1);
    const output = JSON.parse(await readFile(join(cwd, 'out.json'), 'utf8'));
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(text('schemas/prove-output.schema.json')));
    expect([validate(output), validate.errors]).toEqual([true, null]);
    expect(output.summary).toEqual({ proven: 1, refuted: 2, undecided: 0, files: 1 });
    expect(stdout).toMatch(/^### Invariants: 1 proven, 2 refuted, 0 undecided\n\n\| outcome /);
    expect(stdout).toContain('| **refuted** | payments are closed \\| to users | policies/trust.test.yaml\\:7 |\n');
    expect(stdout).toMatch(/```text\nrefuted: this must never be allowed, and is allowed\ntoken {4}\{.*\}\nrequest /);
  });

  test('annotates in GitHub Actions what is not proven', async () => {
    const cwd = await directoryOf(treeOf(BROKEN));
    const { code, stdout } = await cli(['prove'], { cwd, env: { GITHUB_ACTIONS: 'true' } });
    expect(code).toBe(1);
    expect(stdout.match(/^::error file=policies\/trust.test.yaml,line=\d+,col=5,title=/gm)).toHaveLength(2);
  });

  test('proves only what is asked for by name', async () => {
    const cwd = await directoryOf(treeOf(BROKEN));
    expect(await cli(['prove', '--filter', 'NOBODY'], { cwd })).toMatchObject({ code: 0 });
  });

  test.each<[string, Record<string, string>, string[], number, RegExp]>([
    ['no invariants', treeOf(CASES), [], 3, /^error: the test files have no invariants\nhelp: /],
    ['no such name', treeOf(HELD), ['--filter', 'zz'], 3, /^error: no invariant has `zz` in its name\n/],
    ['no test file', { 'policies/trust.yaml': POLICY }, [], 3, /^error: /],
    [
      'one about nobody',
      treeOf(
        HELD.replace('resource', 'kind: user, resource').replace(
          '{ outside: "org:acme/prj:payments" }',
          '"org:acme/prj:payments"',
        ),
      ),
      [],
      2,
      /policies\/trust.test.yaml:4:5/,
    ],
    [
      'a policy that does not load',
      { ...treeOf(HELD), 'policies/bad.yaml': 'version: 2\n' },
      [],
      2,
      /unsupported-version/,
    ],
  ])('with %s it says so', async (_, files, args, code, stderr) => {
    const cwd = await directoryOf(files);
    const run = await cli(['prove', ...args], { cwd });
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toMatch(stderr);
  });
});

test('test runs invariants beside the cases, and fails where one is not proven', async () => {
  const cwd = await directoryOf(treeOf(`${CASES}${BROKEN.replace('version: 1\n', '')}`));
  const { code, stdout, stderr } = await cli(['test'], { cwd });
  expect({ code, stderr }).toEqual({ code: 1, stderr: '2 failed, 2 passed in 1 file\n' });
  expect(stdout).toContain('FAIL  policies/trust.test.yaml  2 of 4 (1 case, 3 invariants)\n');
  expect(await cli(['test', '--filter', 'nobody'], { cwd })).toEqual({
    code: 0,
    stdout: 'PASS  policies/trust.test.yaml  1 invariant\n',
    stderr: '1 passed in 1 file\n',
  });
});
