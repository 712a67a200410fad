import type { IssuerTrust } from './issuer-trust.ts';
import type { JsonObject } from './json.ts';
import { refuse, shown, type Refusal } from './refusal.ts';

/** The header parameters that may be relied on once the signature holds. */
export interface TokenHeader {
  readonly alg: string;
  readonly kid?: string;
  readonly typ?: string;
}

/**
 * Parameters that change what the signature means or bring keys of the sender's choice (RFC 8725, section 3.10). None is
 * supported, so none may stand there: ignoring `crit` would break RFC 7515, section 4.1.11, ignoring the others invites
 * a reader behind us to believe them.
 */
const forbidden = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c', 'zip', 'cty'];

/** Judges `alg`, the forbidden parameters and `typ`, in this order. `kid` is judged with the keys. */
export function checkHeader(header: JsonObject, trust: IssuerTrust): { readonly alg: string } | Refusal {
  const alg = own(header, 'alg');
  if (typeof alg !== 'string' || !trust.algorithms.includes(alg)) {
    return refuse('algorithm_not_allowed', { actual: shown(alg) });
  }
  for (const name of forbidden) {
    if (Object.hasOwn(header, name)) return refuse('header_not_allowed', { actual: name });
  }
  const typ = Object.hasOwn(header, 'typ') ? header['typ'] : 'JWT';
  if (typeof typ !== 'string' || !trust.tokenType.some((type) => mediaType(type) === mediaType(typ))) {
    return refuse('type_not_allowed', { actual: shown(typ) });
  }
  return { alg };
}

export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Without regard to ASCII case, and to `application/` where no other slash appears (RFC 7515, section 4.1.9). */
function mediaType(typ: string): string {
  const lower = typ.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const rest = lower.startsWith('application/') ? lower.slice('application/'.length) : lower;
  return rest.includes('/') ? lower : rest;
}
