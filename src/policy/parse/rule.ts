import { isString, type Node, stringsAt, valueAt } from '../document/node.ts';
import type { Conditions, TrustRule } from '../policy.ts';
import { parseClaims } from './claims.ts';
import { parseGrants } from './grants.ts';
import { durationAt, type KnownIssuer, type KnownIssuers } from './issuer.ts';
import { inWords, placeOf, type Source } from './source.ts';
import { parseSubjects } from './subject.ts';
import { suggest } from '../suggest.ts';
import { isTimeShaped, parseTime } from './time.ts';
import { quote } from '../quote.ts';

/** Parses the rules of all files, in the order of files and text. One without an id is only checked. */
export function parseRules(sources: readonly Source[], issuers: KnownIssuers): readonly TrustRule[] {
  const rules = new Map<string, TrustRule>();
  for (const source of sources) {
    const list = valueAt(source.root, 'rules');
    for (const node of list?.kind === 'list' ? list.items : []) {
      const rule = parseRule(node, source, issuers);
      const id = valueAt(node, 'id');
      if (!isString(id)) continue;
      const same = rules.get(rule.id);
      if (same === undefined) rules.set(rule.id, rule);
      else
        source.problems.add(
          'duplicate-rule-id',
          id,
          `the rule at ${inWords(same.at)} has this id already`,
          'give every rule an id of its own',
        );
    }
  }
  return [...rules.values()];
}

function parseRule(node: Node, source: Source, issuers: KnownIssuers): TrustRule {
  const id = valueAt(node, 'id');
  const description = valueAt(node, 'description');
  const effect = valueAt(node, 'effect');
  const mode = valueAt(node, 'mode');
  const grants = parseGrants(valueAt(node, 'grants'), source);
  const ttl = durationAt(node, 'ttl');
  const valid = parseValid(valueAt(node, 'valid'), source);
  return {
    id: isString(id) ? id.value : '',
    ...(isString(description) ? { description: description.value } : {}),
    effect: isString(effect) && effect.value === 'allow' ? 'allow' : 'deny',
    mode: isString(mode) && mode.value === 'audit' ? 'audit' : 'enforce',
    when: parseConditions(valueAt(node, 'when'), source, issuers),
    ...(grants === undefined ? {} : { grants }),
    ...(ttl === undefined ? {} : { ttl }),
    ...(valid === undefined ? {} : { valid }),
    at: placeOf(source, id ?? node),
  };
}

function parseConditions(node: Node | undefined, source: Source, issuers: KnownIssuers): Conditions {
  const names = stringsAt(valueAt(node, 'issuer'));
  for (const name of names) {
    if (name.value === '' || issuers.byName.has(name.value) || !issuers.complete) continue;
    source.problems.add('unknown-issuer', name, `no issuer is called ${quote(name.value)}`, () =>
      suggest(name.value, issuers.byName.keys()),
    );
  }
  const named = names.map(({ value }) => issuers.byName.get(value)).filter((issuer) => issuer !== undefined);
  const schemes = [...new Set(named.flatMap((one) => one.schemes))];
  const subjects = parseSubjects(valueAt(node, 'subject'), schemes, source);
  const audience = valueAt(node, 'audience');
  const kind = valueAt(node, 'kind');
  // Of an issuer that is unknown nobody knows what its tokens are for, nor whom they speak for.
  if (named.length === names.length) {
    checkAudiences(audience, named, source);
    if (schemes.length > 0) checkKinds(kind, new Set(schemes.flatMap((scheme) => scheme.kinds)), source);
  }
  return {
    issuers: names.map(({ value }) => value),
    ...(audience === undefined ? {} : { audiences: stringsAt(audience).map(({ value }) => value) }),
    ...(subjects === undefined ? {} : { subjects }),
    ...(kind === undefined ? {} : { kinds: stringsAt(kind).map(({ value }) => value) }),
    claims: parseClaims(valueAt(node, 'claims'), schemes, source),
  };
}

export function checkAudiences(node: Node | undefined, issuers: readonly KnownIssuer[], source: Source): void {
  // An issuer whose audiences are missing or refused has its own problem.
  if (issuers.length === 0 || issuers.some(({ audiences }) => audiences.size === 0)) return;
  for (const audience of stringsAt(node)) {
    if (audience.value === '*' || audience.value.trim() === '') continue;
    if (issuers.some(({ audiences }) => audiences.has(audience.value))) continue;
    source.problems.add(
      'audience-not-accepted',
      audience,
      `tokens of ${issuers.length === 1 ? `issuer ${quote(issuers[0]?.issuer.name)}` : 'these issuers'} are not accepted for ${quote(audience.value)}`,
      () => suggest(audience.value, new Set(issuers.flatMap(({ audiences }) => [...audiences]))),
    );
  }
}

export function checkKinds(node: Node | undefined, known: ReadonlySet<string>, source: Source): void {
  for (const kind of stringsAt(node)) {
    if (known.has(kind.value)) continue;
    source.problems.add(
      'unknown-kind',
      kind,
      `principals of these issuers are never of kind ${quote(kind.value)}`,
      () => suggest(kind.value, known),
    );
  }
}

function parseValid(node: Node | undefined, source: Source): TrustRule['valid'] {
  if (node?.kind !== 'map') return undefined;
  const [from, until] = [timeAt(node, 'from', source), timeAt(node, 'until', source)];
  const end = valueAt(node, 'until');
  if (end !== undefined && (from ?? -Infinity) >= (until ?? Infinity)) {
    source.problems.add(
      'validity-reversed',
      end,
      '`until` is not after `from`, so the rule is never in force',
      'exchange the two',
    );
  }
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}

function timeAt(node: Node, key: string, source: Source): number | undefined {
  const text = valueAt(node, key);
  if (!isString(text)) return undefined;
  const time = parseTime(text.value);
  if (time === undefined && isTimeShaped(text.value)) {
    source.problems.add('invalid-time', text, `there is no such time as ${quote(text.value)}`);
  }
  return time;
}
