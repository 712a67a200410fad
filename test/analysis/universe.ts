/** A world so small that all of it can be decided, and policies over it. Every choice has a value no rule names. */
import fc, { type Arbitrary } from 'fast-check';
import { compilePolicy } from '../../src/decision/compile.ts';
import { decide, type DecisionToken } from '../../src/decision/decide.ts';
import type { Decision, DecisionRequest } from '../../src/decision/decision.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { Policy, TrustRule } from '../../src/policy/policy.ts';
import { runsOf } from '../runs.ts';

/** How many policies each law is tried on, with a share of the tokens for each. */
export const numRuns: number = runsOf(10_000);
/** `who` and `can` are two sides of one answer. */
export const reachRuns: number = runsOf(5_000);
/** How many those laws are tried on that look at all of the tokens, or at what lies at every boundary. */
export const wholeRuns: number = runsOf();
export const NOW = 1_800_000_000;

const orgs = ['A', 'AB', 'C'];
const below = [
  'prj:p/env:e',
  'prj:p/env:f',
  'prj:q/env:e',
  'prj:z/env:z',
  'env:e',
  'env:z',
  'user:u',
  'user:z',
  'rnr:r',
];
const paths = orgs.flatMap((org) => below.map((rest) => `org:${org}/${rest}`));
const auds = [['one'], ['two'], ['one', 'two']];
const claimSets: readonly object[] = [
  ...[{}, { team: 't' }, { team: 'u' }],
  ...['r1', 'r2', 't', 'other', null, 1, ['r1'], ['r1', 'r2'], []].map((role) => ({ role })),
  ...['r1', ['r2']].map((role) => ({ role, team: 't' })),
];

function withClaims(issuer: string, base: object): DecisionToken[] {
  return claimSets.flatMap((set) => auds.map((aud) => ({ issuer, claims: { ...base, ...set, aud, exp: NOW + 60 } })));
}

export const tokens: readonly DecisionToken[] = [
  ...paths.flatMap((sub) => withClaims('https://g.example', { sub })),
  ...['A', 'AB'].flatMap((org) =>
    withClaims('https://v.example', { organization_id: org, service_account_id: 's' }).slice(0, 12),
  ),
  ...['org:A', 'org:A/user:u', 'other'].flatMap((sub) => withClaims('https://o.example', { sub }).slice(0, 12)),
];

const STRIDE = 97;
/** Every so many-th token, others in each run: in 10,000 runs each one comes up a hundred times. */
export const anyShare: Arbitrary<readonly DecisionToken[]> = fc
  .nat(STRIDE - 1)
  .map((first) => tokens.filter((_, i) => i % STRIDE === first));

export type Request = DecisionRequest & { readonly now: number };

export const requests: readonly Request[] = [undefined, 'a', 'b', 'c'].flatMap((action) =>
  (action === undefined ? [undefined] : [undefined, 'x', 'x/y', 'x/y/w', 'z', 'A', 't']).map((resource) => ({
    now: NOW,
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
  })),
);

export const some = <T>(...values: T[]): Arbitrary<T[]> => fc.subarray(values, { minLength: 1, maxLength: 2 });
export const maybe = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

export const prefix: Arbitrary<string> = fc.constantFrom(
  'org:A',
  'org:A',
  'org:AB',
  'org:A/prj:p',
  'org:A/prj:q',
  'org:A/prj:p/env:e',
  'org:A/user:u',
);
export const subject: Arbitrary<string | { equals: string } | { glob: string }> = fc.oneof(
  { weight: 3, arbitrary: prefix },
  fc.constantFrom('org:A/user:u', 'org:A/prj:p/env:e').map((equals) => ({ equals })),
  fc
    .constantFrom('org:A*/user:*', 'org:*/prj:p/env:*', 'org:A/**', '*/*', 'org:A/prj:*/env:e', 'org:*B/**', '**')
    .map((glob) => ({ glob })),
);
const scalar = fc.constantFrom('r1', 'r2', 't');
const positive = fc.oneof(
  { weight: 3, arbitrary: scalar },
  some('r1', 'r2', 't'),
  fc.constantFrom('r*', '*1', '*', 'r1').map((glob) => ({ glob })),
  some('r1', 'r2').map((contains) => ({ contains })),
  some('r1', 'r2').map((containsAny) => ({ containsAny })),
  fc.constant(1),
);
export const matcher: Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: positive },
  fc.boolean().map((present) => ({ present })),
  positive.map((not) => ({ not })),
);

const plainWhen = {
  issuer: fc.constant('g'),
  audience: maybe(some('one', 'two')),
  subject: maybe(some('org:A', 'org:AB', 'org:A/prj:p', 'org:A/prj:p/env:e', 'org:AB/user:u')),
  kind: maybe(some('environment', 'user', 'runner')),
  claims: maybe(fc.record({ role: fc.oneof(scalar, some('r1', 'r2')) })),
};
const anyWhen = {
  ...plainWhen,
  issuer: fc.constantFrom<string | string[]>('g', 'g', 'g', ['g', 'v']),
  subject: maybe(fc.array(subject, { minLength: 1, maxLength: 2 })),
  claims: maybe(
    fc.dictionary(fc.constantFrom('role', 'team', '/role', '/team/a'), matcher, { minKeys: 1, maxKeys: 2 }),
  ),
};
const grant = fc.record(
  {
    actions: fc.oneof(some('a', 'b', 'c'), fc.constantFrom(['*'], ['**'])),
    resources: fc.oneof(
      some('x', 'x/y', 'z', '**'),
      some('x/**', '*', '*/y', '**/y', '${subject.org}', '${claims.team}', 'x*'),
    ),
  },
  { requiredKeys: ['actions'] },
);
const rest = {
  effect: fc.constantFrom('allow', 'allow', 'deny'),
  grants: maybe(fc.array(grant, { minLength: 1, maxLength: 2 })),
  mode: fc.constantFrom('enforce', 'enforce', 'enforce', 'audit'),
  ttl: maybe(fc.constantFrom('5m', '10m')),
  valid: fc.option(
    fc.constantFrom(
      { from: '2020-01-01T00:00:00Z' },
      { until: '2040-01-01T00:00:00Z' },
      { from: '2021-01-01T00:00:00Z', until: '2022-01-01T00:00:00Z' },
    ),
    { nil: undefined, freq: 4 },
  ),
};

export type Draft = Record<string, unknown> & { when: Record<string, unknown> };

function ruleOf(when: Record<string, Arbitrary<unknown>>): Arbitrary<Draft> {
  return fc.record({ when: fc.record(when), ...rest });
}

/** Some rules are another one, changed in one thing, so that they often have to do with each other. */
export const related: Arbitrary<Draft[]> = fc
  .array(fc.tuple(ruleOf(anyWhen), fc.nat(2), fc.constantFrom('none', 'when', 'effect', 'grants', 'ttl', 'mode')), {
    minLength: 1,
    maxLength: 4,
  })
  .map((drafts) =>
    drafts.map(([draft, of, change], i) => {
      const base = of === 0 || i === 0 ? undefined : drafts[(of - 1) % i]![0];
      if (base === undefined) return draft;
      return change === 'none' ? base : { ...base, [change]: draft[change] };
    }),
  );

export const anyPolicy: Arbitrary<Policy> = related.map(policyOf);
export const plainPair: Arbitrary<Policy> = fc
  .array(ruleOf(plainWhen), { minLength: 2, maxLength: 2 })
  .map((drafts) => policyOf(drafts.map(({ when }) => ({ effect: 'allow', when }))));

const audiences = ['one', 'two'];
const issuers = {
  g: { url: 'https://g.example', subject: ['gitpod', 'gitpod-v3'], audiences },
  v: { url: 'https://v.example', subject: 'gitpod-v3', audiences: ['one'] },
  o: { url: 'https://o.example', audiences },
};

/** The issuers as they are in every policy here, but for what is given of one. */
export function issuersBut(name: keyof typeof issuers, other: object): object {
  return { ...issuers, [name]: { ...issuers[name], ...other } };
}

export function documentOf(rules: readonly object[], trusted: object = issuers): object {
  return { version: 1, issuers: trusted, rules: rules.map((rule, i) => ({ id: `rule-${i}`, ...rule })) };
}

export function policyOf(rules: readonly object[], trusted: object = issuers): Policy {
  const text = JSON.stringify(documentOf(rules, trusted));
  const { policy, diagnostics } = parsePolicy([{ file: 'policy.json', text }]);
  if (policy === undefined) throw new Error(`${text.slice(0, 2000)}\n${JSON.stringify(diagnostics)}`);
  return policy;
}

export function deciderOf(policy: Policy, without?: TrustRule): (token: DecisionToken, request: Request) => Decision {
  const compiled = compilePolicy({ ...policy, rules: policy.rules.filter((rule) => rule !== without) });
  return (token, request) => decide(compiled, token, request);
}

function aloneOf(policy: Policy, rule: TrustRule): (token: DecisionToken, request: Request) => Decision {
  return deciderOf({ ...policy, rules: [{ ...rule, mode: 'enforce' }] });
}

/** Those of some tokens that meet a rule's conditions: it gives them plain access, or denies them that or some grant. */
export function matching(
  policy: Policy,
  rule: TrustRule,
  among: readonly DecisionToken[] = tokens,
): ReadonlySet<DecisionToken> {
  const decideAlone = aloneOf(policy, rule);
  return new Set(
    among.filter((token) => {
      const { effect, denied, reasons } = decideAlone(token, { now: NOW });
      return rule.effect === 'allow' ? effect === 'allow' : denied.length > 0 || reasons[0].code === 'denied_by_rule';
    }),
  );
}

/** Whether a rule, alone, gives a request or takes it away. */
export function speaking(policy: Policy, rule: TrustRule): (token: DecisionToken, request: Request) => boolean {
  const decideAlone = aloneOf(policy, rule);
  const code = rule.effect === 'allow' ? 'rule_matched' : 'denied_by_rule';
  return (token, request) => decideAlone(token, request).reasons[0].code === code;
}
