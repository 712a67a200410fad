import type { Principal } from '../../policy/subject/principal.ts';
import type { Allowance, GrantDetail } from './allowance.ts';

/** The `type` of the entries of `authorization_details` (RFC 9396, section 2) that give, and of those that take away. */
export const GRANT_DETAIL = 'countersign_grant';
export const DENIAL_DETAIL = 'countersign_denial';

/** The claims of an issued token: those of RFC 9068, section 2.2, and who it speaks for. Times in seconds. */
export interface AccessTokenClaims {
  readonly iss: string;
  /** The issuer of the subject token, `#`, and the path of the principal: paths of two issuers may be the same. */
  readonly sub: string;
  readonly aud: string;
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  /** As `sub`: the principal asked for itself. */
  readonly client_id: string;
  readonly scope?: string;
  readonly resource?: string;
  readonly authorization_details?: readonly AuthorizationDetail[];
  readonly principal: { readonly issuer: string; readonly kind: string; readonly path: string };
  /** Who acts now; earlier actors are left out, since nothing may rest on them (RFC 8693, section 4.1). */
  readonly act?: Actor;
}

export interface AuthorizationDetail extends GrantDetail {
  readonly type: typeof GRANT_DETAIL | typeof DENIAL_DETAIL;
  readonly locations: readonly string[];
}

export interface Actor {
  readonly iss?: string;
  readonly sub: string;
}

/** What a token is made from. */
export interface AccessTokenParts {
  readonly issuer: string;
  readonly subjectIssuer: string;
  readonly principal: Principal;
  readonly audience: string;
  readonly iat: number;
  readonly exp: number;
  readonly allowance: Allowance;
  readonly actor?: Actor;
}

export function accessTokenClaims(parts: AccessTokenParts): AccessTokenClaims {
  const { issuer, subjectIssuer, principal, audience, iat, exp, allowance, actor } = parts;
  const { kind, path } = principal;
  const sub = `${subjectIssuer}#${path}`;
  const details = detailsOf(allowance, audience);
  return {
    iss: issuer,
    sub,
    aud: audience,
    exp,
    iat,
    jti: globalThis.crypto.randomUUID(),
    client_id: sub,
    ...(allowance.scope.length === 0 ? {} : { scope: allowance.scope.join(' ') }),
    ...(allowance.resource === undefined ? {} : { resource: allowance.resource }),
    ...(details.length === 0 ? {} : { authorization_details: details }),
    principal: { issuer: subjectIssuer, kind, path },
    ...(actor === undefined ? {} : { act: actor }),
  };
}

function detailsOf({ grants, denied }: Allowance, audience: string): readonly AuthorizationDetail[] {
  const detail = (type: AuthorizationDetail['type'], grant: GrantDetail): AuthorizationDetail => ({
    type,
    locations: [audience],
    ...grant,
  });
  return [
    ...grants.map((grant) => detail(GRANT_DETAIL, grant)),
    ...denied.map((grant) => detail(DENIAL_DETAIL, grant)),
  ];
}

/** The outermost actor of a subject token; `malformed` where `act` is there and names none. */
export function actorOf(act: unknown): Actor | undefined | 'malformed' {
  if (act === undefined) return undefined;
  if (typeof act !== 'object' || act === null) return 'malformed';
  const { iss, sub } = act as Readonly<Record<string, unknown>>;
  if (typeof sub !== 'string' || sub === '' || (iss !== undefined && typeof iss !== 'string')) return 'malformed';
  return { ...(iss === undefined ? {} : { iss }), sub };
}
