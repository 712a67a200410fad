import { describe, expect, test } from '@jest/globals';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { manifest, root, run } from './repository.ts';

const isFile = (path: string): boolean => existsSync(join(root, path)) && statSync(join(root, path)).isFile();
const subpaths = Object.keys(manifest.exports);
const modules = subpaths.filter((subpath) => typeof manifest.exports[subpath] === 'object');

/** What users may import. Adding a name is a feature, removing one breaks them. */
const PUBLISHED = [
  ...['.', './policy', './testing'],
  ...['./express', './fastify', './koa', './hono', './fetch'],
  ...['./schemas/*', './package.json'],
];

describe('the package', () => {
  test('exports the published subpaths', () => {
    expect(subpaths).toEqual(PUBLISHED);
  });

  test.each(modules)('built what it exports as %s, with types', (subpath) => {
    const { types = '', default: code = '' } = manifest.exports[subpath] as Record<string, string>;
    expect({ [types]: isFile(types), [code]: isFile(code) }).toEqual({ [types]: true, [code]: true });
    const source = code.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
    expect({ [source]: isFile(source) }).toEqual({ [source]: true });
  });

  test.each(modules)('can be imported by its own name as %s', async (subpath) => {
    const name = subpath.replace('.', manifest.name);
    const { code, stdout, stderr } = await run(process.execPath, [
      ...['--input-type', 'module', '--eval'],
      `console.log(Object.keys(await import(${JSON.stringify(name)})).length > 0)`,
    ]);
    expect({ code, stdout: stdout.trim(), stderr }).toEqual({ code: 0, stdout: 'true', stderr: '' });
  });

  test('gives its schemas and its manifest as JSON', async () => {
    const { code, stdout, stderr } = await run(process.execPath, [
      ...['--input-type', 'module', '--eval'],
      `import { createRequire } from 'node:module';
       const require = createRequire(process.cwd() + '/package.json');
       console.log(require('${manifest.name}/package.json').name);
       console.log(typeof require('${manifest.name}/schemas/policy.schema.json').$id);`,
    ]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${manifest.name}\nstring\n`, stderr: '' });
  });

  test.each(Object.entries(manifest.bin))('installs the command %s as a program', (_, path) => {
    expect(isFile(path)).toBe(true);
    expect(statSync(join(root, path)).mode & 0o111).toBe(0o111);
  });
});
