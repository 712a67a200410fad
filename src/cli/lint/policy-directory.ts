import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readTextFile } from '../../files/read.ts';
import { isPolicyFileName, isWithin } from '../../files/walk.ts';
import { MOST_BYTES } from '../../policy/document/check-text.ts';
import { valueAt } from '../../policy/document/node.ts';
import { Problems } from '../../policy/document/problems.ts';
import { readDocument } from '../../policy/document/read-document.ts';
import { foldersUpwards } from '../config/folders-upwards.ts';
import { DEFAULT_PATHS } from '../policy-files.ts';

/**
 * The paths of the policy that a file belongs to: those that are configured, or else `policies/`, where they contain it;
 * else its folder, or the highest above it that is reached through folders with policy files, within its repository.
 */
export async function policyPathsOf(file: string, configured: readonly string[]): Promise<readonly string[]> {
  for (const paths of [configured, DEFAULT_PATHS]) {
    if (paths.some((path) => isWithin(resolve(path), resolve(file)))) return paths;
  }
  let folder = dirname(file);
  const { repository } = await foldersUpwards(resolve(folder));
  while (repository !== undefined && resolve(folder) !== repository && (await holdsPolicies(join(folder, '..')))) {
    folder = join(folder, '..');
  }
  return [folder];
}

/** Whether a policy file lies in a folder itself; what cannot be read is none. */
async function holdsPolicies(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isPolicyFileName)) if (await isPolicy(join(folder, name))) return true;
  return false;
}

async function isPolicy(file: string): Promise<boolean> {
  const text = await readTextFile(file, { maxBytes: MOST_BYTES }).catch(() => '');
  const root = readDocument(text, new Problems(file, text));
  const has = (key: string): boolean => valueAt(root, key) !== undefined;
  return has('version') && (has('issuers') || has('rules'));
}
