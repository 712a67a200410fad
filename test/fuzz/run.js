// @ts-check
// Makes one program of endless.ts and what it fuzzes, since the oldest supported Node does not run TypeScript; runs it.
import { join } from 'node:path';
import * as esbuild from 'esbuild';

const root = join(import.meta.dirname, '../..');
const outfile = join(root, 'coverage/fuzz/endless.js');
process.chdir(root);
await esbuild.build({
  entryPoints: [join(import.meta.dirname, 'endless.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  conditions: ['countersign-source'],
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'error',
});
await import(outfile);
