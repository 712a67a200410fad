import { describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { manifest, root, text } from './repository.ts';

interface Entry {
  resolved?: string;
  integrity?: string;
  optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(text('package-lock.json')) as { packages: Record<string, Entry> };

describe('installing', () => {
  test('asks whichever registry the user has configured', () => {
    const hosts = Object.entries(lock.packages).filter(([, entry]) => 'resolved' in entry);
    expect(hosts).toEqual([]);
    expect(text('package-lock.json')).not.toContain('registry.');
    expect(existsSync(join(root, '.npmrc'))).toBe(false);
  });

  test('checks every package against the lock file', () => {
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(packages.length).toBeGreaterThan(0);
    expect(packages.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
  });

  // `npm ci` refuses a lock file that lacks one, even for another platform; `npm install` writes such files silently.
  test('knows the optional packages of every platform', () => {
    const locked = new Set(Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, '')));
    const named = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(named.filter((name) => !locked.has(name))).toEqual([]);
  });

  test('builds, and testing tests what was built from the present sources', () => {
    expect(manifest.scripts).toMatchObject({ prepare: 'npm run build', pretest: 'npm run build' });
  });
});
