import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const root = join(import.meta.dirname, '../..');

export const text = (path: string): string => readFileSync(join(root, path), 'utf8');

export const manifest = JSON.parse(text('package.json')) as {
  name: string;
  bin: Record<string, string>;
  files: string[];
  scripts: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};

/** The TypeScript files below src/ that people write, as `src/…` paths. */
export const sources: readonly string[] = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path}`)
  .filter((path) => path.endsWith('.ts') && !path.includes('/generated/'))
  .sort();

/** Runs a program in the repository (or `cwd`) and waits; a failure is an answer, not an exception. */
export async function run(
  file: string,
  args: readonly string[],
  cwd = root,
): Promise<{ code: number; stdout: string; stderr: string }> {
  // The loader flags of the test run are nothing to its children.
  const { NODE_OPTIONS: _, ...env } = process.env;
  try {
    return { code: 0, ...(await promisify(execFile)(file, args, { cwd, env, maxBuffer: 2 ** 26 })) };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, stdout, stderr };
  }
}
