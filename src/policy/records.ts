import { createSha256 } from '#sha256';
import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonical-json.ts';
import { byCodeUnits } from './order.ts';
import type { ClaimCondition, Conditions, GrantPattern, Issuer, Place, Policy, TrustRule } from './policy.ts';

/**
 * A policy in the form that its digest is made of, that bundles hold and that decisions are compiled from: every rule a
 * line of canonical JSON, which takes a fraction of the memory of the rule itself.
 */
export interface PolicyRecords {
  /** By name. */
  readonly issuers: readonly Issuer[];
  /** Each rule as canonical JSON (RFC 8785) without its place; by id. */
  readonly rules: readonly string[];
  /** Where each rule stands: three numbers a rule, the index of its file, line and column. */
  readonly places: Uint32Array;
  readonly files: readonly string[];
}

/** A rule without its place: what a record says. */
export type RecordedRule = Omit<TrustRule, 'at'>;

export function recordsOf(policy: Policy): PolicyRecords {
  const rules = [...policy.rules].sort((a, b) => byCodeUnits(a.id, b.id));
  const files = new Map<string, number>();
  const places = new Uint32Array(3 * rules.length);
  for (const [n, { at }] of rules.entries()) {
    if (!files.has(at.file)) files.set(at.file, files.size);
    places.set([files.get(at.file) ?? 0, at.line, at.column], 3 * n);
  }
  return {
    issuers: [...policy.issuers].sort((a, b) => byCodeUnits(a.name, b.name)),
    rules: rules.map(ruleRecord),
    places,
    files: [...files.keys()],
  };
}

/** The rule of a record, by its number; read anew each time. */
export function ruleOf(records: PolicyRecords, n: number): TrustRule {
  return { ...(JSON.parse(records.rules[n] ?? '') as RecordedRule), at: placeOf(records, n) };
}

/** The policy that was made into records. */
export function policyFrom(records: PolicyRecords): Policy {
  return { issuers: records.issuers, rules: records.rules.map((_, n) => ruleOf(records, n)) };
}

function placeOf({ places, files }: PolicyRecords, n: number): Place {
  return { file: files[places[3 * n] ?? 0] ?? '', line: places[3 * n + 1] ?? 0, column: places[3 * n + 2] ?? 0 };
}

/**
 * SHA-256, in hexadecimal, of the canonical JSON (RFC 8785) of a policy: issuers by name, rules by id, without
 * positions and file names. Two sets of files with one digest are one policy.
 */
export function policyDigest({ issuers, rules }: Pick<PolicyRecords, 'issuers' | 'rules'>): string {
  const hash = createSha256();
  const add = (text: string): void => {
    hash.update(text);
  };
  add(`{"issuers":${canonicalJson(issuers.map(({ at: _, ...issuer }) => issuer))},"rules":[`);
  for (let n = 0; n < rules.length; n += AT_ONCE) {
    add(`${n === 0 ? '' : ','}${rules.slice(n, n + AT_ONCE).join(',')}`);
  }
  add(']}');
  return bytesToHex(hash.digest());
}

/** How many rules are hashed in one go: enough that the calls do not count, little enough that the copy does not. */
const AT_ONCE = 256;

/**
 * The canonical JSON of a rule without its place. The conditions on claims are members of one object, so their order
 * means nothing. Every object is built with its members in order, which is how `JSON.stringify` writes them.
 */
function ruleRecord({ description, effect, grants, id, mode, ttl, valid, when }: TrustRule): string {
  const { audiences, claims, issuers, kinds, subjects } = when;
  const conditions = [...claims]
    .sort((a, b) => byCodeUnits(a.key, b.key))
    .map(({ key, matcher, steps }) => ({ key, matcher, steps }) satisfies Every<ClaimCondition>);
  return JSON.stringify({
    description,
    effect,
    grants: grants?.map(({ actions, resources }) => ({ actions, resources }) satisfies Every<GrantPattern>),
    id,
    mode,
    ttl,
    valid: valid && ({ from: valid.from, until: valid.until } satisfies Every<typeof valid>),
    when: { audiences, claims: conditions, issuers, kinds, subjects } satisfies Every<Conditions>,
  } satisfies Every<Omit<TrustRule, 'at'>>);
}

/** Every member of a type, so that one which is added to it cannot be forgotten here. */
type Every<T> = { readonly [Member in keyof Required<T>]: unknown };
