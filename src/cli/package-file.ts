import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of a file or directory of this package, given from its root. */
export function packageFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
  return version;
}
