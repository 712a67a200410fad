/**
 * Policies, tokens and requests over an alphabet so small that they often concern each other. Rules are drawn as
 * functions of the token (`Aimed`), so that many of them almost hold and many do; all of it shrinks.
 */
import fc, { type Arbitrary } from 'fast-check';

// The documents, as they are written in JSON.

export type OneOrMore<T> = T | T[];
export type Claims = Record<string, unknown>;
export type Scalar = string | number | boolean;
export type SubjectDoc = string | { equals: string } | { glob: string };
export type MatcherDoc =
  | OneOrMore<Scalar>
  | { glob: string }
  | { contains: OneOrMore<Scalar> }
  | { containsAny: Scalar[] }
  | { present: boolean }
  | { not: MatcherDoc };

export interface IssuerDoc {
  url: string;
  subject?: OneOrMore<string>;
  audiences: string[];
  clockSkew?: string;
}

export interface GrantDoc {
  actions: string[];
  resources?: string[];
}

export interface WhenDoc {
  issuer: OneOrMore<string>;
  audience?: OneOrMore<string>;
  subject?: OneOrMore<SubjectDoc>;
  kind?: OneOrMore<string>;
  claims?: Record<string, MatcherDoc>;
}

export interface RuleDoc {
  id: string;
  effect: 'allow' | 'deny';
  when: WhenDoc;
  grants?: GrantDoc[];
  ttl?: string;
  valid?: { from?: string; until?: string };
  mode?: 'enforce' | 'audit';
}

export interface PolicyDoc {
  version: 1;
  issuers?: Record<string, IssuerDoc>;
  rules?: RuleDoc[];
}

export interface Token {
  issuer: string;
  claims: Claims;
}

export interface Request {
  audience?: string;
  action?: string;
  resource?: string;
  now: number;
}

/** A grant as a decision reports it. */
export interface Grant extends GrantDoc {
  rule: string;
}

export interface Scenario {
  readonly policy: PolicyDoc & { readonly rules: RuleDoc[] };
  readonly token: Token;
  readonly request: Request;
}

/** 2026-01-01T00:00:00Z; every clock in a scenario stands near it. */
const NEW_YEAR = 1_767_225_600;

/** What a rule can be aimed at. */
interface Target {
  readonly issuer: string;
  readonly path: string;
  readonly kind: string;
  readonly claims: Claims;
}
type Aimed<T> = (target: Target) => T;

const maybe = <T>(value: Arbitrary<T>, freq = 1): Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq });
const some = <T>(value: Arbitrary<T>, maxLength = 3): Arbitrary<T[]> => fc.array(value, { minLength: 1, maxLength });
const someOf = <T>(values: readonly T[]): Arbitrary<T[]> => fc.subarray([...values], { minLength: 1 });
const oneOrMore = <T>(value: Arbitrary<T>): Arbitrary<T | T[]> =>
  fc.oneof({ weight: 2, arbitrary: value }, fc.uniqueArray(value, { minLength: 1, maxLength: 3, selector: canonical }));
const canonical = (value: unknown): string => JSON.stringify(value);
const weighted = <T>(...pairs: [number, Arbitrary<T>][]): Arbitrary<T> =>
  fc.oneof(...pairs.map(([weight, arbitrary]) => ({ weight, arbitrary })));
/** Members that are `undefined` are left out, as JSON would. */
const compact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;

// The alphabet.

const orgs = ['A', 'Ab'] as const;
const projects = ['p', 'P.2'] as const;
const pathArbitrary: Arbitrary<{ path: string; kind: string }> = fc
  .tuple(
    fc.constantFrom(...orgs),
    weighted(
      [4, fc.tuple(fc.constantFrom(...projects), fc.constantFrom('e', 'e~1')).map(([p, e]) => `prj:${p}/env:${e}`)],
      [2, fc.constantFrom('env:e', 'env:e~1')],
      [2, fc.constantFrom('user:u', 'user:U')],
      [1, fc.constantFrom('rnr:r', 'rnr:r_2')],
      [1, fc.constantFrom('sa:s', 'sa:u')],
    ),
  )
  .map(([org, rest]) => ({ path: `org:${org}/${rest}`, kind: kindOf(rest) }));

function kindOf(rest: string): string {
  if (rest.startsWith('user')) return 'user';
  if (rest.startsWith('rnr')) return 'runner';
  return rest.startsWith('sa') ? 'service-account' : 'environment';
}

const audiences = ['https://x.example', 'api', 'API'] as const;
const unknownAudience = 'https://other.example';

const issuerChoices: Record<string, Omit<IssuerDoc, 'audiences'>[]> = {
  old: [
    { url: 'https://old.example', subject: 'gitpod' },
    { url: 'https://old.example', subject: ['gitpod'] },
  ],
  both: [
    { url: 'https://both.example', subject: ['gitpod', 'gitpod-v3'] },
    { url: 'https://both.example', subject: ['gitpod-v3', 'gitpod'] },
    { url: 'https://both.example', subject: 'gitpod-v3' },
  ],
  plain: [{ url: 'https://plain.example/a', subject: 'opaque' }, { url: 'https://plain.example/a' }],
};

const issuersArbitrary: Arbitrary<Record<string, IssuerDoc>> = fc
  .record(
    Object.fromEntries(
      Object.entries(issuerChoices).map(([name, choices]) => [
        name,
        maybe(
          fc
            .record({
              base: fc.constantFrom(...choices),
              audiences: someOf(audiences),
              clockSkew: maybe(fc.constantFrom('0s', '30s', '1m', '300s')),
            })
            .map(({ base, ...rest }): IssuerDoc => compact({ ...base, ...rest }) as IssuerDoc),
          4,
        ),
      ]),
    ),
  )
  .map((issuers) => compact(issuers) as Record<string, IssuerDoc>)
  .filter((issuers) => Object.keys(issuers).length > 0);

// Tokens.

const strings = [
  'p', 'a', 'b', 'A', '*', '**', 'a*b', 'axb', 'a@x.io', 'b@y.io', 'https://x', 'a/b', '/', 'a/', '', '.', '..', '1',
  'true', 'a\nb', 'a\u0085', '${*}', '${claims.t}', '😀', 'é', 'e\u0301',
]; // prettier-ignore
const scalarValue: Arbitrary<unknown> = weighted<unknown>(
  [8, fc.constantFrom(...strings)],
  [3, fc.constantFrom<unknown>(0, 1, -1, 1.5, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 1e300)],
  [2, fc.boolean()],
  [1, fc.constant(null)],
);
const claimValue: Arbitrary<unknown> = weighted<unknown>(
  [8, scalarValue],
  [3, fc.array(scalarValue, { maxLength: 4 })],
  [
    1,
    fc.constantFrom<unknown>(
      {},
      [['a']],
      { a: 'p', length: 1 },
      { a: ['p', { b: 'a' }], 'x/y': 1, 'm~n': true, 0: 'a' },
    ),
  ],
  [
    1,
    fc.array(
      scalarValue.map((b) => ({ b })),
      { maxLength: 2 },
    ),
  ],
  [1, fc.record({ a: claimLeaf(), b: claimLeaf() }, { requiredKeys: [], noNullPrototype: true })],
);
function claimLeaf(): Arbitrary<unknown> {
  return fc.oneof(scalarValue, fc.array(scalarValue, { maxLength: 3 }));
}

const claimNames = ['t', 'email', 'n', 'constructor', '__proto__', 'runner_name', 'https://x.example/roles'] as const;
const claimKeys = [
  ...claimNames, '/t', '/email', '/n/a', '/n/b', '/n/a/0', '/n/0', '/n/a/1/b', '/n/x~1y', '/n/m~0n', '/n/length', '/n/-',
  '/n/00', '/__proto__', '/n/constructor', '/https:~1~1x.example~1roles', '/n/0/b', 'runner_id',
]; // prettier-ignore

const freeClaims: Arbitrary<Claims> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...claimNames), claimValue), { maxLength: 4, selector: ([name]) => name })
  .chain((entries) =>
    weighted(
      [2, fc.constant(entries)],
      [2, fc.constantFrom('p', '*', '**', 'a*b', '${*}', '..', 'a\u0085').map((t) => [...entries, ['t', t] as const])],
    ),
  )
  .map((entries) => Object.fromEntries<unknown>(entries));

interface TokenSeed {
  readonly issuer: number;
  readonly isForeign: boolean;
  readonly principal: { path: string; kind: string };
  readonly asIds: boolean;
  readonly expiresIn: unknown;
  readonly aud: (accepted: readonly string[]) => unknown;
  readonly claims: Claims;
  readonly spoil: Claims;
}

const acceptedAud: Arbitrary<TokenSeed['aud']> = fc
  .record({ first: fc.nat(2), others: fc.subarray([...audiences, unknownAudience]), isBare: fc.boolean() })
  .map(({ first, others, isBare }) => (accepted) => {
    const name = accepted[first % accepted.length]!;
    return isBare ? name : [...new Set([...others, name])];
  });
const wellFormedAud: Arbitrary<unknown> = fc.oneof(fc.constantFrom(...audiences), fc.subarray([...audiences]));
const anyAud: Arbitrary<unknown> = fc.constantFrom<unknown>(
  unknownAudience, [], '', null, 1, ['api', 'api'], ['api', 1], [['api']], { api: 'api' }, undefined,
  Array.from({ length: 64 }, (_, i) => (i === 63 ? 'api' : `a${i}`)),
  Array.from({ length: 65 }, (_, i) => (i === 64 ? 'api' : `a${i}`)),
); // prettier-ignore

/** Claims that contradict the principal, or are no such thing: mostly none. */
const spoilArbitrary: Arbitrary<Claims> = weighted<Claims>(
  [16, fc.constant({})],
  [2, fc.constantFrom<Claims>({ org: 'A' }, { runner_id: 'r' }, { creator_id: 'u' }, { sub: 'A' }, { sub: undefined })],
  [
    1,
    fc.constantFrom<Claims>(
      { sub: 'org:A/env:' }, { sub: 'org:A' }, { sub: 'org:A/prj:p' }, { sub: 'org:A/env:e/prj:p' }, { sub: 'org:A/env:e/' },
      { sub: 'org:A//env:e' }, { sub: 'ORG:A/env:e' }, { sub: 'org:../env:e' }, { sub: 'org:A/prj:p/user:u' }, { sub: 5 },
      { sub: 'org:A/env:é' }, { sub: 'org:A/env:e%20' }, { sub: ['org:A/env:e'] }, { sub: `org:A/env:${'e'.repeat(128)}` },
      { sub: `org:A/env:${'e'.repeat(129)}` }, { sub: 'org:A/env:e\n' }, { sub: 'org:A/sa:s' }, { org: null }, { org: 'a' },
      { org: ['A'] }, { organization_id: 'A' }, { organization_id: 'A:' }, { organization_id: null }, { environment_id: 'e' },
      { environment_id: 5 }, { project_id: 'p' }, { project_id: null }, { user_id: 'u' }, { service_account_id: 's' },
      { runner_id: '..' }, { organization_id: undefined },
    ),
  ],
); // prettier-ignore

const tokenSeed: Arbitrary<TokenSeed> = fc.record({
  issuer: fc.nat(2),
  isForeign: weighted([30, fc.constant(false)], [1, fc.constant(true)]),
  principal: pathArbitrary,
  asIds: fc.boolean(),
  expiresIn: weighted<unknown>(
    [40, fc.constantFrom(60, 600, 3600, 86400)],
    [2, fc.constantFrom(1, 0, -1, -29, -30, -31, -300, 0.5, 1e300)],
    [1, fc.constantFrom('600', null, undefined, [600])],
  ),
  aud: weighted([40, acceptedAud], [2, wellFormedAud.map((aud) => () => aud)], [1, anyAud.map((aud) => () => aud)]),
  claims: freeClaims,
  spoil: spoilArbitrary,
});

function makeToken(seed: TokenSeed, issuers: Record<string, IssuerDoc>, now: number): { token: Token; target: Target } {
  const names = Object.keys(issuers);
  const issuer = names[seed.issuer % names.length]!;
  const { url, subject = 'opaque' } = issuers[issuer]!;
  const { path, kind } = seed.principal;
  const isV3 =
    subject.includes('gitpod-v3') && (seed.asIds || !subject.includes('gitpod') || typeof subject === 'string');
  const needsIds = isV3 || (subject.includes('gitpod-v3') && kind === 'service-account');
  const claims = compact({
    ...seed.claims,
    sub: needsIds ? 'v3:opaque' : path,
    ...(needsIds ? idsOf(path) : {}),
    exp: typeof seed.expiresIn === 'number' ? now + seed.expiresIn : seed.expiresIn,
    aud: seed.aud(issuers[issuer]!.audiences),
    ...seed.spoil,
  });
  return {
    token: { issuer: seed.isForeign ? 'https://foreign.example' : url, claims },
    target: { issuer, path, kind, claims },
  };
}

const own = (of: object, name: string): unknown => Object.getOwnPropertyDescriptor(of, name)?.value;

function idsOf(path: string): Record<string, string> {
  const names: Record<string, string> = {
    org: 'organization_id',
    prj: 'project_id',
    env: 'environment_id',
    user: 'user_id',
    rnr: 'runner_id',
    sa: 'service_account_id',
  };
  return Object.fromEntries(
    path
      .split('/')
      .map((part) => part.split(':'))
      .map(([kind, id]) => [names[kind!]!, id!]),
  );
}

// Rules.

const policyScalar: Arbitrary<string | number | boolean> = weighted<string | number | boolean>(
  [6, fc.constantFrom(...strings.filter((text) => !/\p{Cc}|\p{M}/u.test(text)))],
  [2, fc.constantFrom(0, 1, -1, 1.5, 2 ** 53 - 1, -(2 ** 53 - 1))],
  [1, fc.boolean()],
);
const globs = [
  '*', '**', '***', 'a*', '*b', '*a*', 'a*b', 'a**b', '*@x.io', 'a@*', '*/*', 'https://*', 'https:**', 'https:/**', '**/x',
  'a/**', 'a/*', '*/b', '**/**', '/*', '*/', '?', '[ab]', '{a,b}', '!a', 'é', '😀', '*😀', '+(a)', 'a', 'p',
]; // prettier-ignore
const globArbitrary: Arbitrary<string> = fc.constantFrom(...globs);

const isPolicyScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'boolean' ||
  (typeof value === 'number' && Math.abs(value) < 2 ** 53) ||
  (typeof value === 'string' && !/[\p{Cc}\p{Cs}\p{M}]/u.test(value));

/** A matcher made from the very value of the token, by one of several ways. */
const aimedMatcher: Arbitrary<(value: unknown) => MatcherDoc> = fc
  .tuple(fc.nat(7), fc.nat(8), fc.nat(8), policyScalar)
  .map(([way, from, length, other]) => (value) => {
    if (Array.isArray(value)) {
      const elements = value.filter(isPolicyScalar);
      const first = elements[0] ?? other;
      const ways: MatcherDoc[] = [
        { contains: first },
        { contains: elements.length > 0 ? elements : [other] },
        { containsAny: [other, first] },
        { contains: [first, other] },
        { not: { contains: other } },
        { not: { containsAny: [first] } },
        { not: { contains: [other, first] } },
        first,
      ];
      return ways[way]!;
    }
    if (typeof value === 'number' && !isPolicyScalar(value))
      return [1, { not: 1 }, { not: [other, 0] }, { not: 1.5 }][way % 4]!;
    if (!isPolicyScalar(value)) return way % 2 === 0 ? { present: way < 4 } : { not: other };
    if (typeof value === 'string' && value !== '' && way >= 2 && way < 6) {
      const characters = [...value];
      const glob = [...characters.slice(0, from), '*', ...characters.slice(from + length)].join('');
      return way < 5 ? { glob } : { not: { glob } };
    }
    return [value, [other, value], { not: other }, { not: [other, value] }][way % 4]!;
  });

const simpleMatcher: Arbitrary<MatcherDoc> = weighted<MatcherDoc>(
  [4, policyScalar],
  [2, fc.uniqueArray(policyScalar, { minLength: 1, maxLength: 3, selector: canonical })],
  [3, globArbitrary.map((glob) => ({ glob }))],
  [2, policyScalar.map((contains) => ({ contains }))],
  [
    1,
    fc.uniqueArray(policyScalar, { minLength: 1, maxLength: 2, selector: canonical }).map((contains) => ({ contains })),
  ],
  [
    1,
    fc
      .uniqueArray(policyScalar, { minLength: 1, maxLength: 2, selector: canonical })
      .map((containsAny) => ({ containsAny })),
  ],
);
export const matcherArbitrary: Arbitrary<MatcherDoc> = weighted<MatcherDoc>(
  [4, simpleMatcher],
  [1, fc.boolean().map((present) => ({ present }))],
  [3, simpleMatcher.map((not) => ({ not }))],
);

const claimsArbitrary: Arbitrary<Aimed<Record<string, MatcherDoc> | undefined>> = fc
  .uniqueArray(
    fc.record({
      key: fc.constantFrom(...claimKeys),
      isAimed: weighted([4, fc.constant(true)], [1, fc.constant(false)]),
      present: fc.nat(9),
      aimed: aimedMatcher,
      any: matcherArbitrary,
    }),
    { minLength: 1, maxLength: 2, selector: ({ key }) => key },
  )
  .map(
    (seeds) =>
      ({ claims }: Target) =>
        Object.fromEntries(
          seeds.map(({ key, isAimed, aimed, any, present }) => {
            const names = claimNames.filter((name) => Object.hasOwn(claims, name));
            if (!isAimed || names.length === 0) return [key, any];
            const name = names[present % names.length]!;
            return [name, aimed(own(claims, name))];
          }),
        ),
  );

const formsOf = (org: string, project: string): string[] => [
  `org:${org}`, `org:${org}/user:u`, `org:${org}/rnr:r`, `org:${org}/env:e`, `org:${org}/prj:${project}`,
  `org:${org}/prj:${project}/env:e`, `org:${org}/sa:s`,
]; // prettier-ignore
const prefixes = orgs.flatMap((org) => projects.flatMap((project) => formsOf(org, project)));
const wholePaths = prefixes.filter((path) => /(env|user|rnr|sa):/.test(path));
const subjectGlobs = orgs.flatMap((org) => [
  `org:${org}/**`, `org:${org}/prj:*/env:*`, `org:${org}/env:*`, `org:${org}*/user:*`, `org:*/prj:p/**`, 'org:*/env:e',
  `org:${org}/prj:p*/env:e*`, 'org:*/rnr:*', 'org:*/sa:*', 'org:*/**', '**', '*/*', `org:${org}/*`, '*/env:e', `org:${org}/*/env:*`, `*/prj:p/*`, `org:${org}/prj:p/env:*`, 'org:A**/prj:*.*/env:**e',
]); // prettier-ignore

/** Subjects that every one of the families can parse: the schemes of gitpod, `opaque`, or both at once. */
function subjectArbitrary(family: 'gitpod' | 'opaque' | 'mixed'): Arbitrary<Aimed<SubjectDoc>> {
  const fixed = (subjects: readonly string[]): Arbitrary<Aimed<SubjectDoc>> =>
    fc.constantFrom(...subjects).map((subject) => () => subject);
  const fixedEquals = fc.constantFrom(...wholePaths).map((equals) => () => ({ equals }));
  const aimed: Arbitrary<Aimed<SubjectDoc>> = fc.constant(({ path }) => path);
  const aimedEquals: Arbitrary<Aimed<SubjectDoc>> = fc.constant(({ path }) => ({ equals: path }));
  if (family !== 'gitpod') return fc.oneof(aimed, aimedEquals, fixed(prefixes), fixedEquals);
  const aimedPrefix = fc.integer({ min: 1, max: 3 }).map<Aimed<SubjectDoc>>((length) => ({ path }) => {
    return path.split('/').slice(0, length).join('/');
  });
  const aimedGlob = fc
    .tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean())
    .map<Aimed<SubjectDoc>>(([tail, ...stars]) => ({ path }) => {
      const parts = path.split('/').map((part, i) => (stars[i] === true ? part.replace(/:(.?).*$/, ':$1*') : part));
      return { glob: tail && parts.length > 1 ? [...parts.slice(0, -1), '**'].join('/') : parts.join('/') };
    });
  const fixedGlob = fc.constantFrom(...subjectGlobs).map((glob) => () => ({ glob }));
  return weighted(
    [4, aimedPrefix],
    [2, aimedGlob],
    [1, aimedEquals],
    [1, fixed(prefixes)],
    [1, fixedEquals],
    [1, fixedGlob],
  );
}

const actions = ['read', 'write', 'secret/read'];
const actionGlobs = ['read', 'write', 'secret/read', '*', '**', 're*', '*e*', 'secret/*', '**/read'];
const templates = [
  '${subject.org}', '${subject.project}', '${subject.environment}', '${subject.user}', '${subject.runner}', '${claims.t}',
  '${claims.email}',
]; // prettier-ignore
const resourceSegment: Arbitrary<string> = weighted(
  [4, fc.constantFrom('a', 'b', 'p', 'A')],
  [4, fc.constantFrom('*', 'a*', '*b', 'a*b')],
  [2, fc.constant('**')],
  [2, fc.constantFrom('${subject.org}', '${claims.t}')],
  [2, fc.constantFrom(...templates)],
);
const resourcePattern: Arbitrary<string> = some(resourceSegment).map((segments) => segments.join('/'));
const grantArbitrary: Arbitrary<GrantDoc> = fc
  .record({
    actions: fc.uniqueArray(fc.constantFrom(...actionGlobs), { minLength: 1, maxLength: 2 }),
    resources: maybe(fc.uniqueArray(resourcePattern, { minLength: 1, maxLength: 2 }), 3),
  })
  .map((grant) => compact(grant) as GrantDoc);

const seconds = fc.integer({ min: -6, max: 6 }).map((step) => NEW_YEAR + step * 10);
const written = (time: number): Arbitrary<string> =>
  fc.constantFrom(
    new Date(time * 1000).toISOString().replace('.000', ''),
    new Date(time * 1000).toISOString(),
    new Date(time * 1000 + 250).toISOString(),
    new Date((time + 7200) * 1000).toISOString().replace(/\.000Z$/, '+02:00'),
  );
const validArbitrary = fc
  .tuple(fc.nat(4), seconds, fc.integer({ min: 1, max: 8 }))
  .chain(([shape, from, length]): Arbitrary<NonNullable<RuleDoc['valid']>> => {
    const until = from + length * 10;
    if (shape === 0) return written(from).map((text) => ({ from: text }));
    if (shape === 1) return written(until).map((text) => ({ until: text }));
    return fc.record({ from: written(from), until: written(until) });
  });

/** A rule without its id, which may concern any of the issuers. */
export function ruleArbitrary(
  issuers: Record<string, IssuerDoc>,
  effect?: RuleDoc['effect'],
): Arbitrary<Aimed<Omit<RuleDoc, 'id'>>> {
  const names = Object.keys(issuers);
  const chosen = weighted<Aimed<string[]>>(
    [6, fc.constant(({ issuer }) => [issuer])],
    [2, someOf(names).map((some) => () => some)],
    [2, someOf(names).map((some) => ({ issuer }) => [...new Set([issuer, ...some])])],
  );
  return fc
    .record({
      effect:
        effect === undefined
          ? weighted([4, fc.constant('allow' as const)], [1, fc.constant('deny' as const)])
          : fc.constant(effect),
      chosen,
      isBare: fc.boolean(),
      audience: maybe(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.boolean()), 2),
      subjects: fc.record({
        gitpod: maybe(oneOrMoreAimed(subjectArbitrary('gitpod')), 3),
        opaque: maybe(oneOrMoreAimed(subjectArbitrary('opaque')), 3),
        mixed: maybe(oneOrMoreAimed(subjectArbitrary('mixed')), 3),
      }),
      kind: maybe(
        fc.tuple(fc.boolean(), oneOrMore(fc.constantFrom('user', 'runner', 'environment', 'service-account'))),
      ),
      claims: maybe(claimsArbitrary),
      grants: maybe(some(grantArbitrary), 3),
      ttl: maybe(fc.constantFrom('0s', '5s', '30s', '2m', '1h', '1d'), 2),
      valid: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, validArbitrary),
      mode: weighted(
        [6, fc.constant(undefined)],
        [1, fc.constant('enforce' as const)],
        [2, fc.constant('audit' as const)],
      ),
    })
    .map((seed) => (target) => {
      const suitable = seed.chosen(target);
      const isOpaque = suitable.map((name) => (issuers[name]!.subject ?? 'opaque') === 'opaque');
      const family = isOpaque.every(Boolean) ? 'opaque' : isOpaque.some(Boolean) ? 'mixed' : 'gitpod';
      const kinds = family === 'gitpod' ? seed.kind?.[1] : family === 'opaque' && seed.kind ? 'subject' : undefined;
      const when: WhenDoc = compact({
        issuer: suitable.length === 1 && seed.isBare ? suitable[0]! : suitable,
        audience: audienceOf(
          seed.audience,
          suitable.map((name) => issuers[name]!.audiences),
        ),
        subject: seed.subjects[family]?.(target),
        kind: seed.kind?.[0] === true && family === 'gitpod' ? target.kind : kinds,
        claims: seed.claims?.(target),
      }) as WhenDoc;
      const { effect: does, grants, ttl, valid, mode } = seed;
      return compact({ effect: does, when, grants, ttl: does === 'allow' ? ttl : undefined, valid, mode }) as RuleDoc;
    });
}

function oneOrMoreAimed(subject: Arbitrary<Aimed<SubjectDoc>>): Arbitrary<Aimed<SubjectDoc | SubjectDoc[]>> {
  return fc.oneof(
    { weight: 3, arbitrary: subject },
    some(subject, 2).map((all) => (target: Target) => {
      return [...new Map(all.map((one) => one(target)).map((one) => [canonical(one), one])).values()];
    }),
  );
}

/** Some audiences that all the issuers of a rule accept; a set as a bit mask. */
function audienceOf(choice: readonly [number, boolean] | undefined, accepted: string[][]): WhenDoc['audience'] {
  if (choice === undefined) return undefined;
  const [mask, isBare] = choice;
  const common = audiences.filter((name) => accepted.every((names) => names.includes(name)));
  const picked = common.filter((_, i) => (mask >> i) % 2 === 1);
  if (picked.length === 0) return undefined;
  return isBare ? picked[0]! : picked;
}

// Requests.

const requestSeed = fc.record({
  audience: weighted<string | undefined>(
    [30, fc.constant(undefined)],
    [3, fc.constantFrom(...audiences)],
    [1, fc.constantFrom(unknownAudience, '')],
  ),
  shape: weighted([3, fc.constant('plain')], [3, fc.constant('action')], [8, fc.constant('resource')], [1, fc.constant('odd')]),
  isAimed: weighted([4, fc.constant(true)], [1, fc.constant(false)]),
  atDeny: weighted([3, fc.constant(false)], [1, fc.constant(true)]),
  rule: fc.nat(9),
  grant: fc.nat(3),
  pattern: fc.nat(3),
  filler: some(fc.constantFrom('a', 'b', 'p', 'A', 'axb', 'a*b', '*', '😀'), 2),
  action: weighted([8, fc.constantFrom(...actions)], [1, fc.constantFrom('rea', 'Read', '*', 'read/', 'a\nb', '/')]),
  resource: some(fc.constantFrom('a', 'b', 'ab', 'axb', 'p', 'A', 'a*b', '*', '**', '${*}'), 4).map((parts) => parts.join('/')),
  odd: fc.constantFrom<Partial<Record<keyof Request, unknown>>>(
    { resource: 'a' }, { action: '' }, { action: 'read', resource: '' }, { action: 'read', resource: '/a' },
    { action: 'read', resource: 'a/' }, { action: 'read', resource: 'a//b' }, { action: 'read', resource: 'a/../b' },
    { action: 'read', resource: '.' }, { action: 'read', resource: 'a\u0000' }, { action: 'read', resource: 'a/\ud800' },
    { action: 5 }, { action: 'read', resource: null }, { audience: ['api'] }, { action: 'read', resource: '...' },
  ),
}); // prettier-ignore
type RequestSeed = typeof requestSeed extends Arbitrary<infer T> ? T : never;

/** What the request asks beside its clock; aimed at a grant of a rule where there is one. */
function makeRequest(seed: RequestSeed, rules: readonly RuleDoc[], { path, claims }: Target): Omit<Request, 'now'> {
  const base = seed.audience === undefined ? {} : { audience: seed.audience };
  if (seed.shape === 'plain') return base;
  if (seed.shape === 'odd') return { ...base, ...seed.odd } as Omit<Request, 'now'>;
  const allowing = rules.filter(({ grants, effect }) => grants !== undefined && effect === 'allow');
  const granting = seed.atDeny ? rules.filter(({ grants }) => grants !== undefined) : allowing;
  const grants = granting[seed.rule % granting.length]?.grants;
  const grant = seed.isAimed ? grants?.[seed.grant % grants.length] : undefined;
  const instantiate = (pattern: string): string =>
    pattern
      .split('/')
      .flatMap((part) => {
        if (part === '**') return seed.filler;
        const template = /^\$\{(\w+)\.(\w+)\}$/.exec(part);
        if (template === null) return [part.replaceAll('*', part === '*' ? seed.filler[0]! : 'x')];
        const kinds: Record<string, string> = {
          org: 'org',
          project: 'prj',
          environment: 'env',
          user: 'user',
          runner: 'rnr',
        };
        const id = new RegExp(`(?:^|/)${kinds[template[2]!]}:([^/]*)`).exec(path)?.[1];
        const value = template[1] === 'claims' ? own(claims, template[2]!) : id;
        return [typeof value === 'string' && value !== '' ? value : 'a'];
      })
      .join('/');
  const action = grant === undefined ? seed.action : instantiate(grant.actions[seed.pattern % grant.actions.length]!);
  const pattern = grant?.resources?.[seed.pattern % grant.resources.length];
  const isAboutNothing = grant !== undefined && pattern === undefined && seed.rule % 4 > 0;
  if (seed.shape === 'action' || isAboutNothing) return { ...base, action };
  return { ...base, action, resource: pattern === undefined ? seed.resource : instantiate(pattern) };
}

const clock: Arbitrary<number> = weighted(
  [4, fc.integer({ min: -6, max: 6 }).map((step) => NEW_YEAR + step * 10)],
  [2, fc.integer({ min: -60, max: 60 }).map((step) => NEW_YEAR + step)],
  [1, fc.integer({ min: -60, max: 60 }).map((step) => NEW_YEAR + step / 4)],
);

/** A loadable policy, with a token and a request that often concern it. `extra` rules come after those of the policy. */
export function scenario(extra?: RuleDoc['effect']): Arbitrary<Scenario & { extra: RuleDoc }> {
  return issuersArbitrary.chain((issuers) =>
    fc
      .record({
        token: tokenSeed,
        rules: weighted(
          [1, fc.array(ruleArbitrary(issuers), { maxLength: 2 })],
          [4, fc.array(ruleArbitrary(issuers), { minLength: 2, maxLength: 6 })],
        ),
        extra: ruleArbitrary(issuers, extra),
        request: requestSeed,
        now: clock,
      })
      .map((seed) => {
        const { token, target } = makeToken(seed.token, issuers, seed.now);
        const rules = seed.rules.map((rule, i): RuleDoc => ({ id: `r${i}`, ...rule(target) }));
        const added: RuleDoc = { id: 'extra', ...seed.extra(target) };
        const request = { ...makeRequest(seed.request, [...rules, added], target), now: seed.now };
        return { policy: { version: 1 as const, issuers, rules }, token, request, extra: added };
      }),
  );
}

// One question at a time, where the scenarios above would ask it too seldom.

const nearNewYear = { now: NEW_YEAR };

/** One allow or deny with one condition on one claim, beside an allow for everyone where it is a deny. */
export const claimScenario: Arbitrary<Scenario> = fc
  .record({
    claims: freeClaims,
    value: weighted<unknown>(
      [4, claimValue],
      [1, fc.constantFrom(2 ** 53 - 1, 2 ** 53, -(2 ** 53), -(2 ** 53) + 1)],
      [1, fc.array(scalarValue, { minLength: 1, maxLength: 3 })],
    ),
    key: weighted(
      [6, fc.constant('n')],
      [2, fc.constantFrom('/n/0', '/n/00', '/n/a')],
      [4, fc.constantFrom(...claimKeys)],
    ),
    aimed: aimedMatcher,
    any: matcherArbitrary,
    isAimed: fc.boolean(),
    effect: fc.constantFrom('allow' as const, 'deny' as const),
  })
  .map(({ claims, value, key, aimed, any, isAimed, effect }) => {
    const all: Claims = { ...claims, n: value };
    const matcher = isAimed ? aimed(loosely(all, key)) : any;
    const rule: RuleDoc = { id: 'judged', effect, when: { issuer: 'i', claims: Object.fromEntries([[key, matcher]]) } };
    const everyone: RuleDoc = { id: 'everyone', effect: 'allow', when: { issuer: 'i' } };
    return alone({ url: 'https://i.example', audiences: ['api'] }, effect === 'allow' ? [rule] : [rule, everyone], all);
  });

/** What a careless reader would find at a pointer: `length`, the method of a prototype, `00`. */
function loosely(claims: Claims, key: string): unknown {
  if (!key.startsWith('/')) return own(claims, key);
  const steps = key.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')); // prettier-ignore
  const found = steps.reduce<unknown>((value, step) => {
    return Object(value)[/^\d+$/.test(step) ? Number(step) : step] as unknown;
  }, claims);
  return typeof found === 'function' ? undefined : found;
}

/** One glob on one claim, both of the same few characters. */
export const globScenario: Arbitrary<Scenario> = fc
  .record({
    pattern: text(['a', 'a', 'b', '*', '*', '**', '/', '/', '/**/', '**/', '/**', '?', '.', 'é'], 6),
    value: text(['a', 'a', 'b', '/', '/', '*', '?', '.', 'é', '\u0007', '\u0085', '\u2028'], 7),
    isNegated: fc.boolean(),
    effect: fc.constantFrom('allow' as const, 'deny' as const),
  })
  .filter(({ pattern }) => pattern !== '' && (pattern.match(/\*/g) ?? []).length <= 8)
  .map(({ pattern: glob, value, isNegated, effect }) => {
    const matcher = isNegated ? { not: { glob } } : { glob };
    const rule: RuleDoc = { id: 'judged', effect, when: { issuer: 'i', claims: { n: matcher } } };
    const everyone: RuleDoc = { id: 'everyone', effect: 'allow', when: { issuer: 'i' } };
    return alone(
      { url: 'https://i.example', audiences: ['api'] },
      [rule, everyone].slice(0, effect === 'allow' ? 1 : 2),
      {
        n: value,
      },
    );
  });

/** One rule for everyone, so that all depends on what the scheme makes of the claims. */
export const principalScenario: Arbitrary<Scenario> = fc
  .record({
    subject: fc.constantFrom('gitpod', 'gitpod-v3', ['gitpod', 'gitpod-v3'], 'opaque', ['gitpod-v3'], ['gitpod-v3', 'gitpod']),
    principal: pathArbitrary,
    isSub: fc.boolean(),
    isIds: fc.boolean(),
    odd: fc.array(
      fc.tuple(
        fc.constantFrom(
          'sub', 'org', 'organization_id', 'project_id', 'environment_id', 'user_id', 'runner_id', 'service_account_id',
          'creator_id',
        ),
        fc.oneof(
          fc.constantFrom<unknown>('A', 'Ab', 'p', 'e', 'u', 's', 'r', '', '.', '..', '...', 'a:b', 'a/b', 'é', ' A', null, 5, ['A'], {}),
          text(['org:', 'A', '/', 'prj:', 'env:', 'user:', 'rnr:', 'sa:', 'e', '.', '%', '\n'], 8),
          fc.constantFrom('org:A/', 'org:Ab/prj:p/').chain((head) => text(['env:', 'user:', 'e', 'u', '/', '~', '-', '_'], 3).map((tail) => head + tail)),
        ),
      ),
      { maxLength: 2 },
    ),
  })
  .map(({ subject, principal: { path }, isSub, isIds, odd }) =>
    alone({ url: 'https://i.example', audiences: ['api'], subject }, [{ id: 'everyone', effect: 'allow', when: { issuer: 'i' } }], {
      sub: isSub ? path : 'v3',
      ...(isIds || !isSub ? idsOf(path) : {}),
      ...Object.fromEntries(odd),
    }),
  ); // prettier-ignore

function text(pieces: readonly string[], maxLength: number): Arbitrary<string> {
  return fc.array(fc.constantFrom(...pieces), { maxLength }).map((parts) => parts.join(''));
}

function alone(issuer: IssuerDoc, rules: RuleDoc[], claims: Claims): Scenario {
  const token = { issuer: issuer.url, claims: { sub: 'someone', aud: 'api', exp: NEW_YEAR + 60, ...claims } };
  return { policy: { version: 1, issuers: { i: issuer }, rules }, token, request: nearNewYear };
}

// Crowds.

/** Many rules at few places, told apart by claims alone. */
export const crowdedScenario: Arbitrary<Scenario> = fc
  .record({
    rules: fc.array(
      fc.record({
        issuer: fc.constantFrom('git', 'hub'),
        audience: fc.constantFrom(undefined, undefined, 'a', ['a', 'b']),
        subject: fc.constantFrom<OneOrMore<SubjectDoc> | undefined>(
          undefined, 'org:A', 'org:A/prj:P', { equals: 'org:A/env:E' }, { glob: 'org:*/prj:P/env:*' }, { glob: 'org:A/**' },
          { glob: 'org:A/prj:P*/env:E' }, ['org:A/prj:P', 'org:B'],
        ), // prettier-ignore
        claims: fc.constantFrom<Record<string, MatcherDoc> | undefined>(
          undefined, { repo: 'r1' }, { repo: 'r2' }, { repo: ['r1', 'r3'] }, { n: 1 }, { n: '1' }, { '/deep/x': true },
          { repo: 'r1', n: 1 }, { repo: { not: 'r1' } }, { '/repo': 'r1' },
        ), // prettier-ignore
        effect: weighted<'allow' | 'deny'>([6, fc.constant('allow')], [1, fc.constant('deny')]),
        mode: fc.constantFrom<RuleDoc['mode']>(undefined, 'enforce', 'audit'),
        action: fc.constantFrom('read', 'write', '*'),
      }),
      { minLength: 20, maxLength: 60 },
    ),
    issuer: fc.constantFrom('https://git.example', 'https://hub.example'),
    sub: fc.constantFrom('org:A/prj:P/env:E', 'org:A/env:E', 'org:B/user:U', 'org:A/prj:P2/env:E'),
    aud: fc.constantFrom<unknown>('a', 'b', ['a', 'b']),
    claims: fc.constantFrom<Claims>(
      {}, { repo: 'r1' }, { repo: 'r2', n: 1 }, { repo: 'r3', n: '1' }, { deep: { x: true } }, { deep: { x: 'true' } },
      { repo: ['r1'] },
    ), // prettier-ignore
    action: fc.constantFrom('read', 'write', undefined),
  })
  .map(({ rules, issuer, sub, aud, claims, action }): Scenario => ({
    policy: {
      version: 1,
      issuers: {
        git: { url: 'https://git.example', subject: 'gitpod', audiences: ['a', 'b'] },
        hub: { url: 'https://hub.example', audiences: ['a', 'b'] },
      },
      rules: rules.map(
        ({ issuer: name, audience, subject, claims: asked, effect, mode, action: granted }, i) =>
          compact({
            id: `r${String((i * 7919) % 1000)}`,
            effect,
            mode,
            when: compact({ issuer: name, audience, subject: name === 'hub' ? undefined : subject, claims: asked }),
            grants: [{ actions: [granted] }],
          }) as RuleDoc,
      ),
    },
    token: { issuer, claims: { iss: issuer, sub, aud, exp: NEW_YEAR + 60, ...claims } },
    request: compact({ action, now: NEW_YEAR }) as Request,
  }));
