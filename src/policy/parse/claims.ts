import { isString, type MapNode, type Node, type Scalar, valueAt } from '../document/node.ts';
import { hasControl } from '../glob/glob.ts';
import type { ClaimCondition, Matcher, PositiveMatcher } from '../policy.ts';
import type { SubjectScheme } from '../subject/scheme.ts';
import { parseClaimKey } from './pointer.ts';
import type { Source } from './source.ts';
import { quote } from '../quote.ts';

/** Claims that have conditions of their own, and what those are called. */
const REGISTERED: ReadonlyMap<string, string> = new Map([
  ['iss', 'use the condition `issuer`'],
  ['sub', 'use the condition `subject`'],
  ['aud', 'use the condition `audience`'],
  ['exp', 'use `valid` for the times of a rule; a token is checked against `exp` always'],
  ['nbf', 'use `valid` for the times of a rule; a token is checked against `nbf` always'],
  ['iat', 'use `maxTokenAge` of the issuer, or `valid` for the times of a rule'],
]);

/**
 * Parses conditions on claims. The claims that an issuer's schemes turn into the path are reserved. What is of another
 * shape than a matcher is left out: that is for the schema to report.
 */
export function parseClaims(
  node: Node | undefined,
  schemes: readonly SubjectScheme[],
  source: Source,
): readonly ClaimCondition[] {
  const conditions: ClaimCondition[] = [];
  for (const { key, keySpan, value } of node?.kind === 'map' ? node.entries : []) {
    const steps = parseClaimKey(key);
    if (steps === undefined) {
      source.problems.add(
        'invalid-pointer',
        keySpan,
        `${quote(key)} is not a JSON pointer (RFC 6901)`,
        'write `~0` for `~` and `~1` for `/` in a name',
      );
      continue;
    }
    const claim = steps[0] ?? '';
    const help = reservedHelp(claim, schemes);
    if (help !== undefined) {
      source.problems.add('reserved-claim', keySpan, `the claim ${quote(claim)} has a condition of its own`, help);
    }
    const matcher = parseMatcher(value, source);
    if (matcher !== undefined) conditions.push({ key, steps, matcher });
  }
  return conditions;
}

function reservedHelp(claim: string, schemes: readonly SubjectScheme[]): string | undefined {
  const help = REGISTERED.get(claim);
  if (help !== undefined) return help;
  return schemes.some((scheme) => scheme.pathClaims.includes(claim))
    ? 'it becomes the subject: use the condition `subject`'
    : undefined;
}

function parseMatcher(node: Node, source: Source): Matcher | undefined {
  const present = valueAt(node, 'present');
  if (present?.kind === 'scalar' && typeof present.value === 'boolean') return { present: present.value };
  const negated = valueAt(node, 'not');
  if (negated === undefined) return parsePositive(node, source);
  const matcher = parsePositive(negated, source);
  return matcher && { not: matcher };
}

function parsePositive(node: Node, source: Source): PositiveMatcher | undefined {
  if (node.kind !== 'map') return { oneOf: scalarsOf(node) };
  const glob = valueAt(node, 'glob');
  if (isString(glob)) {
    checkGlobText(glob, source);
    return { glob: glob.value };
  }
  return parseContains(node);
}

function parseContains(node: MapNode): PositiveMatcher | undefined {
  const contains = valueAt(node, 'contains');
  if (contains !== undefined) return { contains: scalarsOf(contains) };
  const containsAny = valueAt(node, 'containsAny');
  return containsAny && { containsAny: scalarsOf(containsAny) };
}

function scalarsOf(node: Node): readonly Scalar[] {
  const nodes = node.kind === 'list' ? node.items : [node];
  return nodes.flatMap((item) => (item.kind === 'scalar' && item.value !== null ? [item.value] : []));
}

/** A pattern with a control character would match nothing. */
export function checkGlobText(node: Node & { readonly value: string }, source: Source): void {
  if (hasControl(node.value)) {
    source.problems.add(
      'invalid-glob',
      node,
      'the pattern has a control character, which no value it matches could have',
    );
  }
}
