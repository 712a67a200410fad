import { isAbsolute, relative, sep } from 'node:path';

/** The path of a file from the working directory, joined by `/`; where it lies outside, as it was given. */
export function relativePath(file: string): string {
  if (!isAbsolute(file)) return file;
  const path = relative(process.cwd(), file).split(sep).join('/');
  return path === '..' || path.startsWith('../') || isAbsolute(path) ? file : path;
}
