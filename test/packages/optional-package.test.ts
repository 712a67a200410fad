import { expect, test } from '@jest/globals';
import { optionalPackage } from '../../src/packages/optional-package.ts';

const coded = (code: string): Error => Object.assign(new Error('x'), { code });
const failing = (cause: Error) => () => Promise.reject(cause);

test('gives the package that is there', async () => {
  await expect(optionalPackage('hono', () => Promise.resolve(1), 'the test needs')).resolves.toBe(1);
});

test.each([
  [undefined, 'the test needs the package `hono`, which is not installed; help: npm install hono'],
  ['hono pino', 'the test needs the package `hono`, which is not installed; help: npm install hono pino'],
])('names the package that is missing, and what to install (%s)', async (install, message) => {
  for (const code of ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']) {
    await expect(optionalPackage('hono', failing(coded(code)), 'the test needs', install)).rejects.toMatchObject({
      code: 'ERR_PACKAGE_MISSING',
      message,
      cause: { code },
    });
  }
});

test.each([coded('EACCES'), new Error('x')])('gives any other failure on as it is: %s', async (cause) => {
  await expect(optionalPackage('hono', failing(cause), 'the test needs')).rejects.toBe(cause);
});
