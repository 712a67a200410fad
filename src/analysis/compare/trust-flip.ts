import { type CompiledPolicy } from '../../decision/compile.ts';
import { decide } from '../../decision/decide.ts';
import type { Issuer, Policy } from '../../policy/policy.ts';
import { boxOf } from '../box.ts';
import { isEnforced } from '../rule-model.ts';
import { regionsOf, sampleOf } from '../region.ts';
import { witnessOf } from '../witness.ts';
import type { Tried } from './flip-search.ts';
import type { TrustAspect } from './policy-difference.ts';

/** One of two policies, as it stands. */
export interface Trusting {
  readonly policy: Policy;
  readonly compiled: CompiledPolicy;
}

/** How many rules are tried for an example. */
const MOST_RULES = 50;

/** A token that an allow of one policy honours and the other policy does not, because of how its issuer is trusted. */
export function trustFlip(
  from: Trusting,
  to: Trusting,
  what: TrustAspect,
  issuer: Issuer,
  names: readonly string[],
): Tried | undefined {
  // prettier-ignore
  if (!['issuer', 'url', 'audiences', 'subject'].includes(what)) return undefined;
  const rules = to.policy.rules.filter(({ when }) => when.issuers.includes(issuer.name)).slice(0, MOST_RULES);
  for (const box of rules.map((rule) => boxOf(rule, to.policy))) {
    if (!isEnforced(box, 'allow')) continue;
    for (const region of regionsOf(box, box.requests.sure)) {
      if (region.issuer !== issuer) continue;
      const { all, none } = region.audiences;
      const bounded = names.length === 0 ? region : { ...region, audiences: { all: [...all, new Set(names)], none } };
      const parts = sampleOf(bounded);
      if (typeof parts === 'string') continue;
      const witness = witnessOf(parts);
      const [before, after] = [from, to].map(({ compiled }) => decide(compiled, witness.token, witness.request));
      if (before?.effect === 'deny' && after?.effect === 'allow') return { witness, from: before, to: after };
    }
  }
  return undefined;
}
