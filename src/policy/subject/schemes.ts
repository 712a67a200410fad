import { gitpod } from './gitpod.ts';
import { gitpodV3 } from './gitpod-v3.ts';
import { opaque } from './opaque.ts';
import type { NoPrincipal, Principal } from './principal.ts';
import type { Claims, SubjectScheme } from './scheme.ts';

/** All subject schemes by name. */
export const subjectSchemes: ReadonlyMap<string, SubjectScheme> = new Map(
  [gitpod, gitpodV3, opaque].map((scheme) => [scheme.name, scheme]),
);

/**
 * The principal of a verified token under an issuer's schemes: every scheme is tried. None that knows the claims
 * makes them malformed; two that see different principals, or one that sees a contradiction, inconsistent.
 */
export function principalUnder(schemes: readonly SubjectScheme[], claims: Claims): Principal | NoPrincipal {
  let found: Principal | undefined;
  let inconsistent = false;
  for (const scheme of schemes) {
    const principal = scheme.principalOf(claims);
    if (principal === 'subject_inconsistent') inconsistent = true;
    else if (principal !== 'subject_malformed') {
      if (found !== undefined && found.path !== principal.path) inconsistent = true;
      found ??= principal;
    }
  }
  if (inconsistent) return 'subject_inconsistent';
  return found ?? 'subject_malformed';
}
