/** Policy documents over the whole language, keys in canonical order; some of them with mistakes a formatter must bear. */
import fc, { type Arbitrary } from 'fast-check';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const AUDIENCES = ['https://a.example', 'https://b.example', 'plain audience'];

const prose = fc.oneof(
  fc.constantFrom(
    'Environments of the payments project read its secrets.',
    "It's a rule, so: mind it",
    'ends with a colon:',
    ' space around ',
    'two\nlines',
    'lines\n\n  and more\nof them\n',
    'kept\n\n',
    'R&D #1 | "quoted" \\ 100%',
    '\ttab\u0000\u200b\u{e0001}',
    'I \u2764\ufe0f it, \u2764\ufe0f: so',
    '- dash',
    '---',
    '...',
    'a very long description that goes on and on, well beyond any column at which a line might be thought to end, really',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.string({ minLength: 1, maxLength: 30 }),
);

const SURPRISING = [
  'yes',
  'null',
  '~',
  'true',
  '1',
  '1.0',
  '0x1F',
  '1e3',
  '2026-01-01',
  '0777',
  '.inf',
  '<<',
  '*',
  '',
  '=',
];

const scalar: Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(...SURPRISING, 'a, b', '[x]', '{y}', 'x:y', '@me', 'x@example.com'),
  prose.filter((text) => text !== ''),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom<Json>(true, false, 0.5, 1e15),
);

const list = <T extends Json>(one: Arbitrary<T>): Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: 4 });

const { matcher } = fc.letrec<{ matcher: Json; plain: Json }>((tie) => ({
  plain: fc.oneof(
    scalar,
    list(scalar),
    fc.record({ glob: fc.constantFrom('*@example.com', 'a/**', 'x') }),
    fc.record({ contains: fc.oneof(scalar, list(scalar)) }),
    fc.record({ containsAny: list(scalar) }),
  ),
  matcher: fc.oneof(
    { weight: 4, arbitrary: tie('plain') },
    fc.record({ present: fc.boolean() }),
    fc.record({ not: tie('plain') }),
  ),
}));

const claims = fc.dictionary(
  fc.oneof(fc.constantFrom('email', '/a/b', 'yes', '1', 'a: b', 'c, d', '__proto__', 'key'.repeat(400)), id),
  matcher,
  { minKeys: 1, maxKeys: 3 },
);

const issuerOf = (name: string): Arbitrary<Json> =>
  record(
    { url: fc.constant(`https://${name}.example`), audiences: fc.constant(AUDIENCES) },
    {
      subject: fc.constantFrom<Json>('gitpod', ['gitpod', 'gitpod-v3'], ['gitpod']),
      jwks: fc.constantFrom<Json>(
        { uri: 'https://k.example/jwks' },
        { file: 'keys.json' },
        { keys: [{ kty: 'RSA', n: 'A' }] },
      ),
      algorithms: fc.constantFrom<Json>(['RS256'], ['RS256', 'ES256']),
      tokenType: fc.constantFrom<Json>(['JWT'], ['JWT', 'at+jwt']),
      maxLifetime: fc.constantFrom<Json>('1h', '24h'),
      clockSkew: fc.constantFrom<Json>('30s', '0s'),
      maxTokenAge: fc.constantFrom<Json>('30m'),
    },
    ['url', 'subject', 'audiences', 'jwks', 'algorithms', 'tokenType', 'maxLifetime', 'clockSkew', 'maxTokenAge'],
  );

const subject = fc.constantFrom<Json>(
  'org:A',
  'org:A/prj:P',
  { equals: 'org:A/user:1' },
  { glob: 'org:A/prj:*/env:*' },
);

const when: Arbitrary<Json> = record(
  { issuer: fc.constantFrom<Json>('one', 'two', ['one', 'two']) },
  {
    audience: fc.constantFrom<Json>('https://a.example', AUDIENCES),
    subject: fc.oneof(subject, list(subject)),
    kind: fc.constantFrom<Json>('user', ['user', 'runner']),
    claims,
  },
  ['issuer', 'audience', 'subject', 'kind', 'claims'],
);

const grant: Arbitrary<Json> = record(
  { actions: list(fc.constantFrom<Json>('read', '*', 'write me')) },
  { resources: list(fc.constantFrom<Json>('secret/**', 'a/${subject.project}/**', 'plain/path', 'a, b/c')) },
  ['actions', 'resources'],
);

const valid = fc.constantFrom<Json>(
  { from: '2026-01-01T00:00:00Z' },
  { from: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00+02:00' },
);

const ruleOf = (name: string): Arbitrary<Json> =>
  record(
    { id: fc.constant(name), effect: fc.constantFrom<Json>('allow', 'deny'), when },
    {
      description: prose,
      mode: fc.constantFrom<Json>('enforce', 'audit'),
      grants: list(grant),
      ttl: fc.constant('15m'),
      valid,
    },
    ['id', 'description', 'effect', 'mode', 'when', 'grants', 'ttl', 'valid'],
  );

const rules = fc.uniqueArray(id, { maxLength: 3 }).chain((names) => fc.tuple(...names.map(ruleOf)) as Arbitrary<Json>);

/** Mistakes of shape, by the place where they are put: a formatter leaves them to others. */
const mistake = fc.constantFrom<Json>(
  {},
  { surprise: 1 },
  { rules: null },
  { issuers: [] },
  { rules: [[['x']], {}, []] },
);

export const documents: Arbitrary<Json> = fc
  .tuple(
    record(
      {
        version: fc.constant(1),
        issuers: record({ one: issuerOf('one'), two: issuerOf('two') }, {}, ['one', 'two']),
        rules,
      },
      { $schema: fc.constant('./policy.schema.json') },
      ['$schema', 'version', 'issuers', 'rules'],
    ),
    fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, mistake),
  )
  .map(([document, wrong]) => ({ ...(document as object), ...(wrong as object) }));

function record(
  required: Record<string, Arbitrary<Json>>,
  optional: Record<string, Arbitrary<Json>>,
  order: readonly string[],
): Arbitrary<Json> {
  return fc
    .record({ ...required, ...optional }, { requiredKeys: Object.keys(required) })
    .map((value) => Object.fromEntries(order.filter((key) => key in value).map((key) => [key, value[key] as Json])));
}
