import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Policy, TrustRule } from '../policy/policy.ts';
import { byCodeUnits } from './order.ts';

/**
 * SHA-256, in hexadecimal, of the canonical JSON (RFC 8785) of a policy: issuers by name, rules by id, without
 * positions and file names. Two sets of files with one digest are one policy.
 */
export function policyDigest({ issuers, rules }: Policy): string {
  const content = {
    issuers: issuers.map(withoutPlace).sort((a, b) => byCodeUnits(a.name, b.name)),
    rules: rules.map(canonicalRule).sort((a, b) => byCodeUnits(a.id, b.id)),
  };
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(content))));
}

/** The conditions on claims are members of one object, so their order means nothing. */
function canonicalRule(rule: TrustRule): Omit<TrustRule, 'at'> {
  const claims = [...rule.when.claims].sort((a, b) => byCodeUnits(a.key, b.key));
  return { ...withoutPlace(rule), when: { ...rule.when, claims } };
}

function withoutPlace<T extends { readonly at: unknown }>({ at: _, ...rest }: T): Omit<T, 'at'> {
  return rest;
}

/** Serialises a JSON value as RFC 8785 says: members in the order of their names' code units, no white space. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => byCodeUnits(a, b));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}
