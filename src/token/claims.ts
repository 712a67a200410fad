import { audiencesOf, isPlainText } from '../decision/audience.ts';
import type { Reason } from '../decision/reason.ts';
import { own } from './header.ts';
import type { IssuerTrust } from './issuer-trust.ts';
import type { JsonObject } from './json.ts';
import { refuse, shown } from './refusal.ts';

/**
 * Judges the times of verified claims (RFC 7519, section 4.1) at `now`, in seconds. Alone of all checks its outcome changes
 * with time, so a cached token is put through it again. Comparisons are written so that a `NaN` refuses.
 */
export function checkTimes(claims: JsonObject, trust: IssuerTrust, now: number): Reason | undefined {
  const exp = own(claims, 'exp');
  const nbf = own(claims, 'nbf');
  const iat = own(claims, 'iat');
  const skew = trust.clockSkew;
  if (!Object.hasOwn(claims, 'exp')) return refuse('claim_missing', { path: 'exp' }).reason;
  if (!isDate(exp) || exp <= 0) return malformed('exp', exp);
  if (!(now < exp + skew)) return refuse('token_expired', { actual: exp, expected: now }).reason;
  if (Object.hasOwn(claims, 'nbf') && !isDate(nbf)) return malformed('nbf', nbf);
  if (Object.hasOwn(claims, 'iat') && !isDate(iat)) return malformed('iat', iat);
  if (isDate(nbf) && !(nbf <= now + skew)) return refuse('token_not_yet_valid', { actual: nbf, expected: now }).reason;
  if (isDate(iat) && !(iat <= now + skew)) {
    return refuse('token_issued_in_future', { actual: iat, expected: now }).reason;
  }
  return checkAge(exp, isDate(iat) ? iat : undefined, trust, now);
}

/** A token that lives too long is a password; `exp` in milliseconds shows up here. */
function checkAge(exp: number, iat: number | undefined, trust: IssuerTrust, now: number): Reason | undefined {
  const { maxLifetime, maxTokenAge, clockSkew } = trust;
  const lifetime = exp - (iat ?? now);
  if (!(lifetime <= maxLifetime)) {
    return refuse('token_lifetime_too_long', { actual: lifetime, expected: maxLifetime }).reason;
  }
  if (maxTokenAge === undefined) return undefined;
  if (iat === undefined) return refuse('claim_missing', { path: 'iat' }).reason;
  const age = now - iat;
  if (!(age <= maxTokenAge + clockSkew)) {
    return refuse('token_too_old', { actual: age, expected: maxTokenAge }).reason;
  }
  return undefined;
}

/** Judges the shapes of `aud` and `sub`. Whom they name is for the policies to judge. */
export function checkNames(claims: JsonObject, mostAudiences: number): Reason | undefined {
  const audiences = audiencesOf(claims);
  if (audiences === undefined || audiences.length > mostAudiences) return malformed('aud', own(claims, 'aud'));
  const sub = own(claims, 'sub');
  return typeof sub === 'string' && sub !== '' && isPlainText(sub) ? undefined : malformed('sub', sub);
}

/** A NumericDate that arithmetic stays exact on; fractions are legal (RFC 7519, section 2). */
function isDate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 2 ** 53;
}

function malformed(path: string, actual: unknown): Reason {
  return refuse('claim_malformed', { path, actual: shown(actual) }).reason;
}
