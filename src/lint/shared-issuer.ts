import type { ClaimCondition, Issuer, SubjectPattern, TrustRule } from '../policy/policy.ts';
import { isGitpod, patternSegments } from './gitpod-subject.ts';
import { meantUrl } from './well-known-issuer.ts';

/** An issuer whose tokens anyone can have: its url is one for all tenants. */
interface SharedIssuer {
  readonly urls: RegExp;
  /** Claims of which any one tells the tenant, or something that belongs to one tenant alone. */
  readonly tenant: readonly string[];
}

/** Told by the whole url, as tokens spell it: an issuer with a url for each tenant is none of these. */
const SHARED: readonly SharedIssuer[] = [
  { urls: /^https:\/\/app\.gitpod\.io$/, tenant: ['org', 'organization_id'] },
  {
    urls: /^https:\/\/token\.actions\.githubusercontent\.com$/,
    tenant: [
      ...['repository_owner_id', 'repository_id', 'repository_owner', 'repository', 'enterprise_id', 'enterprise'],
      ...['workflow_ref', 'job_workflow_ref'],
    ],
  },
  {
    urls: /^https:\/\/gitlab\.com$/,
    tenant: [
      ...['namespace_id', 'project_id', 'namespace_path', 'project_path', 'job_namespace_id', 'job_project_id'],
      ...['job_namespace_path', 'job_project_path', 'user_id', 'user_login', 'user_email', 'ci_config_ref_uri'],
    ],
  },
  { urls: /^https:\/\/accounts\.google\.com$/, tenant: ['hd', 'email', 'azp', 'google'] },
  {
    urls: /^https:\/\/login\.microsoftonline\.com\/(?:common|organizations|consumers)(?:\/v2\.0)?$/,
    tenant: ['tid', 'oid', 'azp', 'appid'],
  },
  {
    urls: /^https:\/\/app\.terraform\.io$/,
    tenant: [
      'terraform_organization_id',
      'terraform_workspace_id',
      'terraform_project_id',
      'terraform_organization_name',
    ],
  },
  {
    urls: /^https:\/\/agent\.buildkite\.com$/,
    tenant: ['organization_id', 'pipeline_id', 'organization_slug'],
  },
];

/** The claims that tell the tenant, the best first, where the issuer is one that many tenants share. */
export function tenantClaims(issuer: Issuer): readonly string[] | undefined {
  const url = meantUrl(issuer);
  return SHARED.find(({ urls }) => urls.test(url))?.tenant;
}

/** Whether a rule says which tenant of a shared issuer it means. */
export function namesTenant({ when }: TrustRule, issuer: Issuer): boolean {
  const claims = tenantClaims(issuer) ?? [];
  if (when.claims.some(({ steps, matcher }) => claims.includes(steps[0] ?? '') && tellsTenant(matcher))) return true;
  if (when.subjects === undefined) return false;
  return !isGitpod(issuer) || !when.subjects.some(isAnyOrganization);
}

/** Whether a pattern leaves open which organisation. */
export function isAnyOrganization(pattern: SubjectPattern): boolean {
  return 'glob' in pattern && /^\*+$/.test(patternSegments(pattern)[0]?.id ?? '');
}

/** Names begin with the tenant's: a pattern that begins with a wildcard segment matches anyone's. */
function tellsTenant(matcher: ClaimCondition['matcher']): boolean {
  if ('not' in matcher || 'present' in matcher) return false;
  return !('glob' in matcher) || !/^\*+(?:\/|$)/.test(matcher.glob);
}
