import { checkGitpodPattern, GITPOD_KINDS, gitpodPrincipal } from './gitpod-path.ts';
import { ownClaim, type SubjectScheme } from './scheme.ts';

/**
 * Tokens whose `sub` is the path itself. Service accounts do not appear in such tokens; rules may name them all
 * the same, so that one rule serves these tokens and the newer ones.
 */
export const gitpod: SubjectScheme = {
  name: 'gitpod',
  kinds: GITPOD_KINDS,
  pathClaims: ['org'],
  principalOf(claims) {
    const sub = ownClaim(claims, 'sub');
    const principal = typeof sub === 'string' ? gitpodPrincipal(sub) : undefined;
    if (principal === undefined || principal.kind === 'service-account') return 'subject_malformed';
    if (Object.hasOwn(claims, 'org') && claims['org'] !== principal.segments[0]?.id) return 'subject_inconsistent';
    return principal;
  },
  checkPattern: checkGitpodPattern,
  split: (path) => path.split('/'),
};
