import { expect, test } from '@jest/globals';
import { manifest, run } from './repository.ts';

const BELONGS = [
  /^dist\/[\w./-]+\.(js|d\.ts)$/,
  /^dist\/lint\/rules\/[\w-]+\.md$/,
  /^dist\/cli\/LICENSES\.txt$/,
  /^schemas\/[\w.-]+\.schema\.json$/,
  /^policies\/[\w./-]+\.(ya?ml|json|md)$/,
  /^(LICENSE|README\.md|package\.json)$/,
];

test('the tarball holds what users need and nothing else', async () => {
  const { code, stdout, stderr } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths.filter((path) => !BELONGS.some((pattern) => pattern.test(path)))).toEqual([]);
  for (const entry of manifest.files)
    expect({ [entry]: paths.some((path) => path === entry || path.startsWith(`${entry}/`)) }).toEqual({
      [entry]: true,
    });
});
