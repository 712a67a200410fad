/** Trust rules in the language of Cedar, as far as both can say the same. Shares no code with `src/`. */
import type { GrantDoc, MatcherDoc, OneOrMore, RuleDoc, Scalar } from './arbitraries.ts';

/** Each rule as one or more policies, named by the rule's place: `r0.0`, `r0.1`, `r1.0`. */
export function cedarRules(rules: readonly Omit<RuleDoc, 'id'>[]): Record<string, string> {
  return Object.fromEntries(
    rules.flatMap((rule, i) => {
      if (rule.mode === 'audit') return [];
      const head = rule.effect === 'allow' ? 'permit' : 'forbid';
      const conditions = [...conditionsOf(rule)];
      return subjectsOfRequest(rule).map((asked, j) => [
        `r${String(i)}.${String(j)}`,
        `${head} (principal, action, resource) when { ${[...conditions, asked].map(enclosed).join(' && ')} };`,
      ]);
    }),
  );
}

function* conditionsOf({ effect, when, valid }: Omit<RuleDoc, 'id'>): Generator<string> {
  yield `${set(when.issuer)}.contains(context.issuer)`;
  if (when.audience !== undefined) yield `context.audiences.containsAny(${set(when.audience)})`;
  if (when.subject !== undefined) {
    const covers = list(when.subject).map((one) => {
      if (typeof one === 'string') return `principal in Subject::${text(one)}`;
      if ('equals' in one) return `principal == Subject::${text(one.equals)}`;
      throw new RangeError('Cedar has no globs of subjects');
    });
    yield covers.join(' || ');
  }
  if (when.kind !== undefined) yield `${set(when.kind)}.contains(principal.kind)`;
  for (const [name, matcher] of Object.entries(when.claims ?? {})) yield claim(name, matcher, effect);
  if (valid?.from !== undefined) yield `context.now >= ${seconds(valid.from)}`;
  if (valid?.until !== undefined) yield `context.now < ${seconds(valid.until)}`;
}

/** What a value of a type cannot be asked is an error in Cedar, which takes the policy away: it does not apply. */
function claim(name: string, matcher: MatcherDoc, effect: RuleDoc['effect']): string {
  const is = `context.claims has ${text(name)}`;
  const value = `context.claims[${text(name)}]`;
  if (typeof matcher !== 'object' || Array.isArray(matcher)) return `${is} && ${set(matcher)}.contains(${value})`;
  if ('present' in matcher) return matcher.present ? is : `!(${is})`;
  if ('contains' in matcher) return `${is} && ${value}.containsAll(${set(matcher.contains)})`;
  if ('containsAny' in matcher) return `${is} && ${value}.containsAny(${set(matcher.containsAny)})`;
  if ('glob' in matcher) throw new RangeError('Cedar has no such globs');
  const scalars = list(matcher.not as OneOrMore<Scalar>);
  const type = `context.types[${text(name)}]`;
  const isJudged = `${is} && ${set(scalars.map((one) => typeof one))}.contains(${type})`;
  const isOther = `!(${set(scalars)}.contains(${value}))`;
  return effect === 'allow' ? `${isJudged} && ${isOther}` : `!(${isJudged}) || ${isOther}`;
}

/** What requests a rule speaks of: plain access is the action `access`. */
function subjectsOfRequest({ effect, grants }: Omit<RuleDoc, 'id'>): string[] {
  const granted = (grants ?? []).map((grant) => grantOf(grant, effect));
  if (effect === 'deny') return grants === undefined ? ['true'] : granted;
  return ['action == Action::"access"', ...granted];
}

function grantOf({ actions, resources }: GrantDoc, effect: RuleDoc['effect']): string {
  const named = actions.map((name) =>
    name === '*' ? 'action != Action::"access"' : `action == Action::${text(name)}`,
  );
  const asked = enclosed(named.join(' || '));
  if (resources === undefined) return effect === 'deny' ? asked : `${asked} && resource is Nothing`;
  const patterns = resources.map(patternOf);
  const filled = patterns.map(({ isFilled }) => isFilled).join(' && ');
  const covered = patterns.map(({ isFilled, covers }) => enclosed(`${isFilled} && ${covers}`)).join(' || ');
  const all = effect === 'deny' ? `!(${filled}) || ${covered}` : covered;
  return `${asked} && resource is Resource && ${enclosed(all)}`;
}

function patternOf(pattern: string): { readonly isFilled: string; readonly covers: string } {
  if (pattern.endsWith('/**')) {
    const above = `Resource::${text(pattern.slice(0, -'/**'.length))}`;
    return { isFilled: 'true', covers: `resource in ${above} && resource != ${above}` };
  }
  const segments = pattern.split('/');
  const variables = segments.map((segment) => /^\$\{subject\.(.*)\}$/.exec(segment)?.[1]);
  const known = variables.flatMap((name) => (name === undefined ? [] : [`principal has ${KINDS[name]!}`]));
  const equal = segments.flatMap((segment, i) => {
    const variable = variables[i];
    if (segment === '*') return [];
    return [`resource.s${String(i)} == ${variable === undefined ? text(segment) : `principal.${KINDS[variable]!}`}`];
  });
  return {
    isFilled: ['true', ...known].join(' && '),
    covers: [`resource.length == ${String(segments.length)}`, ...equal].join(' && '),
  };
}

const KINDS: Readonly<Record<string, string>> = { org: 'org', project: 'prj', user: 'user' };

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value]) as readonly T[];
const set = (value: Scalar | readonly Scalar[]): string => `[${list<Scalar>(value).map(text).join(', ')}]`;
const text = (value: Scalar): string => JSON.stringify(value);
const enclosed = (condition: string): string => `(${condition})`;
const seconds = (time: string): string => String(Date.parse(time) / 1000);
