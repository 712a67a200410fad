import { compileConditions, type Facts, type RuleConditions } from '../../decision/explain/rule-conditions.ts';
import type { Locator } from '../../policy/document/route.ts';
import { placeOf } from '../../policy/parse/source.ts';
import type { Place, Policy, TrustRule } from '../../policy/policy.ts';
import type { CaseFacts } from './case-facts.ts';
import { type CoverageItem, type RuleCoverage, tallyOf } from './coverage.ts';
import { type GrantPart, partsOf } from './grant-parts.ts';
import { pathsOf, saysNothing } from './without-condition.ts';

type Route = readonly (string | number)[];

export function measureRule(
  rule: TrustRule,
  policy: Policy,
  cases: readonly CaseFacts[],
  locator: Locator,
): RuleCoverage {
  const parts = partsOf(rule);
  const hits = countHits(rule, policy, cases, parts);
  const paths = pathsOf(rule);
  const leftOut = paths.filter((path) => saysNothing(rule, path, policy));
  const placeAt = (path: Route, key: boolean): Place => {
    const { source, span } = locator.locate({ rule: rule.id, path, ...(key ? { key } : {}) });
    return placeOf(source, span);
  };
  const items: readonly CoverageItem[] = [
    { kind: 'rule', name: rule.id, at: rule.at, cases: hits.applied },
    ...paths
      .filter((path) => !leftOut.includes(path))
      .map((path): CoverageItem => {
        return { kind: 'condition', name: path, at: placeAt(routeOf(path), true), cases: hits.alone.get(path) ?? 0 };
      }),
    ...parts.map(({ kind, pattern, path }, index): CoverageItem => {
      return { kind, name: pattern, at: placeAt(path, false), cases: hits.parts[index] ?? 0 };
    }),
  ];
  return { rule: rule.id, effect: rule.effect, at: rule.at, items, leftOut, total: tallyOf(items) };
}

/** How many cases reach what. */
interface Hits {
  readonly applied: number;
  /** By the path of the condition that alone fails. */
  readonly alone: ReadonlyMap<string, number>;
  /** One for each part of the grants. */
  readonly parts: readonly number[];
}

function countHits(rule: TrustRule, policy: Policy, cases: readonly CaseFacts[], parts: readonly GrantPart[]): Hits {
  const conditions = compileConditions({ ...rule, grants: parts.map(({ grant }) => grant) });
  const namesAll = policy.issuers.every(({ name }) => rule.when.issuers.includes(name));
  const covered = parts.map(() => 0);
  const alone = new Map<string, number>();
  let applied = 0;
  for (const one of cases) {
    const failing = one.isStranger && namesAll ? ['issuer'] : failingConditions(conditions, one);
    const [path] = failing ?? [];
    if (failing?.length === 1 && path !== undefined) alone.set(path, (alone.get(path) ?? 0) + 1);
    const facts = failing?.length === 0 && one.issuer !== undefined ? one.as(one.issuer) : undefined;
    if (facts === undefined) continue;
    applied += 1;
    for (const [index, { covers }] of conditions.askGrants(facts).entries()) {
      if (covers) covered[index] = (covered[index] ?? 0) + 1;
    }
  }
  return { applied, alone, parts: covered };
}

/** The paths of the conditions that fail; `undefined` where the token does not get as far as the rule. */
function failingConditions({ rule, ask }: RuleConditions, { issuer, as }: CaseFacts): readonly string[] | undefined {
  if (issuer === undefined) return undefined;
  const failing = (facts: Facts): readonly string[] =>
    ask(facts).flatMap(({ path, holds }) => (holds === true ? [] : [path]));
  const { issuers } = rule.when;
  if (issuers.includes(issuer)) {
    const facts = as(issuer);
    return facts && failing(facts);
  }
  // What another issuer says may mean nothing to this rule; so the same token is asked as if from one of its own.
  const isAlone = issuers.some((name) => {
    const facts = as(name);
    return facts !== undefined && failing(facts).length === 0;
  });
  return isAlone ? ['issuer'] : undefined;
}

function routeOf(path: string): Route {
  if (path === 'valid') return ['valid'];
  return path.startsWith('claims.') ? ['when', 'claims', path.slice('claims.'.length)] : ['when', path];
}
