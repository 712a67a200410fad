import { dirname, isAbsolute, join } from 'node:path';

/** The path that a file means by `path`: relative to where the file is. */
export function beside(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}
