// @ts-check
// Stands in for `@jest/globals` where tests run without Jest around them.
import { jestExpect } from '@jest/expect';
import { ModuleMocker } from 'jest-mock';

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from 'jest-circus';

// Snapshots hold sentences, which may change; no mutant is killed for one.
const pass = { pass: true, message: () => '' };
jestExpect.extend({ toMatchSnapshot: () => pass, toMatchInlineSnapshot: () => pass });

export const expect = jestExpect;

/** Spies, and nothing else of what Jest can do. */
export const jest = new ModuleMocker(globalThis);
