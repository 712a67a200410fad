import type { DecisionToken } from '../../decision/decide.ts';
import { isString, type Node, type Span, stringsAt, toValue, valueAt } from '../../policy/document/node.ts';
import { isTimeShaped, parseTime } from '../../policy/parse/time.ts';
import type { Source } from '../../policy/parse/source.ts';
import type { Issuer, Policy } from '../../policy/policy.ts';
import { quote } from '../../policy/quote.ts';
import { suggest } from '../../policy/suggest.ts';

/** 2026-01-01T00:00:00Z: when a case asks that does not say when. */
const SOME_TIME = 1_767_225_600;
/** Seconds that a token lives which does not say how long. */
const LIFETIME = 3600;

/** What a test file says of a token; its `exp` may still depend on the time of the request. */
export interface GivenToken {
  readonly at: number | undefined;
  readonly issuer: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

export function parseToken(node: Node, source: Source, policy: Policy): GivenToken {
  const span = node.kind === 'map' ? (node.entries[0]?.keySpan ?? node) : node;
  const { url, issuer } = issuerOf(valueAt(node, 'issuer'), span, source, policy);
  const sub = valueAt(node, 'sub');
  const claims = valueAt(node, 'claims');
  refuseReserved(claims, source);
  const aud = audienceOf(valueAt(node, 'audience'), issuer, span, source);
  return {
    at: timeAt(node, source),
    issuer: url,
    claims: {
      ...(claims?.kind === 'map' ? (toValue(claims) as object) : {}),
      ...(isString(sub) ? { sub: sub.value } : {}),
      ...(aud === undefined ? {} : { aud }),
    },
  };
}

/** The token as it is at the time of a request. */
export function tokenAt({ issuer, claims }: GivenToken, now: number): DecisionToken {
  return { issuer, claims: { exp: now + LIFETIME, ...claims } };
}

/** When is asked: what the case says, else what its token says. */
export function momentOf(own: number | undefined, token: GivenToken | undefined): number {
  return own ?? token?.at ?? SOME_TIME;
}

/** The time under the key `at`. */
export function timeAt(node: Node, { problems }: Source): number | undefined {
  const text = valueAt(node, 'at');
  if (!isString(text)) return undefined;
  const time = parseTime(text.value);
  if (time === undefined && isTimeShaped(text.value))
    problems.add('invalid-time', text, `there is no such time as ${quote(text.value)}`);
  return time;
}

interface NamedIssuer {
  readonly url: string;
  /** `undefined` of a stranger. */
  readonly issuer: Issuer | undefined;
}

function issuerOf(node: Node | undefined, span: Span, { problems }: Source, { issuers }: Policy): NamedIssuer {
  const names = issuers.map(({ name }) => name);
  if (!isString(node)) {
    const [only, ...others] = issuers;
    if (only === undefined || others.length > 0)
      problems.add(
        'missing-key',
        span,
        'the token names no `issuer`, and the policy has not exactly one',
        names.length === 0 ? undefined : `issuers are ${names.map((name) => quote(name)).join(', ')}`,
        'issuer',
      );
    return { url: only?.url ?? '', issuer: only };
  }
  const issuer = issuers.find(({ name, url }) => name === node.value || url === node.value);
  if (issuer === undefined && !node.value.includes('://'))
    problems.add('unknown-issuer', node, `no issuer of the policy is called ${quote(node.value)}`, () =>
      suggest(node.value, names),
    );
  return { url: issuer?.url ?? node.value, issuer };
}

function audienceOf(
  node: Node | undefined,
  issuer: Issuer | undefined,
  span: Span,
  { problems }: Source,
): string | readonly string[] | undefined {
  if (node !== undefined) return isString(node) ? node.value : stringsAt(node).map(({ value }) => value);
  const [only, ...others] = issuer?.audiences ?? [];
  if (issuer !== undefined && others.length > 0)
    problems.add(
      'missing-key',
      span,
      `the token names no \`audience\`, and issuer ${quote(issuer.name)} has not exactly one`,
      () => `write \`audience\`: ${issuer.audiences.slice(0, 12).map(quote).join(', ')}`,
      'audience',
    );
  return only;
}

const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['iss', 'write `issuer`'],
  ['sub', 'write `sub` beside `claims`'],
  ['aud', 'write `audience`'],
]);

function refuseReserved(claims: Node | undefined, { problems }: Source): void {
  for (const { key, keySpan } of claims?.kind === 'map' ? claims.entries : []) {
    const help = ELSEWHERE.get(key);
    if (help !== undefined)
      problems.add('reserved-claim', keySpan, `the claim ${quote(key)} has a key of its own`, help);
  }
}
