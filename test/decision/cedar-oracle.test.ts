/**
 * Decisions beside those of Cedar (https://www.cedarpolicy.com), another engine by other people: a policy is translated
 * rule by rule, and Cedar must come to the same effect by the same rules.
 *
 * Both languages can say: issuers, audiences, subjects by prefix and `equals` (an entity with its prefixes as parents),
 * kinds, claims by equality, one of several, `contains`, `containsAny`, `present` and `not` of a scalar or of several,
 * `valid`, grants of literal actions, `*`, resources of literal segments, `*` and subject templates as segments, `**` at
 * the end of literal ones; deny overrides; rules in audit mode, which are left out.
 *
 * Only one of them can say, so they are not asked: globs within a segment (`like` of Cedar crosses slashes), templates of
 * claims and pointers, numbers that are no integers, null, and all that is refused before the rules are asked.
 */
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { expect, test } from '@jest/globals';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc, { type Arbitrary } from 'fast-check';
import { compilePolicy } from '../../src/decision/compile.ts';
import { decide } from '../../src/decision/decide.ts';
import { policyOf } from '../engine/policies.ts';
import type { GrantDoc, MatcherDoc, OneOrMore, RuleDoc, Scalar, SubjectDoc } from './arbitraries.ts';
import { cedarRules } from './cedar-rules.ts';
import { runsOf } from '../runs.ts';

// It is published as CommonJS beside a file of WebAssembly that it finds by its own name.
const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as typeof Cedar;

// Node 20 ends with `unreachable code` where it gives up code that calls into WebAssembly were inlined into.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

const numRuns = runsOf();
const NOW = 1_767_225_600; // 2026-01-01T00:00:00Z

const issuers = {
  gitpod: { url: 'https://g.example', subject: 'gitpod', audiences: ['x', 'y'] },
  opaque: { url: 'https://o.example', audiences: ['x', 'y'] },
};
type IssuerName = keyof typeof issuers;

const oneOrMore = <T>(value: Arbitrary<T>): Arbitrary<OneOrMore<T>> =>
  fc.oneof(
    { weight: 3, arbitrary: value },
    fc.uniqueArray(value, { minLength: 1, maxLength: 3, selector: JSON.stringify }),
  );
/** Seldom enough that rules with all their conditions often hold. */
const seldom = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const paths: Record<string, string> = {
  'org:A/prj:P/env:E': 'environment', 'org:A/prj:P2/env:E': 'environment', 'org:A/env:E': 'environment',
  'org:Ab/prj:P/env:E': 'environment', 'org:A/user:U': 'user', 'org:Ab/rnr:P': 'runner',
}; // prettier-ignore
const prefixes = ['org:A', 'org:Ab', 'org:A/prj:P', 'org:A/prj:P2', ...Object.keys(paths)];
const subject: Arbitrary<SubjectDoc> = fc.oneof(
  fc.constantFrom(...prefixes),
  fc.constantFrom(...Object.keys(paths)).map((equals) => ({ equals })),
);

const scalar = fc.constantFrom<Scalar>('a', '1', 1, -1, true);
const value: Arbitrary<unknown> = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
const claimName = fc.constantFrom('team', 'n', 'constructor');
const equality = oneOrMore(scalar);
const matcher: Arbitrary<MatcherDoc> = fc.oneof(
  { weight: 3, arbitrary: equality },
  oneOrMore(scalar).map((contains) => ({ contains })),
  fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }).map((containsAny) => ({ containsAny })),
  fc.boolean().map((present) => ({ present })),
  { weight: 2, arbitrary: equality.map((not) => ({ not })) },
);

const segment = fc.constantFrom(
  's',
  'P',
  'U',
  '*',
  '*',
  '*',
  '${subject.project}',
  '${subject.user}',
  '${subject.org}',
);
const resources = fc.oneof(
  fc.array(segment, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('/')),
  fc.constantFrom('s/**', 's/P/**', 'P/**'),
);
const grant: Arbitrary<GrantDoc> = fc
  .record({
    actions: fc.uniqueArray(fc.constantFrom('read', 'write', '*'), { minLength: 1, maxLength: 3 }),
    resources: fc.option(fc.uniqueArray(resources, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 3 }),
  })
  .map((drawn) => withoutUndefined(drawn) as GrantDoc);

const moment = fc.integer({ min: -2, max: 2 }).map((hours) => NOW + hours * 3600);
const written = (time: number): string => new Date(time * 1000).toISOString();
const valid = fc.tuple(moment, fc.integer({ min: 1, max: 3 }), fc.nat(2)).map(([from, hours, shape]) => ({
  ...(shape === 0 ? {} : { from: written(from) }),
  ...(shape === 1 ? {} : { until: written(from + hours * 3600) }),
}));

const rule: Arbitrary<Omit<RuleDoc, 'id'>> = fc
  .record({
    effect: fc.constantFrom<RuleDoc['effect']>('allow', 'allow', 'allow', 'allow', 'deny'),
    issuer: fc.constantFrom<OneOrMore<IssuerName>>('gitpod', 'opaque', ['gitpod', 'opaque'], ['opaque', 'gitpod']),
    audience: seldom(oneOrMore(fc.constantFrom('x', 'y'))),
    subject: seldom(oneOrMore(subject)),
    kind: seldom(oneOrMore(fc.constantFrom('environment', 'user', 'runner'))),
    claims: seldom(fc.dictionary(claimName, matcher, { minKeys: 1, maxKeys: 2 })),
    grants: fc.option(fc.array(grant, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 3 }),
    valid: seldom(valid),
    mode: fc.constantFrom<RuleDoc['mode']>(undefined, undefined, undefined, undefined, 'enforce', 'audit'),
  })
  .map(({ effect, issuer, audience, subject, kind, claims, ...rest }) => {
    const when = { issuer, audience, subject, kind: issuer === 'gitpod' ? kind : undefined, claims };
    return withoutUndefined({ effect, when: withoutUndefined(when), ...rest }) as Omit<RuleDoc, 'id'>;
  });

const asked = fc.record({
  rules: fc.array(rule, { minLength: 2, maxLength: 6 }),
  issuer: fc.constantFrom<IssuerName>('gitpod', 'gitpod', 'opaque'),
  path: fc.constantFrom(...Object.keys(paths)),
  aud: fc.constantFrom<string[]>(['x'], ['y'], ['x', 'y'], ['x', 'z']),
  claims: fc.dictionary(claimName, value, { minKeys: 1, maxKeys: 3 }),
  request: fc.oneof(
    { weight: 1, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.record({ action: fc.constantFrom('read', 'read', 'write', 'list') }) },
    {
      weight: 3,
      arbitrary: fc.record({
        action: fc.constantFrom('read', 'read', 'write', 'list'),
        resource: fc
          .array(fc.constantFrom('s', 'P', 'U', 'A'), { minLength: 1, maxLength: 3 })
          .map((parts) => parts.join('/')),
      }),
    },
  ),
});
type Asked = typeof asked extends Arbitrary<infer T> ? T : never;

interface Answer {
  readonly effect: 'allow' | 'deny';
  /** The rules that decided. */
  readonly by: readonly string[];
}

function ours({ rules, issuer, path, aud, claims, request }: Asked): Answer {
  const policy = policyOf({ issuers, rules: rules.map((one, i) => ({ id: `r${String(i)}`, ...one })) });
  const token = { issuer: issuers[issuer].url, claims: { ...claims, sub: path, aud, exp: NOW + 600 } };
  const { effect, reasons } = decide(compilePolicy(policy), token, { ...request, now: NOW });
  const code = effect === 'allow' ? 'rule_matched' : 'denied_by_rule';
  return { effect, by: reasons.flatMap((reason) => (reason.code === code ? [reason.rule ?? ''] : [])).sort() };
}

function cedars({ rules, issuer, path, aud, claims, request }: Asked): Answer {
  const { action, resource } = { action: 'access', resource: undefined, ...request };
  const isPath = issuer === 'gitpod';
  const ids = isPath ? Object.fromEntries(path.split('/').map((part) => part.split(':'))) : {};
  const principal = { type: 'Subject', id: path };
  const thing = resource === undefined ? { type: 'Nothing', id: '' } : { type: 'Resource', id: resource };
  const segments = resource?.split('/') ?? [];
  const answer = cedar.isAuthorized({
    principal,
    action: { type: 'Action', id: action },
    resource: thing,
    context: {
      issuer,
      now: NOW,
      audiences: aud.filter((name) => issuers[issuer].audiences.includes(name)),
      claims: claims as Cedar.Context,
      types: Object.fromEntries(Object.entries(claims).map(([name, claim]) => [name, typeof claim])),
    },
    policies: { staticPolicies: cedarRules(rules) },
    entities: [
      {
        uid: principal,
        attrs: { ...ids, kind: isPath ? paths[path]! : 'subject' },
        parents: isPath ? prefixesOf(path).map((id) => ({ type: 'Subject', id })) : [],
      },
      {
        uid: thing,
        attrs: { length: segments.length, ...Object.fromEntries(segments.map((one, i) => [`s${String(i)}`, one])) },
        parents: prefixesOf(resource ?? '').map((id) => ({ type: 'Resource', id })),
      },
    ],
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const { decision, diagnostics } = answer.response;
  return { effect: decision, by: [...new Set(diagnostics.reason.map((id) => id.split('.')[0]!))].sort() };
}

function prefixesOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

function kindOf({ request }: Asked, { effect, by }: Answer): keyof typeof NONE {
  if (effect === 'deny') return by.length > 0 ? 'denied' : 'not allowed';
  return 'resource' in request ? 'a resource' : 'action' in request ? 'an action' : 'plain access';
}

const NONE = { 'plain access': 0, 'an action': 0, 'a resource': 0, denied: 0, 'not allowed': 0 };

test('Cedar comes to the same effect by the same rules', () => {
  const seen = { ...NONE };
  const law = (given: Asked): void => {
    const answer = ours(given);
    seen[kindOf(given, answer)] += 1;
    expect(cedars(given)).toEqual(answer);
  };
  fc.assert(fc.property(asked, law), { numRuns });
  if (process.env['COUNTERSIGN_SHOW'] !== undefined) console.log(seen);
  // About one in 25 is of the rarest kind; of few runs it may be none.
  expect(Object.entries(seen).filter(([, count]) => count < numRuns / 80 - 5)).toEqual([]);
});
