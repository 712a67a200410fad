import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../../src/policy/parse.ts';

/** What is written in a file or several, and what is said of it: where, by what code, and how to mend it. */
type Row = readonly [text: string | readonly string[], said: string];

const ISSUERS = `version: 1
issuers:
  g: { url: https://g.example, subject: gitpod, audiences: [a, b] }
  o: { url: https://o.example, audiences: [o] }
`;

const UNCANONICAL =
  '1.yaml:7:42 resource-not-canonical: a resource is non-empty segments joined by `/`, none of them `.` or `..`';

const OF_ISSUERS: readonly Row[] = [
  [
    [ISSUERS, 'version: 1\nissuers: { o: { url: https://p.example, audiences: [a] } }\n'],
    '2.yaml:2:12 duplicate-issuer: the issuer `o` is already defined at 1.yaml:4 (help: define an issuer once, with all its audiences)',
  ],
  [
    `${ISSUERS}  p: { audiences: [a], url: https://o.example }\n`,
    '1.yaml:5:29 duplicate-issuer-url: the issuer `o` at 1.yaml:4 has this url already (help: an issuer has one name; let rules refer to that one)',
  ],
  [
    issuer('url: http://p.example'),
    '1.yaml:5:13 issuer-not-https: `http://p.example` is not https; `http:` is for loopback alone',
  ],
  [issuer('url: ftp://p.example'), '1.yaml:5:13 issuer-url-invalid: `ftp://p.example` is not an https url'],
  [
    issuer('url: https://p.example, clockSkew: 301s'),
    '1.yaml:5:43 clock-skew-too-large: clocks may differ by at most 5 minutes (help: synchronise the clocks rather than accept old tokens)',
  ],
  [
    issuer('url: https://p.example, subject: [gitpod, opaque, gitpod-v3]'),
    '1.yaml:5:50 subject-schemes-mixed: every token has an opaque subject, so no other scheme could be told from it (help: remove `opaque` from the list, or the others)',
  ],
  [
    issuer('url: https://p.example, subject: gitlab'),
    '1.yaml:5:41 unknown-subject-scheme: `gitlab` is not a subject scheme (help: known are `gitpod`, `gitpod-v3`, `opaque`)',
  ],
  [
    issuer('url: https://p.example, algorithms: [None]'),
    '1.yaml:5:45 algorithm-forbidden: `none` means no signature at all (help: use one of `RS256`, `PS256`, `ES256`, `EdDSA`, `Ed25519`)',
  ],
  [
    issuer('url: https://p.example, algorithms: [hs512]'),
    '1.yaml:5:45 algorithm-forbidden: `hs512` is signed with a secret that every relying party would have to share (help: use one of `RS256`, `PS256`, `ES256`, `EdDSA`, `Ed25519`)',
  ],
  [
    issuer('url: https://p.example, jwks: { uri: http://p.example/k }'),
    '1.yaml:5:45 jwks-uri-invalid: `http://p.example/k` is not https; `http:` is for loopback alone',
  ],
  [
    issuer('url: https://p.example, jwks: { uri: https://p.example/k, keys: [{ kty: RSA }] }'),
    '1.yaml:5:32 jwks-source-count: keys come from exactly one of `uri`, `file`, `keys`',
  ],
  [
    issuer('url: https://p.example, maxLifetime: soon'),
    '1.yaml:5:45 invalid-duration: this is not a duration (help: write digits and a unit: `30s`, `15m`, `24h`, `7d`)',
  ],
];

const OF_RULES: readonly Row[] = [
  [
    [rule('issuer: g'), 'version: 1\nrules: [{ effect: deny, id: r, when: { issuer: g } }]\n'],
    '2.yaml:2:29 duplicate-rule-id: the rule at 1.yaml:5 has this id already (help: give every rule an id of its own)',
  ],
  [rule('issuer: [g, x]'), '1.yaml:6:25 unknown-issuer: no issuer is called `x` (help: known are `g`, `o`)'],
  [
    rule('issuer: g, audience: [a, o]'),
    '1.yaml:6:38 audience-not-accepted: tokens of issuer `g` are not accepted for `o` (help: known are `a`, `b`)',
  ],
  [
    rule('issuer: [g, o], audience: x'),
    '1.yaml:6:39 audience-not-accepted: tokens of these issuers are not accepted for `x` (help: known are `a`, `b`, `o`)',
  ],
  [
    rule('issuer: o, audience: "*"'),
    '1.yaml:6:34 audience-wildcard: `*` is not an audience: a token for anybody is for nobody (help: name the audience that tokens for this service carry in `aud`)',
  ],
  [
    rule('issuer: o, kind: group'),
    '1.yaml:6:30 unknown-kind: principals of these issuers are never of kind `group` (help: known are `subject`)',
  ],
  [
    rule('issuer: g', 'valid: { from: 2026-01-02T00:00:00Z, until: 2026-01-01T00:00:00Z }'),
    '1.yaml:7:49 validity-reversed: `until` is not after `from`, so the rule is never in force (help: exchange the two)',
  ],
  [
    rule('issuer: g', 'valid: { from: 2026-02-29T00:00:00Z }'),
    '1.yaml:7:20 invalid-time: there is no such time as `2026-02-29T00:00:00Z`',
  ],
  [
    rule('issuer: g', 'valid: { until: 2026-02-28 }'),
    '1.yaml:7:21 invalid-time: this is not a time (help: write a time with its offset (RFC 3339), such as `2026-01-01T00:00:00Z`)',
  ],
  [
    rule('issuer: g, subject: {}'),
    '1.yaml:6:24 empty-operator: the operator is missing (help: one of `equals`, `glob`)',
  ],
];

const OF_CLAIMS: readonly Row[] = [
  [
    claim('"/a~b": x'),
    '1.yaml:6:34 invalid-pointer: `/a~b` is not a JSON pointer (RFC 6901) (help: write `~0` for `~` and `~1` for `/` in a name)',
  ],
  [claim('iss: x'), reserved('iss', 'use the condition `issuer`')],
  [claim('sub: x'), reserved('sub', 'use the condition `subject`')],
  [claim('aud: x'), reserved('aud', 'use the condition `audience`')],
  [claim('exp: x'), reserved('exp', 'use `valid` for the times of a rule; a token is checked against `exp` always')],
  [claim('nbf: x'), reserved('nbf', 'use `valid` for the times of a rule; a token is checked against `nbf` always')],
  [claim('iat: x'), reserved('iat', 'use `maxTokenAge` of the issuer, or `valid` for the times of a rule')],
  [claim('/org/0: x'), reserved('org', 'it becomes the subject: use the condition `subject`')],
  [
    claim('c: { glob: "a\\u0085b" }'),
    '1.yaml:6:45 invalid-glob: the pattern has a control character, which no value it matches could have',
  ],
  [claim(`c: { glob: "${'*'.repeat(9)}" }`), '1.yaml:6:45 invalid-glob: the pattern has more than 8 stars'],
  [
    claim('c:'),
    '1.yaml:6:37 wrong-type: expected a string or a number or true or false or a list or a map, found nothing (help: null matches nothing; write `{ present: false }` for a claim that must be absent)',
  ],
  [
    claim('c: {}'),
    '1.yaml:6:34 empty-operator: the operator is missing (help: one of `glob`, `contains`, `containsAny`, `present`, `not`)',
  ],
  [
    claim('c: { not: { glob: x, contains: y } }'),
    '1.yaml:6:39 several-operators: more than one operator (help: one operator an object; a list of subjects, or a second rule, says more)',
  ],
];

const OF_GRANTS: readonly Row[] = [
  [
    grant('actions: ["${subject.org}"]'),
    '1.yaml:7:26 invalid-template: templates stand in `resources` only (help: name the action)',
  ],
  [
    grant('actions: ["a\\u0085b"]'),
    '1.yaml:7:26 invalid-glob: the pattern has a control character, which no value it matches could have',
  ],
  [grant(`actions: ["${'*'.repeat(9)}"]`), '1.yaml:7:26 invalid-glob: the pattern has more than 8 stars'],
  [resource('a*b*c*d*e*f*g*h*i*'), '1.yaml:7:42 invalid-glob: the pattern has more than 8 stars'],
  [resource('/a//./b/'), `${UNCANONICAL} (help: did you mean \`a/b\`?)`],
  [resource('a/../b'), UNCANONICAL],
  [resource('/'), UNCANONICAL],
  [
    resource('a/${subject.org'),
    '1.yaml:7:42 invalid-template: the template in `${subject.org` is not closed within its segment (help: write `${name}` as a whole segment)',
  ],
  [
    resource('a/x${subject.org}'),
    '1.yaml:7:42 invalid-template: the template in `x${subject.org}` is not a whole segment (help: write `…/${name}/…`)',
  ],
  [
    resource('a/${subject.orgs}'),
    '1.yaml:7:42 invalid-template: `subject.orgs` is not a variable (help: did you mean `subject.org`?)',
  ],
  [
    resource('${x}'),
    '1.yaml:7:42 invalid-template: `x` is not a variable (help: known are `subject.org`, `subject.project`, `subject.environment`, `subject.user`, `subject.runner`, `claims.NAME`)',
  ],
];

const OF_FILES: readonly Row[] = [
  [
    'version: 2\n',
    '1.yaml:1:10 unsupported-version: `2` is not a version of the policy language that is known here (help: write `version: 1`)',
  ],
  [issuer('url:'), '1.yaml:5:12 wrong-type: expected a string, found nothing (help: the value is missing)'],
];

describe.each<[about: string, rows: readonly Row[]]>([
  ['a file', OF_FILES],
  ['an issuer', OF_ISSUERS],
  ['a rule', OF_RULES],
  ['a claim', OF_CLAIMS],
  ['a grant', OF_GRANTS],
])('what is said of %s', (_about, rows) => {
  test.each(rows.map(([text, said]) => [said, text] as const))('%s', (said, text) => {
    const sources = [text].flat().map((one, i) => ({ file: `${String(i + 1)}.yaml`, text: one }));
    const { diagnostics } = parsePolicy(sources);
    expect(
      diagnostics.map(({ code, message, help, at: { file, line, column } }) => {
        const mend = help === undefined ? '' : ` (help: ${help})`;
        return `${file}:${String(line)}:${String(column)} ${code}: ${message}${mend}`;
      }),
    ).toEqual([said]);
  });
});

/** A third issuer, on line 5. */
function issuer(said: string): string {
  return `${ISSUERS}  p: { ${said}, audiences: [a] }\n`;
}

/** A rule on line 5, with its conditions on line 6 and something more on line 7. */
function rule(when: string, more = 'mode: audit'): string {
  return `${ISSUERS}rules: [{ id: r, effect: deny,\n    when: { ${when} },\n    ${more} }]\n`;
}

function claim(said: string): string {
  return rule(`issuer: g, claims: { ${said} }`);
}

function grant(said: string): string {
  return rule('issuer: g', `grants: [{ ${said} }]`);
}

function resource(pattern: string): string {
  return grant(`actions: [a], resources: ["${pattern}"]`);
}

function reserved(name: string, help: string): string {
  return `1.yaml:6:34 reserved-claim: the claim \`${name}\` has a condition of its own (help: ${help})`;
}
