import { expect, test } from '@jest/globals';
import { directoryOf } from '../files/directory.ts';
import { cli } from './cli.ts';

const POLICY = 'version: 1\nrules: []\n';
const CONFIG = 'version: 1\npolicies: [trust]\nlint: { rules: { missing-schema-line: error } }\n';

test('the nearest configuration names the policies and the levels, and flags win', async () => {
  const top = await directoryOf({
    'countersign.config.yaml': CONFIG,
    'trust/a.yaml': POLICY,
    'deep/er': null,
    '.git': null,
  });
  const cwd = `${top}/deep/er`;
  expect(await cli(['lint', '--format', 'compact'], { cwd })).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^\.\.\/\.\.\/trust\/a\.yaml:1:1: error missing-schema-line/),
  });
  expect(await cli(['lint', '--rule', 'missing-schema-line=off'], { cwd })).toMatchObject({ code: 0, stdout: '' });
  expect(await cli(['fmt', '--check'], { cwd })).toMatchObject({ code: 0 });
  expect(await cli(['lint', '--no-config'], { cwd })).toMatchObject({ code: 2 });
});

test('a configuration that is wrong is refused with its places', async () => {
  const cwd = await directoryOf({ 'c.yaml': 'version: 1\nlint: { rules: { rule-expird: off }, maxWarnings: no }\n' });
  const { code, stderr } = await cli(['lint', '--config', 'c.yaml'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('c.yaml:2:18');
  expect(stderr).toContain('did you mean `rule-expired`?');
  expect(stderr).toContain('expected a whole number, found a string');
});
