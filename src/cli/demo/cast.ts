import type { Effect } from '../../decision/decision.ts';
import type { ReasonCode } from '../../decision/reason.ts';
import type { GitpodClaimsOptions } from '../../idp/principal-claims.ts';

/** The issuer that is played, and the service that is asked. */
export const ISSUER = 'https://app.gitpod.io';
export const AUDIENCE = 'https://secrets.example.com';

const ORGANIZATION = '0191e223-1c3c-7607-badf-303c98b52d2f';
const PROJECT = '019527e4-75d5-704d-a5a4-a2b52cf56198';
const USER = '0192a4b1-6d0e-7c52-9f3a-5e7d20c41a07';
const RUNNER = '01938f60-2b7c-7e19-8d44-c0a91e63b512';
const ENVIRONMENT = '0194c3d8-91fe-7a35-b6e2-47d8f05c9e31';
const PROJECT_ENVIRONMENT = '019527e4-75d5-704d-a5a4-a2b52cf56196';
const SERVICE_ACCOUNT = '01953b07-e4a2-7f68-a1c5-8b36d9f02c74';

/** One token, what is asked with it, and what the example policies are expected to decide. */
export interface Role {
  /** In words, for people who know none of the ids. */
  readonly who: string;
  readonly token: Omit<GitpodClaimsOptions, 'issuer' | 'now'>;
  /** Seconds from now to when it was issued, if it was not just now. */
  readonly issuedIn?: number;
  readonly request: { readonly action?: string; readonly resource?: string };
  readonly expected: { readonly effect: Effect; readonly code: ReasonCode; readonly rule?: string };
}

const v1 = { audience: [AUDIENCE], organization: ORGANIZATION, version: 'v1' } as const;
const inProject = { ...v1, project: PROJECT, environment: PROJECT_ENVIRONMENT } as const;
const readDatabase = { action: 'read', resource: 'secret/payments/db' } as const;

const allowedBy = (rule: string): Role['expected'] => ({ effect: 'allow', code: 'rule_matched', rule });
const deniedFor = (code: ReasonCode): Role['expected'] => ({ effect: 'deny', code });

/** Those who belong: one token for each kind of principal. */
export const friends: readonly Role[] = [
  {
    who: 'a user of the organisation',
    token: { ...v1, user: USER },
    request: { action: 'write', resource: `secret/users/${USER}/ssh-key` },
    expected: allowedBy('users-own-secrets'),
  },
  {
    who: 'a runner of the organisation',
    token: { ...v1, runner: RUNNER },
    request: {},
    expected: allowedBy('organization-shared-read'),
  },
  {
    who: 'a service account, by a newer token',
    token: { ...v1, version: 'v3', serviceAccount: SERVICE_ACCOUNT },
    request: { action: 'list', resource: 'secret/shared/ca' },
    expected: allowedBy('organization-shared-read'),
  },
  {
    who: 'an environment of the payments project',
    token: inProject,
    request: readDatabase,
    expected: allowedBy('payments-environments-read'),
  },
  {
    who: 'the same environment, for root',
    token: inProject,
    request: { action: 'read', resource: 'secret/payments/root' },
    expected: { effect: 'deny', code: 'denied_by_rule', rule: 'production-root-is-closed' },
  },
  {
    who: 'an environment without a project',
    token: { ...v1, environment: ENVIRONMENT },
    request: readDatabase,
    expected: { effect: 'deny', code: 'no_grant_for_request', rule: 'organization-shared-read' },
  },
];

/** Those who do not: each is the allowed environment above, but for one thing. */
export const foes: readonly Role[] = [
  {
    who: 'another organisation',
    token: { ...inProject, organization: '01908c15-7ab3-7d20-94e8-f1b26c3d5e80' },
    request: readDatabase,
    expected: deniedFor('no_rule_for_subject'),
  },
  {
    who: 'an organisation whose id looks alike',
    token: { ...inProject, organization: `${ORGANIZATION}x` },
    request: readDatabase,
    expected: deniedFor('no_rule_for_subject'),
  },
  {
    who: 'a token meant for another service',
    token: { ...inProject, audience: ['https://billing.example.com'] },
    request: readDatabase,
    expected: deniedFor('audience_mismatch'),
  },
  {
    who: 'a token that has expired',
    token: { ...inProject, ttl: 3600 },
    issuedIn: -2 * 3600,
    request: readDatabase,
    expected: deniedFor('token_expired'),
  },
];
