import { ambiguousClaim } from './ambiguous-claim.ts';
import { base64urlFault, decodeBase64url } from './base64url.ts';
import { freezeWithin, parseJsonObject, type JsonObject } from './json.ts';
import type { TokenLimits } from './limits.ts';
import { refuse, shown, type Refusal } from './refusal.ts';

/** A token read strictly and **not verified**: everything in it is only what the sender claims. */
export interface CompactToken {
  readonly unverifiedHeader: JsonObject;
  readonly unverifiedClaims: JsonObject;
  /** The three parts as sent: header, payload, signature. The signature may be empty. */
  readonly parts: readonly [string, string, string];
}

/**
 * Reads a JWS in compact form (RFC 7515, section 7.1) whose payload is a claims set, and accepts exactly one spelling of
 * each. Bounds come before the work they bound. Total: it does not throw, whatever it is given.
 */
export function parseCompact(token: unknown, limits: TokenLimits): CompactToken | Refusal {
  if (token === undefined || token === null || token === '') return refuse('token_missing');
  if (typeof token !== 'string') return refuse('token_malformed');
  if (token.length > limits.tokenBytes) {
    return refuse('token_too_large', { path: 'token', expected: limits.tokenBytes });
  }
  const parts = threeParts(token);
  if ('reason' in parts) return parts;
  const [protectedHeader, payload] = parts;
  if (Math.floor((protectedHeader.length * 3) / 4) > limits.headerBytes) {
    return refuse('token_too_large', { path: 'header', expected: limits.headerBytes });
  }
  const faults = parts.map(base64urlFault);
  if (faults.includes('malformed')) return refuse('token_malformed');
  if (faults.includes('not-canonical')) return refuse('token_not_canonical');

  const header = parseJsonObject(decodeBase64url(protectedHeader));
  const claims = parseJsonObject(decodeBase64url(payload));
  if (header === undefined || claims === undefined) return refuse('token_malformed');
  const duplicate = header.duplicate ?? claims.duplicate;
  if (duplicate !== undefined) return refuse('duplicate_member', { actual: shown(duplicate) });
  if (header.depth > limits.depth || claims.depth > limits.depth) return tooComplex('levels of nesting', limits.depth);
  return bounded(header.object, claims.object, parts, limits);
}

function bounded(
  unverifiedHeader: JsonObject,
  unverifiedClaims: JsonObject,
  parts: CompactToken['parts'],
  limits: TokenLimits,
): CompactToken | Refusal {
  const names = Object.keys(unverifiedClaims);
  if (names.length > limits.claims) return tooComplex('claims', limits.claims);
  if (!freezeWithin(unverifiedClaims, limits.stringBytes)) return tooComplex('bytes in a string', limits.stringBytes);
  const ambiguous = ambiguousClaim(names);
  if (ambiguous !== undefined) {
    return refuse('ambiguous_claim', { actual: shown(ambiguous.name), expected: ambiguous.registered });
  }
  freezeWithin(unverifiedHeader, Infinity);
  return { unverifiedHeader, unverifiedClaims, parts };
}

/** Counts dots before anything is cut apart, so that a million of them cost nothing. */
function threeParts(token: string): CompactToken['parts'] | Refusal {
  const dots: number[] = [];
  for (let at = token.indexOf('.'); at >= 0 && dots.length < 5; at = token.indexOf('.', at + 1)) dots.push(at);
  const [first, second] = dots;
  if (dots.length === 4) return refuse('token_encrypted');
  if (first === undefined || second === undefined || dots.length !== 2) return refuse('token_malformed');
  return [token.slice(0, first), token.slice(first + 1, second), token.slice(second + 1)];
}

function tooComplex(what: string, bound: number): Refusal {
  return refuse('token_too_complex', { path: what, expected: bound });
}
