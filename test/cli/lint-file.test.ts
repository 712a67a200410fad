import { expect, test } from '@jest/globals';
import { directoryOf } from '../files/directory.ts';
import { cli } from './cli.ts';

const ISSUERS = `version: 1
issuers:
  gitpod: { url: https://app.gitpod.io, audiences: [https://secrets.example.com] }
`;
const RULES = `version: 1
rules:
  - id: no-root
    description: Nobody.
    effect: deny
    when: { issuer: gitpod }
    grants: [{ actions: [read] }]
`;

/** Without its issuer the rule does not load. */
test.each<[name: string, code: number, entries: Record<string, string | null>, file: string, cwd?: string]>([
  [
    'in a sub-folder of policies/',
    0,
    { 'policies/i.yaml': ISSUERS, 'policies/a/b/r.yaml': RULES },
    'policies/a/b/r.yaml',
  ],
  [
    'of one configured folder, by all of them',
    0,
    { 'countersign.config.yaml': 'version: 1\npolicies: [one, two]\n', 'one/i.yaml': ISSUERS, 'two/a/r.yaml': RULES },
    'two/a/r.yaml',
  ],
  [
    'below folders with policies',
    0,
    { '.git': null, 'x/i.yaml': ISSUERS, 'x/a/i.json': '{"version":1,"rules":[]}', 'x/a/b/r.yaml': RULES },
    'x/a/b/r.yaml',
  ],
  ['that is named from its folder', 0, { '.git': null, 'x/i.yaml': ISSUERS, 'x/a/r.yaml': RULES }, 'r.yaml', 'x/a'],
  [
    'below a gap',
    1,
    { '.git': null, 'x/i.yaml': ISSUERS, 'x/a/package.json': '{"version":1}', 'x/a/b/r.yaml': RULES },
    'x/a/b/r.yaml',
  ],
  ['in a repository below policies', 1, { 'i.yaml': ISSUERS, 'x/.git': null, 'x/r.yaml': RULES }, 'x/r.yaml'],
  ['in no repository', 1, { 'x/i.yaml': ISSUERS, 'x/a/r.yaml': RULES }, 'x/a/r.yaml'],
])('a file %s is judged with its policy: exit code %i', async (_, code, entries, file, cwd = '.') => {
  const top = await directoryOf(entries);
  const run = await cli(['lint', '--format', 'compact', file], { cwd: `${top}/${cwd}` });
  expect(run).toMatchObject({ code, stderr: expect.stringContaining('in 1 file') });
});
