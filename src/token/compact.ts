import { decodeCanonical } from '#base64url';
import { ambiguousClaim } from './ambiguous-claim.ts';
import { base64urlFault } from './base64url.ts';
import { freezeWithin, isAllOf, parseJsonObject, type JsonObject, type ParsedJson } from './json.ts';
import { scanMembers } from './json-members.ts';
import type { KnownHeaders } from './known-headers.ts';
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
 * each. Bounds come before the work they bound. Total: it does not throw, whatever it is given. Of a header that is known
 * nothing is read again; it must have been read within the same limits.
 */
export function parseCompact(
  token: unknown,
  limits: TokenLimits,
  knownHeaders?: Pick<KnownHeaders, 'get'>,
): CompactToken | Refusal {
  if (token === undefined || token === null || token === '') return refuse('token_missing');
  if (typeof token !== 'string') return refuse('token_malformed');
  if (token.length > limits.tokenBytes) {
    return refuse('token_too_large', { path: 'token', expected: limits.tokenBytes });
  }
  const parts = threeParts(token);
  if ('reason' in parts) return parts;
  const [protectedHeader, payload, signature] = parts;
  if (Math.floor((protectedHeader.length * 3) / 4) > limits.headerBytes) {
    return refuse('token_too_large', { path: 'header', expected: limits.headerBytes });
  }
  const header = knownHeaders?.get(protectedHeader) ?? readPart(protectedHeader, limits.depth, Infinity);
  const claims = readPart(payload, limits.depth, limits.stringBytes);
  if (header === undefined || claims === undefined || base64urlFault(signature) !== undefined) {
    return spellingFault(parts) ?? refuse('token_malformed');
  }
  const fault = memberFault('text' in header ? [header, claims] : [claims], limits) ?? claimsFault(claims, limits);
  return fault ?? { unverifiedHeader: header.object, unverifiedClaims: claims.object, parts };
}

/** A part's object, frozen, with its names and strings counted: `Infinity` past a bound. */
interface ReadPart extends ParsedJson {
  readonly count: number;
  /** Whether it is clear from the count alone that no name stands there twice. */
  readonly isWhole: boolean;
}

function readPart(part: string, depth: number, stringBytes: number): ReadPart | undefined {
  const bytes = decodeCanonical(part);
  const parsed = bytes && parseJsonObject(bytes);
  if (bytes === undefined || parsed === undefined) return undefined;
  const { object, text } = parsed;
  const count = freezeWithin(object, depth, stringBytes);
  return { object, text, count, isWhole: isAllOf(bytes, count) };
}

function spellingFault(parts: CompactToken['parts']): Refusal | undefined {
  const faults = parts.map(base64urlFault);
  if (faults.includes('malformed')) return refuse('token_malformed');
  return faults.includes('not-canonical') ? refuse('token_not_canonical') : undefined;
}

/** A text is scanned only where counting leaves a doubt. */
function memberFault(parts: readonly ReadPart[], limits: TokenLimits): Refusal | undefined {
  if (parts.every(({ isWhole }) => isWhole)) return undefined;
  const scans = parts.map(({ text }) => scanMembers(text));
  const repeating = scans.find(({ duplicate }) => duplicate !== undefined);
  if (repeating !== undefined) return refuse('duplicate_member', { actual: shown(repeating.duplicate) });
  return scans.some(({ depth }) => depth > limits.depth) ? tooComplex('levels of nesting', limits.depth) : undefined;
}

/** Of claims whose depth is within bounds. */
function claimsFault({ object, count }: ReadPart, limits: TokenLimits): Refusal | undefined {
  const names = Object.keys(object);
  if (names.length > limits.claims) return tooComplex('claims', limits.claims);
  if (count === Infinity) return tooComplex('bytes in a string', limits.stringBytes);
  const ambiguous = ambiguousClaim(names);
  return ambiguous && refuse('ambiguous_claim', { actual: shown(ambiguous.name), expected: ambiguous.registered });
}

/** Looks for dots before anything is cut apart, and for no more than it takes: a million of them cost nothing. */
function threeParts(token: string): CompactToken['parts'] | Refusal {
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first < 0 || second < 0) return refuse('token_malformed');
  const third = token.indexOf('.', second + 1);
  if (third >= 0) return refuse(hasFiveParts(token, third) ? 'token_encrypted' : 'token_malformed');
  return [token.slice(0, first), token.slice(first + 1, second), token.slice(second + 1)];
}

/** As a JWE has (RFC 7516, section 7.1). */
function hasFiveParts(token: string, third: number): boolean {
  const fourth = token.indexOf('.', third + 1);
  return fourth >= 0 && !token.includes('.', fourth + 1);
}

function tooComplex(what: string, bound: number): Refusal {
  return refuse('token_too_complex', { path: what, expected: bound });
}
