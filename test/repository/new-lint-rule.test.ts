import { beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { directoryOf } from '../files/directory.ts';
import { root, run, text } from './repository.ts';

const COPIED = [
  ...['.ci/new-lint-rule.js', '.prettierignore', 'README.md', 'eslint.config.js', 'package.json', 'tsconfig.json'],
  ...['src', 'test/lint/pages.test.ts'],
];
/** Checks the registry and all it imports, as the whole would be checked. */
const PROJECT = '{ "extends": "./tsconfig.json", "compilerOptions": { "noEmit": true }, "files": ["src/lint/registry.ts"], "include": [] }'; // prettier-ignore

async function copy(): Promise<string> {
  const cwd = await directoryOf({ 'registry.json': PROJECT, node_modules: { link: join(root, 'node_modules') } });
  for (const path of COPIED) cpSync(join(root, path), join(cwd, path), { recursive: true });
  return cwd;
}

const start = (cwd: string, ...args: readonly string[]): ReturnType<typeof run> =>
  run(process.execPath, ['.ci/new-lint-rule.js', ...args], cwd);

const read = (cwd: string, path: string): string => readFileSync(join(cwd, path), 'utf8');

/** Every file that the script could touch, with its text. */
const stateOf = (cwd: string): readonly (readonly [string, string])[] =>
  readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map((path) => [path, readFileSync(path, 'utf8')]);

const namesIn = (from: string, pattern: RegExp): readonly string[] =>
  [...from.matchAll(pattern)].map(([, name = '']) => name);
const camelCase = (id: string): string => id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

describe('a new lint rule', () => {
  /** First of all, after one whose id it continues, last of all. */
  const ids = ['a-first-rule', 'dead-rule-found', 'zone-without-name'];
  let cwd = '';
  const runPackage = (program: string, ...args: readonly string[]): ReturnType<typeof run> =>
    run(process.execPath, ['--experimental-vm-modules', join(cwd, 'node_modules', program), ...args], cwd);

  beforeAll(async () => {
    cwd = await copy();
    for (const id of ids)
      expect(await start(cwd, id)).toEqual({ code: 0, stdout: expect.stringContaining(`${id}.md`), stderr: '' });
  });

  test('stands in the registry and in README.md, in the order of the ids', () => {
    const before = namesIn(text('src/lint/registry.ts'), /'\.\/rules\/(.*)\.ts'/g);
    const all = [...before, ...ids].sort();
    expect(namesIn(read(cwd, 'src/lint/registry.ts'), /'\.\/rules\/(.*)\.ts'/g)).toEqual(all);
    expect(namesIn(read(cwd, 'src/lint/registry.ts'), /^ {2}(\w+),$/gm)).toEqual(all.map(camelCase));
    expect(namesIn(read(cwd, 'README.md'), /^\| \[`(.*)`\]\(src\/lint\/rules\//gm)).toEqual(all);
  });

  test('passes tsc, eslint and prettier', async () => {
    const files = ['src/lint/registry.ts', `src/lint/rules/${ids[0]}.ts`];
    const answers = await Promise.all([
      runPackage('typescript/bin/tsc', '--project', 'registry.json'),
      runPackage('eslint/bin/eslint.js', '--max-warnings', '0', ...files),
      runPackage('prettier/bin/prettier.cjs', '--list-different', ...files),
    ]);
    expect(answers).toEqual(answers.map(() => ({ code: 0, stdout: '', stderr: '' })));
  });

  test('fails the test of the pages, which says what is left to fill in', async () => {
    const { code, stderr } = await runPackage('jest/bin/jest.js', '--testNamePattern', `^${ids[0]} |README`);
    expect(code).toBe(1);
    expect(namesIn(stderr, /● (.*)\n/g)).toEqual([
      'a-first-rule › leaves nothing to fill in',
      'a-first-rule › finds what the page says to avoid, and nothing else there',
    ]);
    for (const file of ['a-first-rule.ts', 'a-first-rule.md']) expect(stderr).toMatch(`"${file}:`);
  });
});

describe('the script', () => {
  let cwd = '';
  beforeAll(async () => {
    cwd = await copy();
  });

  test.each<[what: string, args: readonly string[], sentence: RegExp]>([
    ['no id', [], /^new:lint-rule: give one id/],
    ['two ids', ['a-rule', 'b-rule'], /give one id/],
    ['an id that exists', ['dead-rule'], /there is a lint rule `dead-rule` already/],
    ['the code of a policy that does not load', ['duplicate-rule-id'], /the code of a policy that does not load/],
    ['a name that the registry has', ['lint-rules'], /`lintRules` is taken/],
    ...[
      '',
      'rule',
      'Dead-rule',
      'deadRule',
      'dead_rule',
      'dead--rule',
      '-dead-rule',
      'dead-rule-',
      'dead-2',
      '../a-b',
    ].map((id): [string, string[], RegExp] => [
      `the id ${JSON.stringify(id)}`,
      [id],
      /is no id; an id is in kebab-case/,
    ]),
    ['an id with a line feed', ['a-rule\n'], /"a-rule\\n" is no id/],
    ['an id of 65 characters', [`a-${'b'.repeat(63)}`], /is no id/],
  ])('refuses %s and writes nothing', async (_, args, sentence) => {
    const before = stateOf(join(cwd, 'src/lint'));
    const { code, stdout, stderr } = await start(cwd, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(/^[^\n]*; nothing was written\n$/);
    expect([stateOf(join(cwd, 'src/lint')), read(cwd, 'README.md')]).toEqual([before, text('README.md')]);
  });
});

test.each<[what: string, break_: (cwd: string) => void, sentence: RegExp]>([
  [
    'README.md has no table of lint rules',
    (cwd) => writeFileSync(join(cwd, 'README.md'), '# Countersign\n'),
    /README\.md lists the lint rules no longer/,
  ],
  ['a file cannot take its place', (cwd) => rmSync(join(cwd, 'src/lint/rules'), { recursive: true }), /ENOENT/],
])('where %s, nothing is written', async (_, break_, sentence) => {
  const cwd = await copy();
  break_(cwd);
  const before = stateOf(cwd);
  const { code, stderr } = await start(cwd, 'a-first-rule');
  expect(code).toBe(2);
  expect(stderr).toMatch(sentence);
  expect(stateOf(cwd)).toEqual(before);
});
