import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { compilePolicy } from '../../src/decision/compile.ts';
import type { Diagnostic, LoadErrorCode } from '../../src/policy/diagnostic.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { runsOf } from '../runs.ts';

const numRuns = runsOf();

const schema: Schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/policy.schema.json'), 'utf8'));
// `unicode: false` counts UTF-16 code units, as columns are counted; names that every object has are no keys.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, ownProperties: true, unicode: false, logger: false });
const validate = ajv.compile(schema);

/** What only the parser can refuse, and why a schema cannot. What is refused in the text never becomes a value. */
const BEYOND_SCHEMA: Partial<Record<LoadErrorCode, string>> = {
  'number-too-large': 'inside a JWK anything may stand; elsewhere the schema has the bound',
  'issuer-url-invalid': 'a pattern cannot parse a url',
  'issuer-not-https': 'a pattern cannot tell what a host is, and so not whether it is loopback',
  'jwks-uri-invalid': 'a pattern cannot parse a url',
  'duplicate-issuer-url': 'compares values of several members',
  'duplicate-rule-id': 'compares values of several items',
  'unknown-issuer': 'compares with names elsewhere in the policy, which may be in another file',
  'audience-not-accepted': 'compares with the audiences of the issuers of the rule',
  'unknown-kind': 'the kinds of a rule depend on the schemes of its issuers; the schema knows all of them',
  'subject-wildcard': 'depends on the schemes of the issuers of the rule',
  'subject-invalid': 'depends on the schemes of the issuers of the rule',
  'subject-glob-unsupported': 'depends on the schemes of the issuers of the rule',
  'subject-schemes-mixed': 'the schema leaves lists of schemes to the parser, which names the place',
  'reserved-claim': 'depends on the schemes of the issuers of the rule',
  'invalid-pointer': 'the schema leaves names of claims to the parser',
  'clock-skew-too-large': 'a pattern cannot compare durations of several units',
  'invalid-time': 'a pattern cannot tell how many days a month has',
  'validity-reversed': 'compares two members',
  'invalid-glob': 'the schema leaves control characters to the parser; length and stars it has',
  'resource-not-canonical': 'the schema leaves paths to the parser, which proposes a canonical one',
  'invalid-template': 'the schema leaves templates to the parser, which names the variables',
};

const name = fc.constantFrom('g', 'v', 'o');
const duration = fc.constantFrom('0s', '30s', '5m', '1h', '7d');
const text = fc.constantFrom(
  'a',
  'b',
  'x y',
  'é',
  '😀',
  '1',
  'true',
  'null',
  '*',
  '#',
  'a: b',
  '-',
  '0x1F',
  'yes',
  '2026-01-01',
);
const scalar = fc.oneof(text, fc.integer({ min: -3, max: 3 }), fc.constantFrom(1.5, 2 ** 53 - 1), fc.boolean());
const glob = fc.constantFrom('*', 'a*', '*@example.com', 'a', '{a,b}', '********');
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 2 });
const oneOrMore = <T>(one: fc.Arbitrary<T>) => fc.oneof(one, some(one));
const positive = fc.oneof(
  oneOrMore(scalar),
  fc.record({ glob }),
  fc.record({ contains: oneOrMore(scalar) }),
  fc.record({ containsAny: some(scalar) }),
);
const matcher = fc.oneof(positive, fc.record({ not: positive }), fc.record({ present: fc.boolean() }));

const issuer = fc.record(
  {
    url: fc.constant('url'),
    audiences: fc.constant(['a', 'b']),
    algorithms: some(fc.constantFrom('RS256', 'ES256', 'EdDSA', 'Ed25519')),
    tokenType: some(fc.constantFrom('JWT', 'at+jwt')),
    maxLifetime: fc.constantFrom('1h', '24h'),
    clockSkew: fc.constantFrom('0s', '30s', '5m'),
    maxTokenAge: fc.constantFrom('1m', '1h'),
    jwks: fc.constantFrom<unknown>(
      { uri: 'https://g.example/keys' },
      { file: 'keys.json' },
      { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB', key_ops: [], x: null }] },
    ),
  },
  { requiredKeys: ['url', 'audiences'] },
);

const subjects = fc.constantFrom('org:A', 'org:A/prj:P', 'org:A/env:E');
const rule = fc.record(
  {
    id: fc.uuid(),
    description: text,
    effect: fc.constantFrom('allow', 'deny'),
    mode: fc.constantFrom('enforce', 'audit'),
    when: fc.record(
      {
        issuer: oneOrMore(name),
        audience: oneOrMore(fc.constantFrom('a', 'b')),
        subject: oneOrMore(fc.oneof(subjects, fc.constant({ equals: 'org:A/prj:P/env:E' }))),
        claims: fc.dictionary(fc.constantFrom('c', 'creator_email', '/a/0', '1', '__proto__', 'constructor'), matcher, {
          maxKeys: 3,
        }),
      },
      { requiredKeys: ['issuer'] },
    ),
    grants: some(
      fc.record(
        { actions: some(glob), resources: some(fc.constantFrom('a', 'a/**', 'a/${subject.org}/*', '${claims.x}')) },
        { requiredKeys: ['actions'] },
      ),
    ),
    ttl: duration,
    valid: fc.constantFrom<object>(
      {},
      { from: '2026-01-01T00:00:00Z' },
      { from: '2026-01-01T00:00:00Z', until: '2026-12-31T00:00:00.5+01:00' },
    ),
  },
  { requiredKeys: ['id', 'effect', 'when'] },
);

const documents = fc
  .record({ g: issuer, v: issuer, o: issuer, rules: fc.array(rule, { maxLength: 3 }), isMarked: fc.boolean() })
  .map(({ g, v, o, rules, isMarked }) => ({
    ...(isMarked ? { $schema: '../schemas/policy.schema.json' } : {}),
    version: 1,
    issuers: {
      g: { ...g, url: 'https://g.example', subject: 'gitpod' },
      v: { ...v, url: 'https://v.example', subject: ['gitpod', 'gitpod-v3'] },
      o: { ...o, url: 'http://localhost:8080' },
    },
    rules,
  }))
  .map((document): Json => JSON.parse(JSON.stringify(document)));

/** Values that stand in the wrong place, or are wrong everywhere. */
const values: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    1,
    2,
    -1,
    0.5,
    2 ** 53,
    -(2 ** 53),
    2 ** 53 - 1,
    '',
    ' ',
    '*',
    'a',
    'g',
    '1',
  ),
  fc.constantFrom<Json>(
    'allow',
    'deny',
    'audit',
    'gitpod',
    'opaque',
    'user',
    'subject',
    'none',
    'RS256',
    'HS256',
    '30s',
    '0s',
    '9d',
  ),
  fc.constantFrom<Json>(
    'https://g.example',
    'http://g.example',
    'org:A',
    'org:*',
    'a//b',
    '${x}',
    '${subject.org}',
    '2026-02-30T00:00:00Z',
  ),
  fc.constantFrom<Json>(
    'a\nb',
    '\u0001',
    '*'.repeat(9),
    'a'.repeat(257),
    'a'.repeat(513),
    'a'.repeat(2049),
    'a'.repeat(4097),
    '😀'.repeat(200),
  ),
  fc.constantFrom<Json>(
    [],
    {},
    [[]],
    [{}],
    [null],
    ['a'],
    ['a', 'a'],
    [''],
    ['*'],
    { a: 1 },
    { glob: 'a*' },
    { not: { not: 'a' } },
    { present: true },
  ),
  fc.constantFrom<Json>(
    { glob: 'a', contains: 'b' },
    { equals: 'org:A' },
    { uri: 'a', file: 'b' },
    Array.from({ length: 17 }, () => 'gitpod'),
  ),
);
const keys = fc.constantFrom(
  ...[
    'version',
    'issuers',
    'rules',
    'url',
    'subject',
    'audiences',
    'audience',
    'jwks',
    'keys',
    'kty',
    'id',
    'when',
    'valid',
    'from',
  ],
  ...[
    'issuer',
    'kind',
    'claims',
    'grants',
    'actions',
    'resources',
    'glob',
    'contains',
    'not',
    'equals',
    'present',
    'iss',
    '/sub',
    '/~',
  ],
  ...['', ' ', 'x', 'Version', '__proto__', 'constructor', 'toString', 'n'.repeat(257)],
);

interface Mutation {
  readonly operation: 'delete' | 'rename' | 'replace' | 'duplicate' | 'empty' | 'insert' | 'move';
  readonly at: number;
  readonly key: string;
  readonly value: Json;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  operation: fc.constantFrom('delete', 'rename', 'replace', 'duplicate', 'empty', 'insert', 'move'),
  at: fc.nat(10_000),
  key: keys,
  value: values,
});
const asText = fc.constantFrom<(document: Json) => string>(
  (document) => JSON.stringify(document),
  (document) => JSON.stringify(document, null, 2),
  (document) => stringify(document, { aliasDuplicateObjects: false }),
  (document) => stringify(document, { aliasDuplicateObjects: false, defaultStringType: 'QUOTE_SINGLE', indent: 4 }),
);

describe('the published schema and the parser', () => {
  test('accept the same documents', () => {
    fc.assert(
      fc.property(documents, asText, (document, write) => {
        expect(parse(write(document))).toEqual([]);
        expect(refusalsOf(document)).toEqual([]);
      }),
      { numRuns },
    );
  });

  test('refuse the same documents, wherever a schema can say why', () => {
    const outcomes = { both: 0, parser: 0, neither: 0 };
    const fewMutations = fc.array(mutation, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(documents, fewMutations, asText, (original, mutations, write) => {
        const document = mutations.reduce(mutate, structuredClone(original));
        const text = write(document);
        const refusals = refusalsOf(document);
        const diagnostics = parse(text);
        const within = diagnostics.filter(({ code }) => !(code in BEYOND_SCHEMA));
        outcomes[refusals.length > 0 ? 'both' : diagnostics.length > 0 ? 'parser' : 'neither'] += 1;
        if (refusals.length > 0)
          expect({ text, refusals, diagnostics }).not.toEqual({ text, refusals, diagnostics: [] });
        else expect({ text, within }).toEqual({ text, within: [] });
      }),
      { numRuns },
    );
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(numRuns / 100 - 5);
  });

  test.each(Object.keys(BEYOND_SCHEMA))('give the parser a reason of its own for %s', (code) => {
    const union = readFileSync(join(import.meta.dirname, '../../src/policy/diagnostic.ts'), 'utf8');
    expect(union).toContain(`| '${code}'`);
  });

  test('agree that what every object has is no key of a document', () => {
    for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const document = JSON.parse(`{"version":1,${JSON.stringify(key)}:{}}`) as Json;
      expect(refusalsOf(document)).not.toEqual([]);
      expect(parse(JSON.stringify(document)).map(({ code }) => code)).toEqual(['unknown-key']);
    }
    expect(refusalsOf({})).not.toEqual([]);
  });
});

/** A place of the schema: its path with `*` for any name and index, itself, and what it refers to. */
interface Place {
  readonly path: string;
  readonly at: Schema;
}
const places = placesOf(schema, '');

describe('an editor that reads the schema', () => {
  test.each(places.filter(({ path }) => !path.endsWith('/*')).map((place) => [place.path, place] as const))(
    'explains %s',
    (_path, { at }) => {
      expect(at.description ?? '').toMatch(/^.{10,}\.$/s);
    },
  );

  test.each(Object.keys(schema.properties ?? {}))('shows examples of the top-level key %s', (key) => {
    expect(places.find(({ path }) => path === `/${key}`)?.at.examples ?? []).not.toEqual([]);
  });

  const examples = places.flatMap(({ path, at }) => (at.examples ?? []).map((example) => [path, example] as const));
  test('finds examples', () => expect(examples.length).toBeGreaterThan(20));

  test.each(examples)('shows at %s an example that loads: %j', (path, example) => {
    const document = withExample(path, example);
    expect(refusalsOf(document)).toEqual([]);
    expect(parse(stringify(document))).toEqual([]);
  });

  test.each(places.filter(({ at }) => at.default !== undefined).map(({ path, at }) => [path, at.default!] as const))(
    'is told that %s is %j where it is left out',
    (path, value) => {
      const digest = (document: Json): string => {
        const { policy, diagnostics } = parsePolicy([{ file: 'p', text: JSON.stringify(document) }]);
        return policy === undefined ? JSON.stringify(diagnostics) : compilePolicy(policy).digest;
      };
      const without = dropAt(BASE, path);
      expect(digest(without)).toMatch(/^[0-9a-f]{64}$/);
      expect(digest(withExample(path, value, without))).toBe(digest(without));
    },
  );
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

function refusalsOf(document: Json): string[] {
  return validate(document)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function parse(text: string): Diagnostic[] {
  return parsePolicy([{ file: 'p.yaml', text }]).diagnostics;
}

/** Changes one place of a document: the `at`-th member of anything in it. */
function mutate(document: Json, { operation, at, key, value: drawn }: Mutation): Json {
  // Values are shared by all runs, and what is inserted may be changed by the next mutation.
  const value = structuredClone(drawn);
  const members = membersOf(document);
  const member = members[at % members.length];
  if (member === undefined) return value;
  const { parent, step } = member;
  const original = structuredClone(read(parent, step));
  const other = members[(at * 7 + 3) % members.length]!;
  switch (operation) {
    case 'delete':
      remove(parent, step);
      break;
    case 'rename':
      remove(parent, step);
      write(parent, Array.isArray(parent) ? 0 : key, original);
      break;
    case 'replace':
      write(parent, step, value);
      break;
    case 'duplicate':
      write(parent, Array.isArray(parent) ? parent.length : key, original);
      break;
    case 'empty':
      write(parent, step, Array.isArray(original) ? [] : typeof original === 'object' ? {} : '');
      break;
    case 'insert':
      write(parent, Array.isArray(parent) ? parent.length : key, value);
      break;
    case 'move':
      write(other.parent, other.step, original);
      break;
  }
  return document;
}

type Container = Json[] | { [key: string]: Json };

function membersOf(value: Json): { parent: Container; step: string | number }[] {
  if (typeof value !== 'object' || value === null) return [];
  const steps = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
  return steps.flatMap((step) => [{ parent: value, step }, ...membersOf(read(value, step))]);
}

function read(container: Container, step: string | number): Json {
  return (container as Record<string, Json>)[step]!;
}

/** Also writes `__proto__` as a member. */
function write(container: Container, step: string | number, value: Json): void {
  Object.defineProperty(container, step, { value, enumerable: true, configurable: true, writable: true });
}

function remove(container: Container, step: string | number): void {
  if (Array.isArray(container)) container.splice(Number(step), 1);
  else Reflect.deleteProperty(container, step);
}

/** All places of a document that a schema knows, with what `$ref` adds. */
function placesOf(at: Schema, path: string): Place[] {
  const target = at.$ref === undefined ? at : { ...schema.$defs?.[at.$ref.replace('#/$defs/', '')], ...at };
  const members = Object.entries(target.properties ?? {}).flatMap(([key, child]) => placesOf(child, `${path}/${key}`));
  const others = [target.items, target.additionalProperties].filter((child) => typeof child === 'object');
  return [
    ...(path === '' ? [] : [{ path, at: target }]),
    ...members,
    ...others.flatMap((child) => placesOf(child, `${path}/*`)),
  ];
}

/** A document with an example at a place of the schema. */
function withExample(path: string, example: Json, document: Json = BASE): Json {
  const [step, ...rest] = path.split('/').slice(1);
  if (step === undefined) return structuredClone(example);
  const below = rest.length === 0 ? '' : `/${rest.join('/')}`;
  const lists = ['rules', 'grants', 'audiences', 'keys', 'algorithms', 'tokenType', 'actions', 'resources'];
  if (step !== '*') {
    const object = typeof document === 'object' && !Array.isArray(document) ? { ...document } : {};
    const fresh: Json =
      rest[0] === '*' && (lists.includes(step) || ['subject', 'kind', 'contains', 'containsAny'].includes(step))
        ? []
        : {};
    return { ...object, [step]: withExample(below, example, object[step] ?? fresh) };
  }
  if (Array.isArray(document)) return [withExample(below, example, document[0] ?? {}), ...document.slice(1)];
  const key = Object.keys(document as object)[0] ?? 'creator_email';
  const members = document as Record<string, Json>;
  return { ...members, [key]: withExample(below, example, members[key] ?? {}) };
}

/** Without what stands at a place. */
function dropAt(document: Json, path: string): Json {
  const copy = structuredClone(document);
  const steps = path.split('/').slice(1);
  const last = steps.pop()!;
  let at = copy as Record<string, Json>;
  for (const step of steps) at = at[step === '*' ? Object.keys(at)[0]! : step] as Record<string, Json>;
  Reflect.deleteProperty(at, last);
  return copy;
}

const BASE: Json = {
  version: 1,
  issuers: { gitpod: { url: 'https://gitpod.example', subject: 'gitpod', audiences: ['https://secrets.example.com'] } },
  rules: [{ id: 'r', effect: 'allow', when: { issuer: 'gitpod' }, grants: [{ actions: ['read'] }] }],
};
