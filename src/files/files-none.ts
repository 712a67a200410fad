/** What an engine needs of files, where there are none: every path is refused. */
import { FileRefused } from './file-refused.ts';
import type * as files from './files-node.ts';

const refuse = (path: string): Promise<never> => {
  const detail = 'this runtime has no files: give what parsePolicy returned, and keys in the policy or by url';
  return Promise.reject(new FileRefused('not-readable', path, { detail }));
};

export const readTextFile: typeof files.readTextFile = refuse;
export const readBinaryFile: typeof files.readBinaryFile = refuse;
export const findPolicyFiles: typeof files.findPolicyFiles = refuse;
export const beside: typeof files.beside = (_file, path) => path;
/** Sees nothing change; reading the same paths says why. */
export const watchPaths: typeof files.watchPaths = () => ({ ready: Promise.resolve(), close: () => undefined });
