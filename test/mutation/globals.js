// @ts-check
// Stands in for `@jest/globals` where tests run without Jest around them.
import { jestExpect } from '@jest/expect';

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from 'jest-circus';

// Snapshots hold sentences, which may change; no mutant is killed for one.
const pass = { pass: true, message: () => '' };
jestExpect.extend({ toMatchSnapshot: () => pass, toMatchInlineSnapshot: () => pass });

export const expect = jestExpect;
