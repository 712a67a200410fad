/** Each hint, where it is due. */
import { expect, test } from '@jest/globals';
import { explain, explainWithin } from '../../../src/decision/explain/explain.ts';
import { type HintCode, hintCodes } from '../../../src/decision/explain/hints/hint.ts';
import { type Reason, reason } from '../../../src/decision/reason.ts';
import { stageOf } from '../../../src/decision/stage.ts';
import { policyOf } from '../../engine/policies.ts';

const now = 1_800_000_000;
const HERE = 'https://secrets.example.com';
const THERE = 'https://deploys.example.com';
const issuers = {
  gitpod: { url: 'https://app.gitpod.io', subject: 'gitpod', audiences: [HERE, THERE], clockSkew: '30s' },
  other: { url: 'https://other.example', subject: 'opaque', audiences: ['https://other.example.com'] },
};
const payments = { read: { actions: ['read'], resources: ['secret/payments/*'] } };
const claims = {
  sub: 'org:acme/prj:payments/env:e1',
  aud: HERE,
  exp: now + 60,
  team: 'payments',
  level: '5',
  groups: ['ops', 'dev'],
};

interface Case {
  /** What differs from a rule for everybody: its conditions, or the whole of it. */
  readonly when?: object;
  readonly rule?: object;
  readonly claims?: object;
  readonly issuer?: string;
  readonly request?: object;
  /** What the verifier refused it for. */
  readonly refused?: Reason;
  /** More rules. */
  readonly rules?: readonly object[];
}

type Row = readonly [code: HintCode, where: string, given: Case, data?: object];

const asking = (resource?: string, action = 'read'): object => ({ action, ...(resource === undefined ? {} : { resource }) }); // prettier-ignore
const granting = { grants: [payments.read] };

const rows: readonly Row[] = [
  ['case-differs', 'subject', { when: { subject: 'org:acme/prj:Payments' } }],
  ['case-differs', 'issuer', { issuer: 'https://app.GitPod.io' }, { expected: 'https://app.gitpod.io' }],
  ['case-differs', 'claims.team', { when: { claims: { team: 'Payments' } } }, { expected: 'Payments' }],
  ['trailing-slash', 'audience', { when: { audience: HERE }, claims: { aud: `${HERE}/` } }, { expected: HERE }],
  ['surrounding-space', 'claims.team', { when: { claims: { team: ' payments' } } }],
  ['nearly-the-same', 'claims.team', { when: { claims: { team: 'paymetns' } } }, { expected: 'paymetns' }],
  ['one-segment-more', 'grants', { rule: granting, request: asking('secret/payments/db/password') }],
  ['one-segment-less', 'grants', { rule: granting, request: asking('secret/payments') }],
  [
    'double-star-needs-a-segment',
    'grants',
    {
      rule: { grants: [{ actions: ['read'], resources: ['secret/payments/**'] }] },
      request: asking('secret/payments'),
    },
  ],
  ['environment-in-project', 'subject', { when: { subject: 'org:acme/env:e1' } }, { actual: claims.sub }],
  [
    'environment-outside-project',
    'subject',
    { when: { subject: claims.sub }, claims: { sub: 'org:acme/env:e1' } },
    { actual: 'org:acme/env:e1' },
  ],
  ['another-organization', 'subject', { when: { subject: 'org:umbrella' } }, { actual: 'org:acme' }],
  [
    'other-token-version',
    'subject',
    { claims: { sub: 'x', organization_id: 'acme', user_id: 'ada' } },
    { expected: 'gitpod-v3' },
  ],
  ['audience-array', 'audience', { claims: { aud: ['https://a.example', 'https://b.example'] } }],
  ['audience-joined', 'audience', { claims: { aud: `${HERE} ${THERE}` } }, { expected: HERE }],
  [
    'audience-of-another-rule',
    'audience',
    {
      when: { audience: THERE },
      rules: [{ id: 'there', effect: 'allow', when: { issuer: 'gitpod', audience: HERE } }],
    },
    { rule: 'there' },
  ],
  [
    'audience-of-another-issuer',
    'audience',
    { claims: { aud: 'https://other.example.com' } },
    { expected: 'other' },
  ],
  ['wrong-type', 'claims.level', { when: { claims: { level: 5 } } }, { expected: 5, actual: '5' }],
  ['array-needs-contains', 'claims.groups', { when: { claims: { groups: 'ops' } } }, { expected: 'ops' }],
  ['contains-needs-array', 'claims.team', { when: { claims: { team: { contains: 'payments' } } } }],
  ['claim-name-differs', 'claims.Team', { when: { claims: { Team: 'payments' } } }, { actual: 'team' }],
  ['rule-expired', 'valid', { rule: { valid: { until: '2027-01-14T08:00:00Z' } } }, { expected: now - 86_400 }],
  ['rule-not-yet-in-force', 'valid', { rule: { valid: { from: '2027-01-16T08:00:00Z' } } }, { actual: now }],
  ['expired-within-minutes', 'times', { claims: { exp: now - 40 } }, { expected: 30, actual: 40 }],
  ['key-rotated', 'key', { refused: reason('key_unknown', { actual: 'k0', expected: ['k1', 'k2'] }) }, { expected: ['k1', 'k2'] }],
  ['time-in-milliseconds', 'times', { refused: reason('token_issued_in_future', { actual: now * 1000, expected: now }) }],
  ['audit-mode', 'rule', { rule: { mode: 'audit' } }],
  [
    'denied-by-rule',
    'rule',
    { rules: [{ id: 'nobody', effect: 'deny', when: { issuer: 'gitpod' } }] },
    { rule: 'nobody' },
  ],
  ['action-not-granted', 'grants', { rule: granting, request: asking('secret/payments/db', 'destroy') }, { expected: ['read'] }],
  ['resource-needed', 'grants', { rule: granting, request: asking() }, { expected: 'secret/payments/*' }],
  ['no-grants', 'grants', { request: asking('secret/payments/db') }],
  [
    'template-unfilled',
    'grants',
    {
      rule: { grants: [{ actions: ['read'], resources: ['secret/${claims.unit}/*'] }] },
      request: asking('secret/payments/db'),
    },
  ],
]; // prettier-ignore

test.each(rows)('%s is said of the %s', (code, where, given, data = {}) => {
  const rule = { id: 'one', effect: 'allow', when: { issuer: 'gitpod', ...given.when }, ...given.rule };
  const policy = policyOf({ issuers, rules: [rule, ...(given.rules ?? [])] });
  const token = { issuer: given.issuer ?? issuers.gitpod.url, claims: { ...claims, ...given.claims } };
  const request = { ...given.request, now };
  const { refused } = given;
  const explanation = refused
    ? explainWithin(policy, token, request, {}, { steps: [{ name: stageOf(refused), status: 'failed', reason: refused }], refused, verified: false }) // prettier-ignore
    : explain(policy, token, request);
  const one = explanation.rules.find(({ rule: id }) => id === 'one')!;
  const places = [
    ...explanation.steps.map(({ name, hints }) => ({ name: name, hints })),
    ...[...one.conditions, ...(one.grants ? [one.grants] : [])].map(({ path, hints }) => ({ name: path, hints })),
    { name: 'rule', hints: one.hints },
  ];
  const said = places.filter(({ name }) => name === where).flatMap(({ hints }) => hints);
  expect(said).toContainEqual(expect.objectContaining({ code, ...data }));
});

test('every hint is reached', () => {
  const reached = new Set<string>(rows.map(([code]) => code));
  expect(hintCodes.filter((code) => !reached.has(code))).toEqual([]);
});
