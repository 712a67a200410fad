import { admit } from '../../decision/admit.ts';
import type { CompiledPolicy } from '../../decision/compile.ts';
import { type CompiledRule, compileRule, covers, unmetCondition } from '../../decision/compiled-rule.ts';
import type { AdmittedToken } from '../../decision/evaluate.ts';
import { parseRequest } from '../../decision/request.ts';
import type { Policy, TrustRule } from '../../policy/policy.ts';
import type { TestCase } from '../suite.ts';
import type { Mutant } from './mutants.ts';

/** The cases of one token for one audience, which are all one to the conditions of a rule but for its validity. */
interface TokenCases {
  readonly token: AdmittedToken;
  /** The local name of its issuer. */
  readonly issuer: string;
  readonly cases: readonly TestCase[];
  /** The rules whose conditions hold, whatever the time. */
  readonly rules: readonly TrustRule[];
}

/** Some cases, and as much of the mutant's policy as decides them: effect, deciding rules and expiry, not all reasons. */
export interface Concern {
  readonly cases: readonly TestCase[];
  readonly policy: Policy;
}

/** Finds the cases that a mutant may decide otherwise than the policy. */
export class ConcernedCases {
  readonly #policy: Policy;
  readonly #groups: readonly TokenCases[];

  constructor(policy: Policy, compiled: CompiledPolicy, cases: readonly TestCase[]) {
    this.#policy = policy;
    const rules = policy.rules.map((rule) => ({ rule, compiled: compileRule(rule, 0) }));
    this.#groups = admittedGroups(policy, compiled, cases).map((group) => ({
      ...group,
      rules: rules.filter(({ rule, compiled }) => applies(rule, compiled, group)).map(({ rule }) => rule),
    }));
  }

  *of({ rule, mutated }: Mutant): Generator<Concern, void> {
    const compiled = mutated && compileRule(mutated, 0);
    const decidesAlike = mutated !== undefined && actsLike(rule, mutated);
    for (const group of this.#groups) {
      const did = group.rules.includes(rule);
      const does = compiled !== undefined && applies(mutated ?? rule, compiled, group);
      if (did === does && (decidesAlike || !did)) continue;
      const others = group.rules.filter((one) => one !== rule);
      const rules = mutated === undefined || !does ? others : [...others, mutated];
      yield { cases: group.cases, policy: { issuers: this.#policy.issuers, rules } };
    }
  }
}

type Group = Omit<TokenCases, 'rules'>;

/** Cases whose token is refused before any rule is asked are left out: no mutant changes them. */
function admittedGroups({ issuers }: Policy, compiled: CompiledPolicy, cases: readonly TestCase[]): readonly Group[] {
  const groups = new Map<string, Group & { readonly cases: TestCase[] }>();
  for (const one of cases) {
    const request = parseRequest(one.request);
    if ('code' in request) continue;
    const token = admit(compiled, one.token, request, undefined);
    if ('code' in token) continue;
    const key = JSON.stringify([one.token, request.audience]);
    const issuer = issuers.find(({ url }) => url === token.url)?.name ?? '';
    const group = groups.get(key) ?? { token, issuer, cases: [] };
    group.cases.push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function applies(
  { when }: TrustRule,
  compiled: CompiledRule,
  { issuer, token: { audiences, principal, claims } }: Group,
): boolean {
  return (
    when.issuers.includes(issuer) &&
    covers(compiled, audiences, principal) &&
    unmetCondition(compiled, principal, claims) === undefined
  );
}

/** Whether two rules decide alike where the conditions of both hold. */
function actsLike(a: TrustRule, b: TrustRule): boolean {
  return a.effect === b.effect && a.mode === b.mode && a.ttl === b.ttl && a.valid === b.valid && a.grants === b.grants;
}
