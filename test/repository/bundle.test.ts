import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifest, root, run, text } from './repository.ts';

const folder = join(root, 'dist/cli');
const files = readdirSync(folder);
const scripts = files.filter((file) => file.endsWith('.js'));
const builtins = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);

/** What a built file imports, by name. */
const importsOf = (file: string): readonly string[] =>
  [
    ...readFileSync(join(folder, file), 'utf8').matchAll(
      /^(?:import|export|\}) ?[^;]*?from ?['"]([^'"]+)['"];$|\bimport\(['"]([^'"]+)['"]\)/gms,
    ),
  ].map(([, stated, called]) => stated ?? called ?? '');

/** The source files whose code stands in a text. */
const modulesIn = (content: string): ReadonlySet<string> =>
  new Set([...content.matchAll(/^\/\/ ((?:src|node_modules)\/\S+)$/gm)].map(([, name = '']) => name));

/** `hono` of `hono/body-limit`, `@hono/node-server` of itself. */
const packageOf = (name: string): string => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

describe('the bundle of the command line', () => {
  test('holds scripts and licences, and nothing twice', () => {
    expect(files.filter((file) => !file.endsWith('.js'))).toEqual(['LICENSES.txt']);
    const contents = scripts.map((file) => readFileSync(join(folder, file), 'utf8'));
    expect(new Set(contents).size).toBe(scripts.length);
    const names = contents.flatMap((content) => [...modulesIn(content)]);
    expect(names).toContain('src/cli/commands/lint.ts');
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('imports its own files, Node, and optional packages', () => {
    const optional = new Set(Object.keys((JSON.parse(text('package.json')) as Manifest).optionalDependencies));
    const foreign = scripts.flatMap(importsOf).filter((name) => !name.startsWith('./') && !builtins.has(name));
    expect(foreign.filter((name) => !optional.has(packageOf(name)))).toEqual([]);
  });

  test('has every file in use', () => {
    const used = new Set(['main.js']);
    for (const file of used) for (const name of importsOf(file)) if (name.startsWith('./')) used.add(name.slice(2));
    expect(scripts.filter((file) => !used.has(file))).toEqual([]);
  });

  test('loads no command to print its version', () => {
    const eager = new Set(['main.js']);
    const stated = (file: string): readonly string[] =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/\bfrom ['"]\.\/([^'"]+)['"]/g)].map(
        ([, name = '']) => name,
      );
    for (const file of eager) for (const name of stated(file)) eager.add(name);
    const modules = [...eager].map((file) => readFileSync(join(folder, file), 'utf8')).join('');
    expect(modules).toContain('// src/cli/program.ts');
    expect(modules).not.toMatch(/^\/\/ (src\/cli\/commands|src\/policy\/parse|node_modules\/(yaml|jose))/m);
  });

  test('passes on the licence of every package in it', () => {
    const licences = readFileSync(join(folder, 'LICENSES.txt'), 'utf8');
    const packages = new Set(
      scripts
        .flatMap((file) => [...modulesIn(readFileSync(join(folder, file), 'utf8'))])
        .flatMap((module) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? []),
    );
    expect(packages).toContain('yaml');
    for (const name of packages) expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+$`, 'm'));
  });
});

interface Manifest {
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

describe('the command line of the tarball, without any package beside it', () => {
  let place = '';
  let main = '';

  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), 'tarball-'));
    await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', place]);
    const [tarball = ''] = readdirSync(place);
    await run('tar', ['-xzf', tarball], place);
    main = join(place, 'package', manifest.bin['countersign'] ?? '');
    mkdirSync(join(place, 'policies'));
    for (const file of readdirSync(join(root, 'policies')))
      copyFileSync(join(root, 'policies', file), join(place, 'policies', file));
  });

  afterAll(() => rmSync(place, { recursive: true, force: true }));

  const program = (...args: string[]): ReturnType<typeof run> => run(process.execPath, [main, ...args], place);

  test.each([
    ['prints its version', ['--version'], /^\d+\.\d+\.\d+\n$/],
    ['finds the page of a lint rule', ['lint', '--explain', 'subject-any'], /^# /],
    ['finds its schemas', ['schema', 'policy'], /"\$id"/],
    ['lints', ['lint', '--format', 'sarif'], /"version": ?"2\.1\.0"/],
    ['formats', ['fmt', '--check'], /^$/],
  ])('%s', async (_, args, expected) => {
    const { code, stdout, stderr } = await program(...args);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(expected);
  });

  test('names the optional package that is missing', async () => {
    const { code, stderr } = await program('demo');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/hono/) as unknown });
  });
});
