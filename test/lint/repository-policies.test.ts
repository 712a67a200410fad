/** The policies that come with the repository are what the linter asks of others. */
import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintPolicy } from '../../src/lint/lint-policy.ts';
import { NOW } from './places.ts';

test('no lint rule finds anything in policies/', () => {
  const folder = join(import.meta.dirname, '../../policies');
  const sources = readdirSync(folder)
    .filter((file) => /(?<!\.test)\.ya?ml$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
  expect(sources.length).toBeGreaterThan(0);
  expect(lintPolicy(sources, { now: NOW })).toEqual([]);
});
