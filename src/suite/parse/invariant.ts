import { canSay, type Invariant, type InvariantSet, isVacuous } from '../../analysis/index.ts';
import { isString, type Node, stringsAt, valueAt } from '../../policy/document/node.ts';
import { parseClaims } from '../../policy/parse/claims.ts';
import { checkAction, checkResource } from '../../policy/parse/grants.ts';
import { checkAudiences, checkKinds } from '../../policy/parse/rule.ts';
import { placeOf, type Source } from '../../policy/parse/source.ts';
import { parseSubjects } from '../../policy/parse/subject.ts';
import type { Issuer, Policy, SubjectPattern } from '../../policy/policy.ts';
import { quote } from '../../policy/quote.ts';
import type { SubjectScheme } from '../../policy/subject/scheme.ts';
import { subjectSchemes } from '../../policy/subject/schemes.ts';
import { suggest } from '../../policy/suggest.ts';

/** Parses the entries of `invariants`. One about tokens that no issuer of the policy can sign is refused. */
export function parseInvariant(node: Node, source: Source, policy: Policy): Invariant {
  const name = valueAt(node, 'name');
  const demand = valueAt(node, 'never') === undefined ? 'always' : 'never';
  const entry = node.kind === 'map' ? node.entries.find(({ key }) => key === demand) : undefined;
  const invariant: Invariant = {
    name: isString(name) ? name.value : '',
    at: placeOf(source, node.kind === 'map' ? (node.entries[0]?.keySpan ?? node) : node),
    demand,
    set: parseSet(entry?.value, source, policy),
  };
  if (entry !== undefined && !source.problems.touches(entry.value) && isVacuous(policy, invariant))
    source.problems.add(
      'invalid-value',
      entry.keySpan,
      'no token and request is of this set, so that nothing is said',
      'say what tokens of these issuers can be; `subject` and `kind` may contradict each other',
    );
  return invariant;
}

function parseSet(node: Node | undefined, source: Source, policy: Policy): InvariantSet {
  const names = valueAt(node, 'issuer');
  const issuers = names === undefined ? policy.issuers : issuersNamed(names, source, policy);
  const audiences = valueAt(node, 'audience');
  const kinds = valueAt(node, 'kind');
  const schemes = issuers.flatMap(schemesOf);
  const known = issuers.map((issuer) => ({ issuer, schemes, audiences: new Set(issuer.audiences) }));
  checkAudiences(audiences, known, source);
  if (issuers.length > 0) checkKinds(kinds, new Set(schemes.flatMap((scheme) => scheme.kinds)), source);
  const subjects = parseInvariantSubjects(valueAt(node, 'subject'), issuers, source);
  return {
    ...(names === undefined ? {} : { issuers: textsOf(names) }),
    ...(audiences === undefined ? {} : { audiences: textsOf(audiences) }),
    ...(subjects === undefined ? {} : { subjects }),
    ...(kinds === undefined ? {} : { kinds: textsOf(kinds) }),
    claims: parseClaims(valueAt(node, 'claims'), schemes, source),
    request: parseAsked(node, source),
  };
}

function issuersNamed(node: Node, { problems }: Source, { issuers }: Policy): readonly Issuer[] {
  return stringsAt(node).flatMap((name) => {
    const issuer = issuers.find((one) => one.name === name.value);
    if (issuer !== undefined) return [issuer];
    problems.add('unknown-issuer', name, `no issuer of the policy is called ${quote(name.value)}`, () =>
      suggest(
        name.value,
        issuers.map((one) => one.name),
      ),
    );
    return [];
  });
}

function parseInvariantSubjects(
  node: Node | undefined,
  issuers: readonly Issuer[],
  source: Source,
): InvariantSet['subjects'] {
  if (node === undefined) return undefined;
  const outside = valueAt(node, 'outside');
  const list = outside ?? node;
  const items = list.kind === 'list' ? list.items : [list];
  const patterns = items.flatMap((item) => parsePattern(item, issuers, source));
  return { patterns, areOutside: outside !== undefined };
}

/** A pattern that at least one of the issuers can say. */
function parsePattern(node: Node, issuers: readonly Issuer[], source: Source): readonly SubjectPattern[] {
  const patterns = parseSubjects(node, [], source) ?? [];
  const [first] = issuers;
  const isSaid = patterns.every((pattern) => issuers.some((issuer) => canSay(issuer, pattern)));
  if (!isSaid && first !== undefined) parseSubjects(node, schemesOf(first), source);
  return patterns;
}

function parseAsked(node: Node | undefined, source: Source): InvariantSet['request'] {
  const [action, resource, plain] = ['action', 'resource', 'plain'].map((key) => valueAt(node, key));
  for (const one of stringsAt(action)) checkAction(one, source);
  for (const one of stringsAt(resource)) {
    if (one.value.includes('${'))
      source.problems.add('invalid-template', one, 'an invariant has no templates', 'write `*` for any segment');
    else checkResource(one, source);
  }
  if (plain?.kind === 'scalar' && typeof plain.value === 'boolean') {
    if (plain.value && action === undefined && resource === undefined) return 'plain';
    const message = plain.value ? 'plain access names neither action nor resource' : 'only `true` may stand here';
    source.problems.add('invalid-value', plain, message, 'remove `plain`');
  }
  return {
    ...(action === undefined ? {} : { actions: textsOf(action) }),
    ...(resource === undefined ? {} : { resources: textsOf(resource) }),
  };
}

function schemesOf({ subject }: Issuer): readonly SubjectScheme[] {
  return subject.map((name) => subjectSchemes.get(name)).filter((scheme) => scheme !== undefined);
}

function textsOf(node: Node): readonly string[] {
  return stringsAt(node).map(({ value }) => value);
}
