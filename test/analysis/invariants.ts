/** Invariants over the small universe, and what they say, read off the words of the test format. */
import fc, { type Arbitrary } from 'fast-check';
import type { Invariant } from '../../src/analysis/index.ts';
import type { DecisionToken } from '../../src/decision/decide.ts';
import type { GrantDoc, MatcherDoc, SubjectDoc, WhenDoc } from '../decision/arbitraries.ts';
import { find, holds } from '../policy/claims-oracle.ts';
import { globMatches } from '../policy/glob-oracle.ts';
import { readPrincipal } from '../policy/subject-oracle.ts';
import { related, type Draft, matcher, maybe, policyOf, prefix, type Request, some, subject } from './universe.ts';

export interface SetDoc {
  issuer?: string[];
  audience?: string[];
  subject?: SubjectDoc[] | { outside: SubjectDoc[] };
  kind?: string[];
  claims?: Record<string, MatcherDoc>;
  action?: string[];
  resource?: string[];
  plain?: true;
}

export interface InvariantDoc {
  demand: 'never' | 'always';
  set: SetDoc;
}

const subjects = fc.oneof(
  fc.array(subject, { minLength: 1, maxLength: 2 }),
  fc.array(fc.oneof(prefix, subject), { minLength: 1, maxLength: 2 }).map((outside) => ({ outside })),
);
const asked = fc.oneof(
  fc.constant({}),
  fc.constant({ plain: true }),
  fc.record({
    action: maybe(fc.oneof(some('a', 'b', 'c'), fc.constant(['*']))),
    resource: maybe(some('x', 'x/y', 'x/**', 'z', 'A', '*', 'x*', '**')),
  }),
);

export const anySet: Arbitrary<SetDoc> = fc
  .record({
    issuer: fc.constantFrom(undefined, ['g'], ['g', 'v'], ['v']),
    audience: maybe(some('one', 'two')),
    subject: maybe(subjects),
    kind: maybe(some('environment', 'user', 'runner')),
    claims: fc.option(fc.dictionary(fc.constantFrom('role', 'team'), matcher, { minKeys: 1, maxKeys: 1 }), {
      nil: undefined,
      freq: 2,
    }),
    asked,
  })
  .map(({ asked: request, ...set }) => JSON.parse(JSON.stringify({ ...set, ...request })) as SetDoc);

const demand = fc.constantFrom('never' as const, 'always' as const);

export interface InvariantScenario {
  rules: Draft[];
  invariant: InvariantDoc;
}

/** Rules, and an invariant that is often about what one of them says, but for one thing. */
export const anyInvariant: Arbitrary<InvariantScenario> = fc
  .record({
    rules: related,
    demand,
    set: anySet,
    like: fc.nat(4),
    but: fc.constantFrom('nothing', ...(['audience', 'subject', 'kind', 'claims', 'action', 'resource'] as const)),
  })
  .map(({ rules, demand, set, like, but }) => {
    const rule = rules[like];
    if (rule === undefined) return { rules, invariant: { demand, set } };
    const said = saidBy(rule);
    return {
      rules,
      invariant: { demand, set: but === 'nothing' ? said : { ...said, plain: undefined, [but]: set[but] } },
    };
  })
  .map(({ rules, invariant }) => ({ rules, invariant: JSON.parse(JSON.stringify(invariant)) as InvariantDoc }));

function saidBy({ when, grants }: Draft): SetDoc {
  const { issuer, audience, subject: who, kind, claims = {} } = when as unknown as WhenDoc;
  const [grant] = (grants ?? []) as GrantDoc[];
  const flat = Object.entries(claims).filter(([key]) => !key.startsWith('/'));
  const resources = grant?.resources?.filter((pattern) => !pattern.includes('$'));
  return {
    issuer: [issuer].flat(),
    ...(audience && { audience: [audience].flat() }),
    ...(who && { subject: [who].flat() }),
    ...(kind && { kind: [kind].flat() }),
    claims: Object.fromEntries(flat),
    ...(grant ? { action: grant.actions } : { plain: true }),
    ...(resources && resources.length > 0 && { resource: resources }),
  };
}

const ISSUERS: Record<string, { name: string; schemes: string[]; audiences: string[] }> = {
  'https://g.example': { name: 'g', schemes: ['gitpod', 'gitpod-v3'], audiences: ['one', 'two'] },
  'https://v.example': { name: 'v', schemes: ['gitpod-v3'], audiences: ['one'] },
  'https://o.example': { name: 'o', schemes: ['opaque'], audiences: ['one', 'two'] },
};

/** Whether a token is one that an invariant is about. */
export function isAbout({ demand, set }: InvariantDoc, { issuer, claims }: DecisionToken): boolean {
  const { name, schemes, audiences } = ISSUERS[issuer]!;
  const principal = readPrincipal(schemes, claims);
  if (typeof principal === 'string') return false;
  const aud = [claims['aud']].flat().filter((one) => audiences.includes(one as string));
  const isCovered = (one: SubjectDoc): boolean => {
    if (typeof one === 'object' && 'glob' in one) return name !== 'o' && globMatches(one.glob, principal.path);
    if (typeof one === 'object') return principal.path === one.equals;
    return principal.path === one || (name !== 'o' && principal.path.startsWith(`${one}/`));
  };
  const { subject: who } = set;
  const isIn = who === undefined || (Array.isArray(who) ? who.some(isCovered) : !who.outside.some(isCovered));
  return (
    (set.issuer?.includes(name) ?? true) &&
    aud.some((one) => set.audience?.includes(one as string) ?? true) &&
    isIn &&
    (set.kind?.includes(principal.kind) ?? true) &&
    Object.entries(set.claims ?? {}).every(([key, one]) =>
      holds(one, find(claims, key), demand === 'never' ? 'deny' : 'allow'),
    )
  );
}

/** Whether a request is one that an invariant is about. */
export function asks({ set }: InvariantDoc, { action, resource }: Request): boolean {
  if (set.plain === true) return action === undefined;
  const isOne = (globs: string[] | undefined, value: string | undefined): boolean =>
    globs?.some((glob) => value !== undefined && globMatches(glob, value)) ?? true;
  return isOne(set.action, action) && isOne(set.resource, resource);
}

/** The invariant as a test file would have it. */
export function invariantOf({ demand, set }: InvariantDoc): Invariant {
  const { issuer, audience, subject: who, kind, claims, action, resource, plain } = set;
  const patterns = who === undefined ? undefined : Array.isArray(who) ? who : who.outside;
  const rule = { effect: 'allow', when: { issuer: 'g', ...(patterns && { subject: patterns }), claims: claims ?? {} } };
  const { rules } = policyOf([rule]);
  const { when, at } = rules[0]!;
  return {
    name: 'an invariant',
    at,
    demand,
    set: {
      ...(issuer && { issuers: issuer }),
      ...(audience && { audiences: audience }),
      ...(when.subjects && { subjects: { patterns: when.subjects, areOutside: !Array.isArray(who) } }),
      ...(kind && { kinds: kind }),
      claims: when.claims,
      request: plain ? 'plain' : { ...(action && { actions: action }), ...(resource && { resources: resource }) },
    },
  };
}
