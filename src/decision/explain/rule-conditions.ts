import type { SubjectPattern, TrustRule } from '../../policy/policy.ts';
import type { Principal } from '../../policy/subject/principal.ts';
import type { Claims } from '../../policy/subject/scheme.ts';
import { claimAt } from '../claim-condition.ts';
import { type CompiledRule, compileRule, compileSubject, isInForce } from '../compiled-rule.ts';
import type { Request } from '../request.ts';

/** What is known of a token when rules are asked; what is `undefined` the token did not get as far as telling. */
export interface Facts {
  /** The issuer's url, and its local name where the policy trusts it. */
  readonly url: string;
  readonly issuer: string | undefined;
  /** Those of its audiences that count here. */
  readonly audiences: readonly string[] | undefined;
  readonly principal: Principal | undefined;
  /** A path or a pattern as rules compare it: one string a segment. */
  readonly split: (path: string) => readonly string[];
  readonly claims: Claims;
  readonly request: Request;
}

/** One condition of a rule, asked. */
export interface AskedCondition {
  /** `issuer`, `audience`, `subject`, `kind`, `claims.` and the key as written, or `valid`. */
  readonly path: string;
  /** `undefined` where the facts do not reach that far. */
  readonly holds: boolean | undefined;
  readonly expected: unknown;
  readonly actual?: unknown;
}

/** One grant of a rule, asked: whether it covers the request. */
export interface AskedGrant {
  readonly covers: boolean;
  /** The grant with its templates filled in; `undefined` where they cannot be. */
  readonly grant: { readonly actions: readonly string[]; readonly resources?: readonly string[] } | undefined;
}

/** A rule whose every condition can be asked, any number of times. */
export interface RuleConditions {
  readonly rule: TrustRule;
  readonly ask: (facts: Facts) => readonly AskedCondition[];
  /** What each of its grants says of a request that names an action; empty where there is none to ask. */
  readonly askGrants: (facts: Facts) => readonly AskedGrant[];
}

type Condition = (facts: Facts) => AskedCondition;

/** Compiles the conditions of a rule: in the order in which they are written down, none skipped when asked. */
export function compileConditions(rule: TrustRule): RuleConditions {
  const compiled = compileRule(rule, 0);
  const { audiences, subjects } = rule.when;
  const conditions: readonly Condition[] = [
    issuerCondition(rule.when.issuers),
    ...(audiences === undefined ? [] : [audienceCondition(audiences)]),
    ...(subjects === undefined ? [] : [subjectCondition(subjects)]),
    ...(compiled.kinds === undefined ? [] : [kindCondition(compiled.kinds)]),
    ...compiled.claims.map(({ path, expected, steps, holds }): Condition => ({ claims }) => {
      const actual = claimAt(claims, steps);
      return answer(path, holds(actual), expected, actual);
    }),
    ...(rule.valid === undefined ? [] : [validCondition(rule.valid, compiled)]),
  ];
  return {
    rule,
    ask: (facts) => conditions.map((ask) => ask(facts)),
    askGrants: ({ principal, claims, request: { action, resource } }) =>
      principal === undefined || action === undefined
        ? []
        : (compiled.grants ?? []).map((fill) => {
            const filled = fill(principal, claims);
            return { covers: filled?.covers(action, resource) === true, grant: filled?.grant };
          }),
  };
}

/** Every condition of a rule, asked once. Where a rule is asked often, `compileConditions` it first. */
export function askConditions(rule: TrustRule, facts: Facts): readonly AskedCondition[] {
  return compileConditions(rule).ask(facts);
}

function answer(path: string, holds: boolean | undefined, expected: unknown, actual: unknown): AskedCondition {
  return { path, holds, expected, ...(actual === undefined ? {} : { actual }) };
}

const oneOrMore = (names: readonly unknown[]): unknown => (names.length === 1 ? names[0] : names);

function issuerCondition(names: readonly string[]): Condition {
  return ({ issuer, url }) =>
    answer('issuer', names.some((name) => name === issuer), oneOrMore(names), issuer ?? url); // prettier-ignore
}

function audienceCondition(names: readonly string[]): Condition {
  return ({ audiences, claims }) => {
    const holds = audiences?.some((name) => names.includes(name));
    const counting = audiences === undefined || audiences.length === 0 ? claims['aud'] : oneOrMore(audiences);
    return answer('audience', holds, oneOrMore(names), counting);
  };
}

function subjectCondition(patterns: readonly SubjectPattern[]): Condition {
  const tests = patterns.map(compileSubject);
  const expected = oneOrMore(patterns.map((pattern) => ('prefix' in pattern ? pattern.prefix : pattern)));
  return ({ principal }) =>
    answer('subject', principal && tests.some((test) => test(principal)), expected, principal?.path);
}

function kindCondition(kinds: ReadonlySet<string>): Condition {
  const expected = oneOrMore([...kinds]);
  return ({ principal }) => answer('kind', principal && kinds.has(principal.kind), expected, principal?.kind);
}

function validCondition(valid: NonNullable<TrustRule['valid']>, rule: CompiledRule): Condition {
  return ({ request: { now } }) => answer('valid', isInForce(rule, now), valid, now);
}
