import { parseCompact } from './compact.ts';
import type { JsonObject } from './json.ts';
import { tokenLimits } from './limits.ts';
import type { Refusal } from './refusal.ts';

/** What a token says of itself. Nothing here is checked: show it to people, never decide on it. */
export interface UnverifiedToken {
  readonly unverifiedHeader: JsonObject;
  readonly unverifiedClaims: JsonObject;
}

/** Reads header and claims as strictly as the verifier does, and checks no signature. Does not throw. */
export function decodeUnverified(token: unknown): UnverifiedToken | Refusal {
  const parsed = parseCompact(token, tokenLimits());
  if ('reason' in parsed) return parsed;
  const { unverifiedHeader, unverifiedClaims } = parsed;
  return { unverifiedHeader, unverifiedClaims };
}
