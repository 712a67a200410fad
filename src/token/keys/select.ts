import { fitOf, sameAlgorithm } from '../algorithms.ts';
import type { TokenHeader } from '../header.ts';
import type { IssuerTrust } from '../issuer-trust.ts';
import { own } from '../header.ts';
import type { JsonObject } from '../json.ts';
import { refuse, shown, type Refusal } from '../refusal.ts';
import type { KeySet } from './key-set.ts';
import type { VerificationKey } from './verification-key.ts';

/** A longer `kid` names no key. */
export const LONGEST_KID = 256;

/**
 * Picks the one key a token may be verified with, or says why there is none. `kid` is only ever compared: it comes from
 * the sender (RFC 8725, section 3.10). One key, one algorithm (RFC 8725, section 3.1).
 */
export function selectKey(
  set: KeySet,
  header: JsonObject | TokenHeader,
  alg: string,
  trust: IssuerTrust,
): { readonly key: VerificationKey } | Refusal {
  if (!Object.hasOwn(header, 'kid')) return onlyOne(set, alg, trust);
  const kid = own(header as JsonObject, 'kid');
  if (typeof kid !== 'string' || kid.length > LONGEST_KID) return refuse('key_unknown', { actual: shown(kid) });
  const kty = fitOf(alg)?.kty;
  let selected: VerificationKey | undefined;
  for (const key of set.keys) {
    if (key.kid !== kid || key.kty !== kty) continue;
    if (selected !== undefined) return refuse('key_ambiguous', { actual: kid });
    selected = key;
  }
  if (selected !== undefined && fits(selected, alg, trust)) return { key: selected };
  return refuse(knowsKid(set, kid) ? 'key_unfit' : 'key_unknown', { actual: kid });
}

/** Whether a key id, as sent, is one the set knows, usable or not. */
export function knowsKid(set: KeySet, kid: unknown): boolean {
  return set.keys.some((key) => key.kid === kid) || set.setAside.some((key) => key.kid === kid);
}

function onlyOne(set: KeySet, alg: string, trust: IssuerTrust): { readonly key: VerificationKey } | Refusal {
  const fitting = set.keys.filter((key) => fits(key, alg, trust));
  const [key] = fitting;
  if (key === undefined) return refuse('key_unfit');
  return fitting.length > 1 ? refuse('key_ambiguous') : { key };
}

function fits(key: VerificationKey, alg: string, trust: IssuerTrust): boolean {
  const fit = fitOf(alg);
  if (fit === undefined || key.kty !== fit.kty || (fit.crv !== undefined && key.crv !== fit.crv)) return false;
  if (key.alg !== undefined) return sameAlgorithm(key.alg, alg);
  return fit.kty !== 'RSA' || alg === algorithmOfBareRsaKey(trust);
}

/** An RSA key that names no algorithm is one for RS256, unless the issuer signs with exactly one RSA algorithm. */
function algorithmOfBareRsaKey({ algorithms }: IssuerTrust): string {
  const rsa = [...new Set(algorithms)].filter((alg) => fitOf(alg)?.kty === 'RSA');
  const [only] = rsa;
  return rsa.length === 1 && only !== undefined ? only : 'RS256';
}
