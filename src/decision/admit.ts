import type { Principal } from '../policy/subject/principal.ts';
import { type Claims, ownClaim } from '../policy/subject/scheme.ts';
import { principalUnder } from '../policy/subject/schemes.ts';
import { audiencesOf } from './audience.ts';
import type { CompiledIssuer, CompiledPolicy } from './compile.ts';
import type { AdmittedToken } from './evaluate.ts';
import { type Reason, reason } from './reason.ts';
import { isTime, type Request } from './request.ts';

/** What a verified token says: its issuer's url, and its claims. */
export interface DecisionToken {
  readonly issuer: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A token on its way to the rules: its issuer, times, audience and subject, in this order; or the first fault. */
export function admit(
  policy: CompiledPolicy,
  token: DecisionToken,
  request: Request,
  bound: readonly string[] | undefined,
): AdmittedToken | Reason {
  const { issuer: url, claims } = readToken(token);
  const issuer = policy.issuers.get(url);
  if (issuer === undefined) return reason('issuer_unknown', { actual: url });
  const expired = expiryFault(issuer, claims, request.now);
  if (expired !== undefined) return expired;
  const audiences = audiencesThatCount(issuer, claims, request.audience, bound);
  if ('code' in audiences) return audiences;
  const principal = principalOf(issuer, claims);
  if ('code' in principal) return principal;
  return { issuer, url, audiences, principal, claims };
}

/** Nothing is believed of the shape of what is given, so that no value can make a decision throw. */
export function readToken(token: unknown): DecisionToken {
  const { issuer, claims } = (typeof token === 'object' && token !== null ? token : {}) as Partial<
    Record<string, unknown>
  >;
  const isObject = typeof claims === 'object' && claims !== null && !Array.isArray(claims);
  return { issuer: typeof issuer === 'string' ? issuer : '', claims: isObject ? (claims as Claims) : {} };
}

export function expiryFault({ clockSkew }: CompiledIssuer, claims: Claims, now: number): Reason | undefined {
  const exp = ownClaim(claims, 'exp');
  if (isTime(exp) && now < exp + clockSkew) return undefined;
  return reason('token_expired', { expected: now, ...(exp === undefined ? {} : { actual: exp }) });
}

/** Those of a token's audiences that its issuer's policy accepts, the service answers to and the request asks for. */
export function audiencesThatCount(
  issuer: CompiledIssuer,
  claims: Claims,
  asked: string | undefined,
  bound: readonly string[] | undefined,
): readonly string[] | Reason {
  const named = audiencesOf(claims);
  if (named === undefined) return reason('claim_malformed', { path: 'aud', actual: ownClaim(claims, 'aud') });
  const wanted = asked === undefined ? bound : [asked].filter((name) => bound?.includes(name) ?? true);
  const audiences = named.filter(
    (name) => issuer.audiences.has(name) && (wanted === undefined || wanted.includes(name)),
  );
  if (audiences.length > 0) return audiences;
  return reason('audience_mismatch', { expected: wanted ?? [...issuer.audiences], actual: ownClaim(claims, 'aud') });
}

export function principalOf({ schemes }: CompiledIssuer, claims: Claims): Principal | Reason {
  const principal = principalUnder(schemes, claims);
  if (typeof principal !== 'string') return principal;
  const expected = schemes.map(({ name }) => name);
  return reason(principal, { expected, actual: ownClaim(claims, 'sub'), path: 'sub' });
}
