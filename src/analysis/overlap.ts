import type { Policy } from '../policy/policy.ts';
import type { Box, IssuerPart } from './box.ts';
import type { ClaimTest, ClaimValue } from './claim-set.ts';
import { findClaims } from './claim-values.ts';
import type { Word } from './find-word.ts';
import { commonPrincipal, samplePrincipal } from './principal-set.ts';
import { commonRequest, sampleRequest } from './request-set.ts';
import { confirms, type Witness, witnessOf } from './witness.ts';

/** A confirmed example, or that there is none; `undecided` where neither could be shown. */
export type Found = Witness | 'none' | 'undecided';

/** A token and a request of which both rules speak, each alone in its policy. */
export function overlap(a: Box, b: Box, policy: Policy): Found {
  const tokens = commonTokens([a, b]);
  if (typeof tokens === 'string') return tokens;
  const request = commonRequest(a.requests, b.requests);
  return typeof request === 'string' ? request : confirmed(tokens, [request], [a, b], policy);
}

/** A token that meets the rule's conditions and, where there is one, a request that the rule speaks of. */
export function satisfiable(box: Box, policy: Policy): Found {
  const tokens = commonTokens([box]);
  return typeof tokens === 'string' ? tokens : confirmed(tokens, [sampleRequest(box.requests), []], [box], policy);
}

/** Whether some token may meet the conditions of all. `false` is sure. */
export function mayMeet(...boxes: readonly Box[]): boolean {
  return commonTokens(boxes) !== 'none';
}

const possible = new WeakMap<Box, boolean>();

/** Whether some token may meet the conditions of a rule; found once. `false` is sure. */
export function mayApply(box: Box): boolean {
  const answer = possible.get(box) ?? mayMeet(box);
  possible.set(box, answer);
  return answer;
}

interface Tokens {
  readonly parts: readonly {
    readonly issuer: IssuerPart['issuer'];
    readonly audiences: string[];
    readonly path: string;
  }[];
  readonly claims: ReadonlyMap<string, ClaimValue>;
  readonly now: number;
}

/** What tokens that meet the conditions of all boxes look like, one example an issuer. */
function commonTokens(boxes: readonly Box[]): Tokens | 'none' | 'undecided' {
  const from = Math.max(...boxes.map((box) => box.from));
  const until = Math.min(...boxes.map((box) => box.until));
  if (from >= until) return 'none';
  const parts: Tokens['parts'][number][] = [];
  let isUndecided = false;
  for (const name of boxes[0]?.parts.keys() ?? []) {
    const found = commonPart(
      boxes.map(({ parts }) => parts.get(name)).filter((part) => part !== undefined),
      boxes.length,
    );
    if (found === 'undecided') isUndecided = true;
    else if (found !== 'none') parts.push(found);
  }
  if (parts.length === 0 && !isUndecided) return 'none';
  const keys = new Set(boxes.flatMap((box) => [...box.claims.keys()]));
  const all = (key: string): readonly ClaimTest[] => boxes.flatMap((box) => box.claims.get(key) ?? []);
  const claims = findClaims(new Map([...keys].map((key) => [key, { all: all(key), none: [] }])));
  if (claims === 'none') return 'none';
  const isKnown = parts.length > 0 && !isUndecided && claims !== 'undecided';
  return isKnown ? { parts, claims, now: timeWithin(from, until) } : 'undecided';
}

function commonPart(parts: readonly IssuerPart[], count: number): Tokens['parts'][number] | 'none' | 'undecided' {
  const [first] = parts;
  if (first === undefined || parts.length < count) return 'none';
  const audiences = new Set<string>();
  for (const part of parts) {
    const shared = [...part.audiences].find((name) => parts.every((other) => other.audiences.has(name)));
    const [any] = part.audiences;
    if (any === undefined) return 'none';
    audiences.add(shared ?? any);
  }
  const principals = parts.map((part) => part.principals).filter((set) => set !== undefined);
  if (principals.length < count) return 'undecided';
  const [only] = principals;
  const path = only !== undefined && count === 1 ? samplePrincipal(only) : commonPrincipal(...principals);
  return typeof path === 'string' ? path : { issuer: first.issuer, audiences: [...audiences], path: path.join('') };
}

/** 2026-01-01T00:00:00Z, where no rule asks for another time. */
const SOME_TIME = 1_767_225_600;

export function timeWithin(from: number, until: number): number {
  if (from <= SOME_TIME && SOME_TIME < until) return SOME_TIME;
  return from === -Infinity ? until - 1 : from;
}

function confirmed(
  { parts, claims, now }: Tokens,
  requests: readonly Word[],
  boxes: readonly Box[],
  policy: Policy,
): Found {
  for (const part of parts) {
    for (const request of requests) {
      const witness = witnessOf({ ...part, claims, now, request });
      if (boxes.every(({ rule }) => confirms(witness, rule, policy))) return witness;
    }
  }
  return 'undecided';
}
