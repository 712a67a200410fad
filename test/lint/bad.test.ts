/** One policy that does nearly everything wrong, and what its author sees. */
import { expect, test } from '@jest/globals';
import { formatPretty } from '../../src/cli/output/lint/pretty.ts';
import { lintPolicy } from '../../src/lint/lint-policy.ts';
import { lintRules } from '../../src/lint/registry.ts';
import { rulesWithoutTests } from '../../src/lint/rules-without-tests.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { text } from '../repository/repository.ts';
import { NOW } from './places.ts';

const sources = [{ file: 'bad.yaml', text: text('test/lint/bad.yaml') }];
const diagnostics = lintPolicy(sources, { now: NOW });

test('the bad policy loads', () => {
  expect(parsePolicy(sources).diagnostics).toEqual([]);
});

test('the bad policy trips every lint rule', () => {
  const tests = [
    {
      file: 'bad.test.yaml',
      text: 'version: 1\ntests: [{ given: { issuer: "https://stranger.example" }, expect: deny }]\n',
    },
  ];
  const found = new Set(
    lintPolicy(sources, { now: NOW, untestedIn: (policy) => rulesWithoutTests(tests, policy) }).map(({ code }) => code),
  );
  expect(lintRules.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
});

test('its author sees each finding once, in the order of the text', () => {
  const shown = formatPretty({ diagnostics, files: ['bad.yaml'], sources }, { color: false });
  expect(shown).toMatchSnapshot();
  const frames = shown.trimEnd().split('\n\n');
  expect(new Set(frames).size).toBe(frames.length);
});
