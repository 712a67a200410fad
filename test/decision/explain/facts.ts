import type { Hint } from '../../../src/decision/explain/hints/hint.ts';
import type { Facts } from '../../../src/decision/explain/rule-conditions.ts';
import { gitpod } from '../../../src/policy/subject/gitpod.ts';
import type { Principal } from '../../../src/policy/subject/principal.ts';

export const now = 1_800_000_000;

/** What is known of a token from the issuer `git`, but for what is given. */
export function factsWith(given: Partial<Facts>): Facts {
  return {
    url: 'https://git.example',
    issuer: 'git',
    audiences: ['here'],
    principal: undefined,
    split: (path) => path.split('/'),
    claims: {},
    request: { now },
    ...given,
  };
}

export function principalAt(path: string): Principal {
  const principal = gitpod.principalOf({ sub: path });
  if (typeof principal === 'string') throw new Error(path);
  return principal;
}

/** Hints without their sentences, which follow from the rest. */
export function bare(hints: readonly Hint[]): readonly object[] {
  return hints.map(({ message: _, ...rest }) => rest);
}
