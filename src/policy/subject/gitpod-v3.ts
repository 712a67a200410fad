import { checkGitpodPattern, GITPOD_KINDS, gitpodPrincipalOf, isGitpodId } from './gitpod-path.ts';
import type { Segment } from './principal.ts';
import { type Claims, ownClaim, type SubjectScheme } from './scheme.ts';

/** Claims that make a principal of their own where there is no environment, and the kind of segment of each. */
const ALONE = { user_id: 'user', runner_id: 'rnr', service_account_id: 'sa' } as const;

/**
 * The newer tokens: the principal is in claims and yields the same paths. `sub` is never split, since operators
 * choose what else it holds.
 */
export const gitpodV3: SubjectScheme = {
  name: 'gitpod-v3',
  kinds: GITPOD_KINDS,
  pathClaims: ['organization_id', 'project_id', 'environment_id', 'user_id', 'service_account_id'],
  principalOf(claims) {
    const segments = segmentsOf(claims);
    return (segments && gitpodPrincipalOf(segments)) ?? 'subject_malformed';
  },
  checkPattern: checkGitpodPattern,
  split: (path) => path.split('/'),
};

function segmentsOf(claims: Claims): readonly Segment[] | undefined {
  const present = (name: string): boolean => Object.hasOwn(claims, name);
  const segment = (kind: string, name: string): readonly Segment[] | undefined => {
    const id = ownClaim(claims, name);
    return isGitpodId(id) ? [{ kind, id }] : undefined;
  };
  const organization = segment('org', 'organization_id');
  if (present('environment_id')) {
    const project = present('project_id') ? segment('prj', 'project_id') : [];
    const environment = segment('env', 'environment_id');
    const besides =
      !present('user_id') && !present('service_account_id') && (!present('runner_id') || segment('rnr', 'runner_id'));
    return organization && project && environment && besides
      ? [...organization, ...project, ...environment]
      : undefined;
  }
  const alone = Object.entries(ALONE).filter(([name]) => present(name));
  const [only] = alone;
  if (alone.length !== 1 || only === undefined || present('project_id')) return undefined;
  const last = segment(only[1], only[0]);
  return organization && last ? [...organization, ...last] : undefined;
}
