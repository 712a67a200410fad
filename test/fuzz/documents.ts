/** Good policies, pieces that matter to YAML and to the language, and a grammar of documents around both. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Grammar } from './grammar.ts';

const policies = join(process.cwd(), 'policies');
const EVERYTHING = {
  version: 1,
  issuers: {
    gitpod: {
      url: 'https://g.example', subject: ['gitpod', 'gitpod-v3'], audiences: ['x', 'y'], algorithms: ['RS256', 'ES256'],
      jwks: { uri: 'https://g.example/jwks' }, tokenType: ['JWT', 'at+jwt'], maxLifetime: '1h', clockSkew: '30s', maxTokenAge: '5m',
    },
    opaque: { url: 'https://o.example/a', audiences: ['x'], jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A' }] } },
  },
  rules: [
    {
      id: 'all-of-it', description: 'two\nlines', effect: 'allow', mode: 'audit', ttl: '15m',
      valid: { from: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00.5+02:00' },
      when: {
        issuer: 'gitpod', audience: ['x', 'y'], subject: ['org:A', { equals: 'org:A/user:U' }, { glob: 'org:*/prj:p*/**' }],
        kind: ['user', 'environment'],
        claims: { team: ['a', 1, true], email: { glob: '*@x.io' }, '/a/0/b~1c': { contains: ['a', 'b'] }, n: { not: { containsAny: [1] } }, p: { present: false } },
      },
      grants: [{ actions: ['read', 'secret/*'], resources: ['s/**', 's/${subject.project}/*', 't/${claims.team}'] }, { actions: ['*'] }],
    },
    { id: 'no', effect: 'deny', when: { issuer: ['gitpod', 'opaque'], subject: 'org:A/env:E' } },
  ],
}; // prettier-ignore

/** Texts of policies that load. */
export const corpus: readonly string[] = [
  ...readdirSync(policies)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(join(policies, file), 'utf8')),
  JSON.stringify(EVERYTHING),
  JSON.stringify(EVERYTHING, null, 2),
  'version: 1\nissuers:\n  i: { url: https://i.example, audiences: [x] } # one\nrules:\n  - id: r # two\n    effect: allow\n    when: { issuer: i }\n',
  'version: 1\nrules: []\n',
];

// prettier-ignore
export const dictionary: readonly string[] = [
  ': ', ':', '- ', '-', '? ', ', ', '[', ']', '{', '}', '"', "'", '|', '|-', '|2+', '>', '>-', '#', ' #', ' # ', '&a ', '*a', '!a ', '!!str ', '! ',
  '%', '@', '`', '\n', '\n\n', '\r\n', '\r', '\t', '  ', ' ', '\\', '\\u0000', '\\ud83d', '\\x41', '\\/', '---', '...', '\n---\n', '%YAML 1.2\n', '<<: ', '~',
  'null', 'true', 'yes', '0', '1', '-0', '0o17', '0x1F', '.inf', '.nan', '+1', '1_000', '1e400', '9007199254740993', '1.0', '0777', '2026-01-01',
  '\u200b', '\ufeff', '\u202e', '\u2028', '\u0085', '\ud800', '😀', 'é', '\0', '__proto__', 'constructor', 'toString', 'version', 'issuers', 'rules',
  'when', 'issuer', 'subject', 'claims', 'grants', 'resources', 'actions', 'present', 'not', 'glob', 'equals', 'contains', 'containsAny', 'valid', 'from',
  'until', 'ttl', 'mode', 'allow', 'deny', 'org:*', '**', '*', '${', '${subject.org}', '${claims.', '}', '/../', '~2', '30s', '999999999999d', 'https://',
  'http://localhost:1', 'https://u:p@h', 'gitpod', 'opaque', 'user',
];

export const yaml: Grammar = {
  start: ['<flow>\n', '<block>\n', '<block>\n<block>\n', 'version: 1\n<block>\n', 'version: 1\nissuers: <flow>\nrules: <flow>\n', '<odd><block>\n', '<block>\n<odd>'],
  block: ['<key>: <scalar>', '<key>: <flow>', '<key>:\n  - <scalar>\n  - <flow>', '- <flow>\n- <scalar>', '<key>: |<keep>\n  <word>\n  <word>', '<key>: <note>\n  <key>: <flow>', '? <flow>\n: <flow>', '<key>:\n  <key>:\n  - <key>: <scalar> <note>\n    <key>: <flow>'],
  keep: ['', '-', '+', '2', '2-', '9'],
  note: ['', '# <word>', '#<word>', '  # <word>\n'],
  flow: ['<scalar>', '[]', '{}', '[<flow>]', '[<flow>, <flow>]', '[ <flow>,\n <flow> ]', '{<key>: <flow>}', '{ <key>: <flow>, <key>: <flow> }', '{"<word>":<flow>}'],
  key: ['<word>', '"<word>"', "'<word>'", '<number>', 'version', 'issuers', 'rules', '<<', '[<word>]', '<odd>'],
  scalar: ['<word>', '"<word>"', "'<word>'", '<number>', '"<escape><word>"', '"<word>\n  <word>"', '<odd>', '<word> <word>', ''],
  word: ['a', 'b', 'true', 'null', 'a b', 'a:b', 'a#b', '-', 'é', '😀', '__proto__', 'yes', ''],
  number: ['1', '0', '-0', '1.5', '1e3', '0x1F', '0o7', '.5', '-.inf', '9007199254740992', '0777', '1_0', '+1'],
  escape: ['\\n', '\\u00e9', '\\ud83d\\ude00', '\\ud83d', '\\x00', '\\/', '\\"', '\\N', '\\U0001F600', '\\q'],
  odd: ['&a ', '*a', '!t ', '---\n', '...\n', '%YAML 1.2\n', '\ufeff', '\u200b', '\t', '\0', '\ud800', '@', '`'],
}; // prettier-ignore
