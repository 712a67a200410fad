import { describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root, run, sources } from './repository.ts';

interface Cruise {
  modules: { source: string; dependencies: { resolved: string }[] }[];
  summary: {
    violations: { from: string; to: string; rule: { name: string } }[];
    ruleSetUsed: { forbidden: { name: string; from: { path?: string } }[] };
  };
}

async function cruise(project: string): Promise<Cruise> {
  const { stdout } = await run(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['--config', join(root, '.dependency-cruiser.js'), '--output-type', 'json', 'src'],
    ],
    project,
  );
  return JSON.parse(stdout) as Cruise;
}

const PACKAGES = ['jose', 'yaml', 'lru-cache', 'hono', 'commander', '@noble/hashes', 'leftover'];

/** Arrows that must be refused: file, what it imports, the rule that says so. */
const refused: [from: string, to: string, rule: string][] = [
  ['src/policy/a.ts', '../decision/z.ts', 'room policy'],
  ['src/policy/b.ts', 'node:fs', 'room policy'],
  ['src/policy/c.ts', 'crypto', 'room policy'],
  ['src/policy/d.ts', 'jose', 'room policy'],
  ['src/policy/bundle/a.ts', 'hono', 'room policy/bundle'],
  ['src/decision/a.ts', 'node:crypto', 'room decision'],
  ['src/decision/b.ts', '../engine/z.ts', 'room decision'],
  ['src/decision/c.ts', 'yaml', 'room decision'],
  ['src/decision/reason.ts', '../policy/z.ts', 'reasons import next to nothing'],
  ['src/files/a.ts', '../policy/z.ts', 'room files'],
  ['src/files/b.ts', 'yaml', 'room files'],
  ['src/token/a.ts', '../decision/z.ts', 'room token'],
  ['src/token/b.ts', '../policy/z.ts', 'room token'],
  ['src/token/c.ts', 'node:fs', 'room token'],
  ['src/engine/a.ts', 'jose', 'room engine'],
  ['src/engine/b.ts', '../idp/z.ts', 'room engine'],
  ['src/idp/a.ts', '../token/z.ts', 'room idp'],
  ['src/engine/c.ts', '../cli/z.ts', 'room engine'],
  ['src/idp/b.ts', '../cli/z.ts', 'room idp'],
  ['src/attic/a.ts', '../policy/z.ts', 'room unknown'],
  ['src/policy/ring.ts', './round.ts', 'no cycles'],
  ['src/cli/a.ts', './nowhere.ts', 'resolvable'],
  ['src/cli/b.ts', 'leftover', 'installed for users'],
];

const allowed: [from: string, to: string][] = [
  ['src/policy/e.ts', 'yaml'],
  ['src/policy/round.ts', './ring.ts'],
  ['src/policy/f.ts', './bundle/z.ts'],
  ['src/policy/bundle/b.ts', 'jose'],
  ['src/decision/d.ts', '../policy/z.ts'],
  ['src/files/c.ts', 'node:fs/promises'],
  ['src/token/d.ts', '../decision/reason.ts'],
  ['src/token/keys/a.ts', '../../decision/audience.ts'],
  ['src/token/e.ts', 'node:crypto'],
  ['src/token/f.ts', 'lru-cache'],
  ['src/engine/d.ts', '../token/z.ts'],
  ['src/idp/c.ts', 'hono'],
  ['src/cli/c.ts', '../idp/z.ts'],
  ['src/cli/d.ts', 'commander'],
];

describe('the layers of src/', () => {
  test('hold', async () => {
    const { modules, summary } = await cruise(root);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    expect(modules.map((module) => module.source)).toEqual(expect.arrayContaining([...sources]));
    const arrows = modules.filter(({ source }) => source.startsWith('src/')).flatMap((module) => module.dependencies);
    expect(arrows.length).toBeGreaterThan(0);
  });

  test('have a row for every source file', async () => {
    const { forbidden } = (await cruise(root)).summary.ruleSetUsed;
    const rooms = forbidden.filter(({ name }) => /^room (?!unknown)/.test(name)).map(({ from }) => RegExp(from.path!));
    expect(rooms.length).toBeGreaterThan(0);
    expect(sources.filter((path) => !rooms.some((room) => room.test(path)))).toEqual([]);
  });

  describe('in a project with planted imports', () => {
    test('refuse every arrow that points the wrong way, and no other', async () => {
      const project = plant([...refused, ...allowed]);
      try {
        const { violations } = (await cruise(project)).summary;
        const found = new Set(violations.map(({ rule, from }) => `${rule.name}: ${from}`));
        const planted = refused.map(([from, , rule]) => `${rule}: ${from}`);
        expect(planted.filter((violation) => !found.has(violation))).toEqual([]);
        const guilty = new Set(refused.map(([from]) => from));
        expect(violations.filter(({ from }) => !guilty.has(from))).toEqual([]);
      } finally {
        rmSync(project, { recursive: true });
      }
    });
  });
});

/** A project of one-line files; imports of types only, which count as much as others. */
function plant(arrows: readonly (readonly [from: string, to: string, ...unknown[]])[]): string {
  const project = mkdtempSync(join(tmpdir(), 'layers-'));
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), content);
  };
  const dependencies = Object.fromEntries(PACKAGES.filter((name) => name !== 'leftover').map((name) => [name, '*']));
  write('package.json', JSON.stringify({ type: 'module', dependencies, devDependencies: { leftover: '*' } }));
  for (const name of PACKAGES) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, type: 'module', exports: './index.js' }));
    write(`node_modules/${name}/index.js`, 'export const it = 1;');
  }
  for (const room of ['policy', 'policy/bundle', 'decision', 'token', 'engine', 'idp', 'cli'])
    write(`src/${room}/z.ts`, 'export type It = 1;');
  write('src/decision/audience.ts', 'export type It = 1;');
  for (const [from, to] of arrows) write(from, `import type { It } from '${to}';\nexport type Mine = It;`);
  return project;
}
