import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../../src/policy/diagnostic.ts';
import { parsePolicy } from '../../src/policy/parse.ts';

/** A name that completes "a policy is refused where …", a file or several, and what is reported, in order. */
type Row = readonly [name: string, text: string | readonly string[], expected: readonly string[]];

const ISSUER = 'g: { url: https://g.example, subject: gitpod, audiences: [a, b] }';

/** Every kind of issuer that a rule can name; what is tried follows on line 10. */
const RULE = `version: 1
issuers:
  ${ISSUER}
  v: { url: https://v.example, subject: gitpod-v3, audiences: [c] }
  m: { url: https://m.example, subject: [gitpod, gitpod-v3], audiences: [c] }
  o: { url: https://o.example, audiences: [o] }
rules:
  - id: r
    effect: allow
`;

/** On one line, of characters that can be seen; neither a capital at its start nor a stop at its end. */
const SENTENCE = /^(?:(?![A-Z])|(?=YAML))(?:(?![\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]).)*[^.\s]$/u;

const MOST_BYTES = 1024 * 1024;

const TEXT: readonly Row[] = [
  ['the file has one byte more than 1 MiB', ofBytes(MOST_BYTES + 1, 'x'), ['file-too-large 1:1-1:1']],
  ['it has more bytes than 1 MiB, though fewer characters', ofBytes(MOST_BYTES + 1, '€'), ['file-too-large 1:1-1:1']],
  ['it begins with a byte order mark', '\uFEFFversion: 1\n', ['byte-order-mark 1:1-1:2']],
  ['a byte order mark is all it has', '\uFEFF', ['byte-order-mark 1:1-1:2']],
  [
    'a second byte order mark follows the first',
    '\uFEFF\uFEFFversion: 1\n',
    ['byte-order-mark 1:1-1:2', 'invisible-character 1:2-1:3'],
  ],
  ['a carriage return stands alone', 'version: 1\rrules: []\n', ['invisible-character 1:11-1:12']],
  ['a carriage return stands before a line end', 'version: 1\r\r\n', ['invisible-character 1:11-1:12']],
  ['the first half of a pair stands alone', 'version: 1 # \ud83d x\n', ['invalid-unicode 1:14-1:15']],
  ['the second half of a pair stands alone', 'version: 1 # \ude00 x\n', ['invalid-unicode 1:14-1:15']],
  [
    'the halves of a pair are exchanged',
    'version: 1 # \ude00\ud83d\n',
    ['invalid-unicode 1:14-1:15', 'invalid-unicode 1:15-1:16'],
  ],
  ['an escape makes half of a pair', 'version: 1\n$schema: "\\ud83d"\n', ['invalid-unicode 2:10-2:18']],
  ['a long escape makes half of a pair', 'version: 1\n$schema: "\\U0000dc00"\n', ['invalid-unicode 2:10-2:22']],
  ['a key has half of a pair', '{"version":1,"\\ud800":1}', ['invalid-unicode 1:14-1:22']],
  [
    'several characters cannot be seen',
    'version: 1 # \u202e\nrules: [] # \u200b\u00a0\n',
    ['invisible-character 1:14-1:15', 'invisible-character 2:13-2:14', 'invisible-character 2:14-2:15'],
  ],
];

const YAML: readonly Row[] = [
  ['there is nothing', '', ['wrong-type 1:1-1:1']],
  ['there is only a comment', '# nothing\n', ['wrong-type 1:1-1:1']],
  ['the file is a scalar', 'version\n', ['wrong-type 1:1-1:8']],
  ['the file is a list', '- version: 1\n', ['wrong-type 1:1-2:1']],
  ['a bracket is not closed', 'version: 1\nrules: [\n', ['yaml-syntax 3:1-3:1']],
  ['a bracket closes nothing', 'version: 1\nissuers: {}\n]\n', ['yaml-syntax 3:1-3:2']],
  ['a quote is not closed', 'version: 1\n$schema: "x\n', ['yaml-syntax 3:1-3:1']],
  ['an escape is unknown', 'version: 1\n$schema: "\\q"\n', ['yaml-syntax 2:11-2:12']],
  ['an escape is beyond Unicode', 'version: 1\n$schema: "\\U00110000"\n', ['yaml-syntax 2:11-2:12']],
  [
    'a tab indents',
    'version: 1\nissuers:\n\tg: {}\n',
    ['wrong-type 2:9-2:9', 'yaml-syntax 3:1-3:2', 'unknown-key 3:2-3:3'],
  ],
  [
    'a colon is missing before a value',
    "version: 1\n? '$schema' x\n",
    ['wrong-type 2:12-2:12', 'yaml-syntax 2:13-2:14'],
  ],
  ['a colon follows a value', 'version: 1\n$schema: b: c\n', ['wrong-type 2:1-2:8', 'yaml-syntax 2:10-2:11']],
  ['a text begins with @', 'version: 1\n$schema: @x\n', ['yaml-syntax 2:10-2:11']],
  ['a text begins with `', 'version: 1\n$schema: `x\n', ['yaml-syntax 2:10-2:11']],
  ['a text begins with %', 'version: 1\n$schema: %x\n', ['yaml-syntax 2:10-2:11']],
  ['a quoted key has two lines', 'version: 1\n"a\n  b": 1\n', ['yaml-syntax 2:1-3:5']],
  ['a comment is glued to a bracket', 'version: 1\nrules: []#b\n', ['yaml-syntax 2:10-2:12']],

  ['a value has an anchor', 'version: &a 1\n', ['yaml-anchor 1:10-1:12']],
  ['a key has an anchor', '&a version: 1\n', ['yaml-anchor 1:1-1:3']],
  ['the whole has an anchor', '&a\nversion: 1\n', ['yaml-anchor 1:1-1:3']],
  ['an anchor has no name', 'version: & 1\n', ['yaml-anchor 1:10-1:11']],
  ['a value is an alias', 'version: 1\nrules: *a\n', ['yaml-alias 2:8-2:10']],
  ['a key is an alias', 'version: 1\n*a : 1\n', ['yaml-alias 2:1-2:3']],
  ['an alias is inside its anchor', 'version: 1\nrules: &a [*a]\n', ['yaml-anchor 2:8-2:10', 'yaml-alias 2:12-2:14']],
  [
    'a pattern is not quoted',
    `${RULE}    when: { issuer: g, claims: { c: { glob: *x } } }\n`,
    ['yaml-alias 10:45-10:47'],
  ],
  ['a key merges', 'version: 1\n<<: {}\n', ['yaml-merge-key 2:1-2:3']],
  ['a key merges a list', 'version: 1\n<<: [{}]\n', ['yaml-merge-key 2:1-2:3']],
  ['a key merges what an alias means', 'version: 1\n<<: *a\n', ['yaml-merge-key 2:1-2:3', 'yaml-alias 2:5-2:7']],
  ['an explicit key merges', 'version: 1\n? <<\n: {}\n', ['yaml-merge-key 2:3-2:5']],
  ['a key merges in braces', '{version: 1, << : {}}\n', ['yaml-merge-key 1:14-1:16']],
  ['`<<` is quoted, and so a key', 'version: 1\n"<<": {}\n', ['unknown-key 2:1-2:5']],
  ['a value has a core tag', 'version: !!int 1\n', ['yaml-tag 1:10-1:15']],
  ['a value has a tag that makes it text', 'version: !!str 1\n', ['yaml-tag 1:10-1:15']],
  ['a value has the tag `!`', 'version: ! 1\n', ['yaml-tag 1:10-1:11']],
  ['a value has a local tag', 'version: !foo 1\n', ['yaml-tag 1:10-1:14']],
  ['a value has a verbatim tag', 'version: !<tag:yaml.org,2002:int> 1\n', ['yaml-tag 1:10-1:34']],
  ['a value has a tag with a handle', 'version: !e!x 1\n', ['yaml-tag 1:10-1:14']],
  ['a key has a tag', '!!str version: 1\n', ['yaml-tag 1:1-1:6']],
  ['the whole has a tag', '!!map\nversion: 1\n', ['yaml-tag 1:1-1:6']],
  ['a list has a tag', 'version: 1\nrules: !!seq []\n', ['yaml-tag 2:8-2:13']],
  ['bytes have a tag', 'version: 1\n$schema: !!binary aGk=\n', ['yaml-tag 2:10-2:18']],
  [
    'a pattern begins with `!`',
    `${RULE}    when: { issuer: g, claims: { c: { glob: !x } } }\n`,
    ['yaml-tag 10:45-10:47', 'wrong-type 10:48-10:48'],
  ],
  ['it claims another YAML', '%YAML 1.1\n---\nversion: 1\n', ['yaml-directive 1:1-1:10']],
  ['it claims this YAML', '%YAML 1.2\n---\nversion: 1\n', ['yaml-directive 1:1-1:10']],
  ['it defines a handle', '%TAG ! tag:x,2000:\n---\nversion: 1\n', ['yaml-directive 1:1-1:19']],
  ['a directive is unknown', '# first\n%FOO\n---\nversion: 1\n', ['yaml-directive 2:1-2:5']],
  ['a second document follows', 'version: 1\n---\nversion: 1\n', ['yaml-several-documents 2:1-2:4']],
  ['an empty document follows', 'version: 1\n---\n', ['yaml-several-documents 2:1-2:4']],
  ['a document follows the end of one', 'version: 1\n...\nversion: 1\n', ['yaml-several-documents 3:1-3:4']],
  ['a document precedes', '---\n---\nversion: 1\n', ['wrong-type 1:4-1:4', 'yaml-several-documents 2:1-2:4']],

  ['a key stands twice', 'version: 1\nversion: 1\n', ['duplicate-key 2:1-2:8']],
  ['a key stands twice, once in double quotes', 'version: 1\n"version": 1\n', ['duplicate-key 2:1-2:10']],
  ['a key stands twice, once in single quotes', "version: 1\n'version': 1\n", ['duplicate-key 2:1-2:10']],
  ['a key stands twice, once with an escape', 'version: 1\n"\\x76ersion": 1\n', ['duplicate-key 2:1-2:13']],
  ['a key stands twice, once before a space', 'version: 1\nversion : 1\n', ['duplicate-key 2:1-2:8']],
  ['a key stands twice, once explicit', 'version: 1\n? version\n: 1\n', ['duplicate-key 2:3-2:10']],
  ['a key stands twice in JSON', '{"version":1,"version":1}', ['duplicate-key 1:14-1:23']],
  [
    'a key stands three times',
    'version: 1\nrules: []\nrules: []\nrules: []\n',
    ['duplicate-key 3:1-3:6', 'duplicate-key 4:1-4:6'],
  ],
  ['a claim stands twice', `${RULE}    when: { issuer: g, claims: { c: x, "c": y } }\n`, ['duplicate-key 10:40-10:43']],
  ['a key is a number', 'version: 1\n1: a\n', ['key-not-string 2:1-2:2']],
  ['a key is a number and a text', 'version: 1\n"1": a\n1: b\n', ['unknown-key 2:1-2:4', 'key-not-string 3:1-3:2']],
  ['a key is a fraction', 'version: 1\n1.5: a\n', ['key-not-string 2:1-2:4']],
  ['a key is `true`', 'version: 1\ntrue: a\n', ['key-not-string 2:1-2:5']],
  ['a key is `null`', 'version: 1\nnull: a\n', ['key-not-string 2:1-2:5']],
  ['a key is `~`', 'version: 1\n~: a\n', ['key-not-string 2:1-2:2']],
  ['a key is not there', 'version: 1\n: a\n', ['key-not-string 2:1-2:1']],
  ['an explicit key is not there', 'version: 1\n? \n', ['key-not-string 2:3-2:3']],
  ['a key is not there in braces', '{version: 1, : a}\n', ['key-not-string 1:14-1:14']],
  ['a key is a list', 'version: 1\n? [a]\n: b\n', ['key-not-string 2:3-2:6']],
  ['a key is a list and not explicit', 'version: 1\n[a]: b\n', ['key-not-string 2:1-2:4']],
  ['a key is a map', 'version: 1\n? {a: b}\n: c\n', ['key-not-string 2:3-2:9']],
  ['a key is an ambiguous number', 'version: 1\n0x1F: a\n', ['ambiguous-scalar 2:1-2:5']],

  ['a comment is glued to its text', 'version: 1 #one\n', ['glued-comment 1:12-1:16']],
  ['a comment is glued to its text behind a tab', 'version: 1\t#one\n', ['glued-comment 1:12-1:16']],
  [
    'a comment is glued behind a subject',
    `${RULE}    when:\n      issuer: g\n      subject: org:A #b\n`,
    ['glued-comment 12:22-12:24'],
  ],
  [
    'a comment is glued inside a list',
    'version: 1\nrules: [a #b\n  ]\n',
    ['wrong-type 2:9-2:10', 'glued-comment 2:11-2:13'],
  ],
  ['a comment is glued to a text of two lines', 'version: 1\n$schema: a\n  b #c\n', ['glued-comment 3:5-3:7']],
  ['a comment is glued and another is not', 'version: 1 #b # c\n', ['glued-comment 1:12-1:18']],

  ['65 levels are written in brackets', nested('[', ']', 59), ['too-deep 6:93-6:95']],
  ['65 levels are written in braces', nested('{a: ', '}', 59), ['too-deep 6:267-6:272']],
  ['65 levels are maps by indentation', indented('a:', 59), ['too-deep 68:70-68:72']],
  ['65 levels are lists by indentation', indented('-', 59), ['too-deep 68:70-68:71']],
  ['65 levels are lists on one line', indented('- '.repeat(58) + '-', 1), ['too-deep 10:128-10:129']],
  ['65 brackets open, and nothing else', '['.repeat(65), ['too-deep 1:65-1:66']],
  ['65 lists begin on one line', '- '.repeat(65), ['too-deep 1:129-1:130']],
  ['65 keys begin on one line', '? '.repeat(65), ['too-deep 1:129-1:130']],
];

const FILE: readonly Row[] = [
  ['the version is missing', 'rules: []\n', ['missing-key 1:1-1:6']],
  ['an empty map is all there is', '{}', ['missing-key 1:1-1:3']],
  ['the version is another', 'version: 2\n', ['unsupported-version 1:10-1:11']],
  ['the version is a fraction', 'version: 1.5\n', ['unsupported-version 1:10-1:13']],
  ['the version is text', 'version: "1"\n', ['unsupported-version 1:10-1:13']],
  ['the version is not there', 'version:\n', ['unsupported-version 1:9-1:9']],
  ['a key is unknown', 'version: 1\nfoo: { a: [1] }\n', ['unknown-key 2:1-2:4']],
  ['a key is `__proto__`', 'version: 1\n__proto__: {}\n', ['unknown-key 2:1-2:10']],
  ['a key is `constructor`', 'version: 1\nconstructor: {}\n', ['unknown-key 2:1-2:12']],
  ['a key is empty', 'version: 1\n"": {}\n', ['unknown-key 2:1-2:3']],
  ['a key has another case', 'version: 1\nRules: []\n', ['unknown-key 2:1-2:6']],
  [
    'one file of two has no version',
    [`version: 1\nissuers:\n  ${ISSUER}\n`, 'rules: []\n'],
    ['2.yaml missing-key 1:1-1:6'],
  ],
  ['one file of two is empty', ['version: 1\n', ''], ['2.yaml wrong-type 1:1-1:1']],
];

const ISSUERS: readonly Row[] = [
  ['an issuer is not there', 'version: 1\nissuers: { g: }\n', ['wrong-type 2:15-2:15']],
  ['the url is missing', ['version: 1\nissuers:\n  g: { audiences: [a] }\n'], ['missing-key 3:3-3:4']],
  ['the audiences are missing', ['version: 1\nissuers:\n  g: { url: https://g.example }\n'], ['missing-key 3:3-3:4']],
  [
    'url and audiences are missing',
    ['version: 1\nissuers:\n  g: {}\n'],
    ['missing-key 3:3-3:4', 'missing-key 3:3-3:4'],
  ],
  ['the url is empty', 'version: 1\nissuers:\n  g: { url: "", audiences: [a] }\n', ['empty-value 3:13-3:15']],
  [
    'an audience is `*`',
    'version: 1\nissuers:\n  g: { url: https://g.example, audiences: [a, "*"] }\n',
    ['audience-wildcard 3:47-3:50'],
  ],
  [
    'an audience is blank',
    'version: 1\nissuers:\n  g: { url: https://g.example, audiences: ["", " "] }\n',
    ['empty-value 3:44-3:46', 'empty-value 3:48-3:51'],
  ],
  [
    'there are no audiences',
    'version: 1\nissuers:\n  g: { url: https://g.example, audiences: [] }\n',
    ['empty-list 3:32-3:41'],
  ],
  [
    'an issuer has no name',
    'version: 1\nissuers: { "": { url: https://g.example, audiences: [a] } }\n',
    ['empty-value 2:12-2:14'],
  ],
  [
    'a name is too long',
    `version: 1\nissuers: { ${'n'.repeat(257)}: { url: https://g.example, audiences: [a] } }\n`,
    ['too-long 2:12-2:269'],
  ],
  ['a key is `__proto__`', issuer('__proto__: {}'), ['unknown-key 6:5-6:14']],
  [
    'an issuer is defined twice',
    'version: 1\nissuers:\n  g: { url: https://g.example, audiences: [a] }\n  "g": { url: https://h.example, audiences: [a] }\n',
    ['duplicate-key 4:3-4:6'],
  ],
  [
    'an issuer is defined in two files',
    [`version: 1\nissuers:\n  ${ISSUER}\n`, 'version: 1\nissuers: { g: { url: https://h.example, audiences: [a] } }\n'],
    ['2.yaml duplicate-issuer 2:12-2:13'],
  ],
  [
    'two issuers have one url',
    'version: 1\nissuers:\n  g: { url: https://g.example, audiences: [a] }\n  h: { url: https://g.example, audiences: [a] }\n',
    ['duplicate-issuer-url 4:13-4:30'],
  ],
  [
    'two issuers in two files have one url',
    [
      `version: 1\nissuers:\n  ${ISSUER}\n`,
      'version: 1\nissuers: { h: { url: "https://g.example", audiences: [a] } }\n',
    ],
    ['2.yaml duplicate-issuer-url 2:22-2:41'],
  ],
  [
    'several issuers have no url, and so none that stands twice',
    'version: 1\nissuers:\n  g: { audiences: [a] }\n  h: { audiences: [a], url: 1 }\n  i: { audiences: [a], url: 1 }\n',
    ['missing-key 3:3-3:4', 'wrong-type 4:29-4:30', 'wrong-type 5:29-5:30'],
  ],
  ['the scheme is unknown', issuer('subject: github-actions'), ['unknown-subject-scheme 6:14-6:28']],
  ['the scheme is a name of every object', issuer('subject: toString'), ['unknown-subject-scheme 6:14-6:22']],
  ['one scheme of a list is unknown', issuer('subject: [gitpod, x]'), ['unknown-subject-scheme 6:23-6:24']],
  ['there are no schemes', issuer('subject: []'), ['empty-list 6:5-6:12']],
  ['a list has too many schemes', issuer(`subject: [${'opaque,'.repeat(17)}]`), ['too-many 6:5-6:12']],
  ['opaque stands beside another scheme', issuer('subject: [gitpod, opaque]'), ['subject-schemes-mixed 6:23-6:29']],
  [
    'opaque stands beside another scheme and a number',
    issuer('subject: [1, opaque, gitpod]'),
    ['wrong-type 6:15-6:16', 'subject-schemes-mixed 6:18-6:24'],
  ],
  ['there are no algorithms', issuer('algorithms: []'), ['empty-list 6:5-6:15']],
  ['the skew is over five minutes', issuer('clockSkew: 301s'), ['clock-skew-too-large 6:16-6:20']],
  ['the skew is over five minutes, in minutes', issuer('clockSkew: 6m'), ['clock-skew-too-large 6:16-6:18']],
  ['the skew is a day', issuer('clockSkew: 1d'), ['clock-skew-too-large 6:16-6:18']],
  ['a duration is a number', issuer('clockSkew: 30'), ['wrong-type 6:16-6:18']],
  ['no lifetime is left', issuer('maxLifetime: 0s'), ['invalid-duration 6:18-6:20']],
  ['no age is left', issuer('maxTokenAge: 0h'), ['invalid-duration 6:18-6:20']],
  ['there are no token types', issuer('tokenType: []'), ['empty-list 6:5-6:14']],
  ['a token type is blank', issuer('tokenType: ["", " "]'), ['empty-value 6:17-6:19', 'empty-value 6:21-6:24']],
  ['keys have no source', issuer('jwks: {}'), ['jwks-source-count 6:5-6:9']],
  ['keys have two sources', issuer('jwks: { uri: https://g.example/k, file: k.json }'), ['jwks-source-count 6:5-6:9']],
  [
    'keys have three sources',
    issuer('jwks: { uri: https://g.example/k, file: k.json, keys: [{ kty: RSA }] }'),
    ['jwks-source-count 6:5-6:9'],
  ],
  ['a source of keys is unknown', issuer('jwks: { url: https://g.example/k }'), ['unknown-key 6:13-6:16']],
  ['the address of keys is empty', issuer('jwks: { uri: "" }'), ['empty-value 6:18-6:20']],
  ['the file of keys is empty', issuer('jwks: { file: "" }'), ['empty-value 6:19-6:21']],
  ['there are no keys', issuer('jwks: { keys: [] }'), ['empty-list 6:13-6:17']],
  ['a key has no type', issuer('jwks: { keys: [{ kty: RSA }, {}] }'), ['missing-key 6:34-6:36']],
  ['a key is text', issuer('jwks: { keys: [RSA] }'), ['wrong-type 6:20-6:23']],
  ['there are too many keys', issuer(`jwks: { keys: [${'{ kty: RSA },'.repeat(257)}] }`), ['too-many 6:13-6:17']],
];

const RULES: readonly Row[] = [
  ['a rule is not there', `${RULE}    when: { issuer: g }\n  -\n`, ['wrong-type 11:4-11:4']],
  [
    'id, effect and conditions are missing',
    'version: 1\nrules:\n  - {}\n',
    ['missing-key 3:5-3:7', 'missing-key 3:5-3:7', 'missing-key 3:5-3:7'],
  ],
  [
    'several rules have no id, and so none that stands twice',
    `${RULE}    when: { issuer: g }\n${'  - { effect: deny, when: { issuer: g } }\n'.repeat(2)}${'  - { effect: deny, when: { issuer: g }, id: 1 }\n'.repeat(2)}`,
    ['missing-key 11:7-11:13', 'missing-key 12:7-12:13', 'wrong-type 13:46-13:47', 'wrong-type 14:46-14:47'],
  ],
  [
    'an id is empty',
    'version: 1\nrules:\n  - { id: "", effect: allow }\n',
    ['missing-key 3:7-3:9', 'empty-value 3:11-3:13'],
  ],
  [
    'an id has space at an end',
    `${RULE.replace('id: r', 'id: "r "')}    when: { issuer: g }\n`,
    ['invalid-value 8:9-8:13'],
  ],
  [
    'an id has a line end',
    `${RULE.replace('id: r', 'id: "r\\nr"')}    when: { issuer: g }\n`,
    ['invalid-value 8:9-8:15'],
  ],
  [
    'an id is too long',
    `${RULE.replace('id: r', `id: ${'r'.repeat(257)}`)}    when: { issuer: g }\n`,
    ['too-long 8:9-8:266'],
  ],
  [
    'an id stands twice',
    `${RULE}    when: { issuer: g }\n  - { id: "r", effect: deny, when: { issuer: o } }\n`,
    ['duplicate-rule-id 11:11-11:14'],
  ],
  [
    'an id stands in two files',
    [`${RULE}    when: { issuer: g }\n`, 'version: 1\nrules: [{ id: r, effect: deny, when: { issuer: o } }]\n'],
    ['2.yaml duplicate-rule-id 2:15-2:16'],
  ],
  ['an effect is unknown', `${RULE.replace('allow', 'permit')}    when: { issuer: g }\n`, ['unknown-value 9:13-9:19']],
  [
    'an effect has another case',
    `${RULE.replace('allow', 'Allow')}    when: { issuer: g }\n`,
    ['unknown-value 9:13-9:18'],
  ],
  ['a mode is unknown', rule('mode: enforced'), ['unknown-value 11:11-11:19']],
  ['a description is too long', rule(`description: ${'d'.repeat(4097)}`), ['too-long 11:18-11:4115']],
  ['a key is unknown', rule('permit: []'), ['unknown-key 11:5-11:11']],
  [
    'a rule has a validity without such a key',
    rule('valid: { to: 2026-01-01T00:00:00Z }'),
    ['unknown-key 11:14-11:16'],
  ],
  [
    'from and until are the same',
    rule('valid: { from: 2026-01-01T00:00:00Z, until: 2026-01-01T00:00:00Z }'),
    ['validity-reversed 11:49-11:69'],
  ],
  [
    'until is before from',
    rule('valid: { from: 2026-01-02T00:00:00Z, until: 2026-01-01T00:00:00Z }'),
    ['validity-reversed 11:49-11:69'],
  ],
  [
    'until is before from by its offset',
    rule('valid: { from: 2026-01-01T00:00:00Z, until: 2026-01-01T01:00:00+02:00 }'),
    ['validity-reversed 11:49-11:74'],
  ],

  ['there are no conditions', `${RULE}    when: {}\n`, ['missing-key 10:5-10:9']],
  ['a condition is unknown', `${RULE}    when: { issuer: g, project: p }\n`, ['unknown-key 10:24-10:31']],
  ['the issuer is unknown', `${RULE}    when: { issuer: x }\n`, ['unknown-issuer 10:21-10:22']],
  ['the issuer has another case', `${RULE}    when: { issuer: G }\n`, ['unknown-issuer 10:21-10:22']],
  ['the issuer is `__proto__`', `${RULE}    when: { issuer: __proto__ }\n`, ['unknown-issuer 10:21-10:30']],
  ['the issuer is a url', `${RULE}    when: { issuer: "https://g.example" }\n`, ['unknown-issuer 10:21-10:40']],
  ['one issuer of a list is unknown', `${RULE}    when: { issuer: [g, x] }\n`, ['unknown-issuer 10:25-10:26']],
  [
    'the issuer is unknown, and others stand in another file',
    [`version: 1\nissuers:\n  ${ISSUER}\n`, 'version: 1\nrules: [{ id: r, effect: deny, when: { issuer: x } }]\n'],
    ['2.yaml unknown-issuer 2:48-2:49'],
  ],
  [
    'an issuer is unknown, and so what its tokens are for and whom they speak for',
    `${RULE}    when: { issuer: [g, x], audience: c, kind: subject, subject: org:* }\n`,
    ['unknown-issuer 10:25-10:26', 'subject-wildcard 10:66-10:71'],
  ],
  [
    'the issuer is unknown where another is refused',
    'version: 1\nissuers: { g: *a }\nrules: [{ id: r, effect: deny, when: { issuer: g } }]\n',
    ['yaml-alias 2:15-2:17'],
  ],
  [
    'the issuer is unknown where all are refused',
    'version: 1\nissuers: *a\nrules: [{ id: r, effect: deny, when: { issuer: g } }]\n',
    ['yaml-alias 2:10-2:12'],
  ],
  [
    'the issuer is unknown where issuers are a list',
    'version: 1\nissuers: [g]\nrules: [{ id: r, effect: deny, when: { issuer: g } }]\n',
    ['wrong-type 2:1-2:8'],
  ],
  ['the issuer is missing', `${RULE}    when: { audience: c, kind: subject }\n`, ['missing-key 10:5-10:9']],
  [
    'an issuer has no audiences that the rule could name',
    `${RULE.replace('audiences: [o]', 'audiences: []')}    when: { issuer: [g, o], audience: c }\n`,
    ['empty-list 6:32-6:41'],
  ],
  [
    'an issuer has no scheme that is known',
    `${RULE.replace('subject: gitpod,', 'subject: x,')}    when: { issuer: g, kind: subject }\n`,
    ['unknown-subject-scheme 3:41-3:42'],
  ],
  ['there are no issuers in a list', `${RULE}    when: { issuer: [] }\n`, ['empty-list 10:13-10:19']],
  ['the issuer is empty', `${RULE}    when: { issuer: "" }\n`, ['empty-value 10:21-10:23']],
  [
    'the audience is that of another issuer',
    `${RULE}    when: { issuer: g, audience: c }\n`,
    ['audience-not-accepted 10:34-10:35'],
  ],
  [
    'one audience of a list is that of another issuer',
    `${RULE}    when: { issuer: [g, o], audience: [a, o, c] }\n`,
    ['audience-not-accepted 10:46-10:47'],
  ],
  ['the audience is `*`', `${RULE}    when: { issuer: g, audience: "*" }\n`, ['audience-wildcard 10:34-10:37']],
  [
    'an audience of a list is `*`',
    `${RULE}    when: { issuer: g, audience: [a, "*"] }\n`,
    ['audience-wildcard 10:38-10:41'],
  ],
  ['there are no audiences in a list', `${RULE}    when: { issuer: g, audience: [] }\n`, ['empty-list 10:24-10:32']],
  ['the audience is blank', `${RULE}    when: { issuer: g, audience: " " }\n`, ['empty-value 10:34-10:37']],
  ['the kind is unknown', `${RULE}    when: { issuer: g, kind: group }\n`, ['unknown-kind 10:30-10:35']],
  [
    'the kind is that of another scheme',
    `${RULE}    when: { issuer: g, kind: subject }\n`,
    ['unknown-kind 10:30-10:37'],
  ],
  [
    'the kind is not that of an opaque subject',
    `${RULE}    when: { issuer: o, kind: [subject, user] }\n`,
    ['unknown-kind 10:40-10:44'],
  ],
  ['there are no kinds in a list', `${RULE}    when: { issuer: g, kind: [] }\n`, ['empty-list 10:24-10:28']],

  ['a matcher is null', `${RULE}    when: { issuer: g, claims: { c: null } }\n`, ['wrong-type 10:37-10:41']],
  ['a matcher is not there', `${RULE}    when: { issuer: g, claims: { c: } }\n`, ['wrong-type 10:37-10:37']],
  [
    'a matcher has null in its list',
    `${RULE}    when: { issuer: g, claims: { c: [a, ~] } }\n`,
    ['wrong-type 10:41-10:42'],
  ],
  ['a matcher is an empty list', `${RULE}    when: { issuer: g, claims: { c: [] } }\n`, ['empty-list 10:34-10:35']],
  [
    'a matcher is a list of lists',
    `${RULE}    when: { issuer: g, claims: { c: [[a]] } }\n`,
    ['wrong-type 10:38-10:39'],
  ],
  [
    'a matcher is a list of operators',
    `${RULE}    when: { issuer: g, claims: { c: [{ glob: a }] } }\n`,
    ['wrong-type 10:40-10:44'],
  ],
  ['an operator is missing', `${RULE}    when: { issuer: g, claims: { c: {} } }\n`, ['empty-operator 10:34-10:35']],
  [
    'an operator is missing below not',
    `${RULE}    when: { issuer: g, claims: { c: { not: {} } } }\n`,
    ['empty-operator 10:39-10:42'],
  ],
  [
    'there are two operators',
    `${RULE}    when: { issuer: g, claims: { c: { glob: a, present: true } } }\n`,
    ['several-operators 10:34-10:35'],
  ],
  [
    'there are two operators below not',
    `${RULE}    when: { issuer: g, claims: { c: { not: { glob: a, contains: b } } } }\n`,
    ['several-operators 10:39-10:42'],
  ],
  [
    'an operator is unknown',
    `${RULE}    when: { issuer: g, claims: { c: { regex: a } } }\n`,
    ['unknown-operator 10:39-10:44'],
  ],
  [
    'one of two operators is unknown',
    `${RULE}    when: { issuer: g, claims: { c: { glob: a, regex: b } } }\n`,
    ['several-operators 10:34-10:35', 'unknown-operator 10:48-10:53'],
  ],
  [
    'not stands below not',
    `${RULE}    when: { issuer: g, claims: { c: { not: { not: a } } } }\n`,
    ['unknown-operator 10:46-10:49'],
  ],
  [
    'present stands below not',
    `${RULE}    when: { issuer: g, claims: { c: { not: { present: true } } } }\n`,
    ['unknown-operator 10:46-10:53'],
  ],
  ['not has null', `${RULE}    when: { issuer: g, claims: { c: { not: null } } }\n`, ['wrong-type 10:44-10:48']],
  ['not has an empty list', `${RULE}    when: { issuer: g, claims: { c: { not: [] } } }\n`, ['empty-list 10:39-10:42']],
  [
    'contains has an empty list',
    `${RULE}    when: { issuer: g, claims: { c: { contains: [] } } }\n`,
    ['empty-list 10:39-10:47'],
  ],
  [
    'contains has null',
    `${RULE}    when: { issuer: g, claims: { c: { contains: null } } }\n`,
    ['wrong-type 10:49-10:53'],
  ],
  [
    'containsAny has an empty list',
    `${RULE}    when: { issuer: g, claims: { c: { containsAny: [] } } }\n`,
    ['empty-list 10:39-10:50'],
  ],
  [
    'containsAny has a scalar',
    `${RULE}    when: { issuer: g, claims: { c: { containsAny: a } } }\n`,
    ['wrong-type 10:52-10:53'],
  ],
  ['present has text', `${RULE}    when: { issuer: g, claims: { c: { present: yes } } }\n`, ['wrong-type 10:48-10:51']],
  ['glob has a list', `${RULE}    when: { issuer: g, claims: { c: { glob: [a] } } }\n`, ['wrong-type 10:39-10:43']],
  ['a glob is blank', `${RULE}    when: { issuer: g, claims: { c: { glob: " " } } }\n`, ['empty-value 10:45-10:48']],
  [
    'a glob has 9 stars',
    `${RULE}    when: { issuer: g, claims: { c: { glob: "${'*'.repeat(9)}" } } }\n`,
    ['invalid-glob 10:45-10:56'],
  ],
  [
    'a glob has 513 characters',
    `${RULE}    when: { issuer: g, claims: { c: { glob: ${'a'.repeat(513)} } } }\n`,
    ['invalid-glob 10:45-10:558'],
  ],
  [
    'a glob has 257 pairs of surrogates',
    `${RULE}    when: { issuer: g, claims: { c: { glob: ${'😀'.repeat(257)} } } }\n`,
    ['invalid-glob 10:45-10:559'],
  ],
  [
    'a glob has a control character',
    `${RULE}    when: { issuer: g, claims: { c: { glob: "a\\x85b" } } }\n`,
    ['invalid-glob 10:45-10:53'],
  ],

  ['there are no grants', rule('grants: []'), ['empty-list 11:5-11:11']],
  ['a grant has no actions', rule('grants: [{ resources: [a] }]'), ['missing-key 11:16-11:25']],
  ['a grant has an empty list of actions', rule('grants: [{ actions: [] }]'), ['empty-list 11:16-11:23']],
  [
    'a grant has an empty list of resources',
    rule('grants: [{ actions: [a], resources: [] }]'),
    ['empty-list 11:30-11:39'],
  ],
  ['a grant has an unknown key', rule('grants: [{ actions: [a], scopes: [b] }]'), ['unknown-key 11:30-11:36']],
  ['an action is empty', rule('grants: [{ actions: [""] }]'), ['empty-value 11:26-11:28']],
  ['an action has 9 stars', rule(`grants: [{ actions: ["${'*'.repeat(9)}"] }]`), ['invalid-glob 11:26-11:37']],
  ['an action has a control character', rule('grants: [{ actions: ["a\\nb"] }]'), ['invalid-glob 11:26-11:32']],
  ['an action has a template', rule('grants: [{ actions: ["${subject.org}"] }]'), ['invalid-template 11:26-11:42']],
];

const TABLES: readonly (readonly [about: string, rows: readonly Row[]])[] = [
  ['text', TEXT],
  ['YAML', YAML],
  ['shape', FILE],
  ['issuers', ISSUERS],
  ['rules', RULES],
];

describe.each(TABLES)('a policy is refused for its %s where', (_about, rows) => {
  test.each(rows)('%s', (_name, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });
});

/** A family of values of one place: what is refused, with its code, and what loads. Reported is the value, exactly. */
interface Family {
  readonly place: (value: string) => string;
  readonly refused: Readonly<Record<string, readonly string[]>>;
  readonly loads: readonly string[];
}

const FAMILIES: Readonly<Record<string, Family>> = {
  'a number': {
    place: (value) => `${RULE}    when: { issuer: g, claims: { c: ${value} } }\n`,
    refused: {
      'ambiguous-scalar':
        '0o17 0x1F 0xff .inf -.inf +.inf .Inf .INF .nan .NaN .NAN +1 +0 +1.5 .5 -.5 +.5 1. -1. 1.e3 01.5 +0777'.split(
          ' ',
        ),
      'number-too-large': (
        '9007199254740992 -9007199254740992 9007199254740993.0 1e16 -1e16 1e308 1e400 -1e400 ' + '9'.repeat(400)
      ).split(' '),
    },
    loads: '0 -0 1 -1 1.5 1e3 1E-3 1e-400 9007199254740991 -9007199254740991 "0x1F" \'1e400\''.split(' '),
  },
  'the url of an issuer': {
    place: (value) => `version: 1\nissuers:\n  g: { audiences: [a], url: "${value}" }\n`,
    refused: {
      'issuer-not-https': [
        'http://g.example',
        'HTTP://g.example',
        'http://localhost.evil.example',
        'http://127.0.0.1.evil.example',
        'http://localhost%2eevil.example',
        'http://localhost.',
        'http://evil.localhost',
        'http://ip6-localhost',
        'http://[::ffff:127.0.0.1]',
        'http://[::]',
        'http://0.0.0.0',
        'http://10.0.0.1',
        'http://128.0.0.1',
      ],
      'issuer-url-invalid': [
        'a',
        ' ',
        'g.example',
        '//g.example',
        'https:g.example',
        'https:/g.example',
        'https://',
        'https://:443',
        'https://g.example:99999',
        'https://[::1',
        'http://127.0.0.256',
        'http://1.127.0.0.1',
        'ftp://g.example',
        'ws://localhost',
        'file:///x',
        'data:x',
        'urn:x',
        'https://user@g.example',
        'https://user:password@g.example',
        'https://@g.example',
        'https://:@g.example',
        'https:///@g.example',
        'http://127.0.0.1@evil.example',
        'http://localhost:80@evil.example',
        'https://g.example#',
        'https://g.example#x',
        'http://evil.example#localhost',
        'https://g.example?',
        'https://g.example?x=1',
        'http://localhost?x',
        'https:\\\\\\\\g.example',
        'https://g.example\\\\x',
        'https://g.example\\\\@evil.example',
        ' https://g.example',
        'https://g.example ',
        'https://g.example/a b',
        'https://g.ex\\tample',
        'https://g.example\\n',
        'https://g.example\\0',
        'https://g.example\\u00a0',
        'https://g.example\\u2028',
        'https://%00.example',
      ],
    },
    loads: [
      'https://g.example',
      'https://g.example/',
      'https://g.example/tenant/a',
      'https://g.example:8443',
      'https://g.example/@x',
      'https://1.2.3.4',
      'https://[2001:db8::1]:1/x',
      'https://bücher.example',
      'http://localhost',
      'http://LOCALHOST:8080/a',
      'http://127.0.0.1',
      'http://127.0.0.1:1',
      'http://127.255.255.254',
      'http://[::1]:8080',
    ],
  },
  'the address of keys': {
    place: (value) => issuer(`jwks: { uri: "${value}" }`),
    refused: {
      'jwks-uri-invalid': [
        'a',
        '/keys',
        'http://g.example/keys',
        'http://localhost.evil.example/keys',
        'http://127.0.0.1.evil.example/keys',
        'https://user@g.example/keys',
        'https://g.example/keys#x',
        'https://g.example\\\\keys',
        'https://g.example/ke ys',
        'https://g.example/keys\\n',
        'file:///etc/keys',
        'data:application/json,{}',
      ],
    },
    loads: [
      'https://g.example/keys',
      'https://g.example/keys?version=2',
      'https://keys.example:8443',
      'http://localhost:8080/keys',
      'http://127.0.0.1/keys',
      'http://[::1]/keys',
    ],
  },
  'an algorithm': {
    place: (value) => issuer(`algorithms: [RS256, "${value}"]`),
    refused: {
      'algorithm-forbidden': ['none', 'None', 'NONE', 'nOnE', 'HS256', 'HS384', 'HS512', 'hs256'],
      'unknown-algorithm': ['', 'rs256', 'RS1', 'ES256K', 'Ed448', 'RSA-OAEP', 'A128KW', 'dir', 'none ', ' HS256'],
    },
    loads: 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' '),
  },
  'a duration': {
    place: (value) => rule(`ttl: "${value}"`),
    refused: {
      'invalid-duration': [
        '',
        ' ',
        's',
        '15',
        '-1s',
        '+1s',
        '1.5h',
        '1 h',
        ' 1h',
        '1h ',
        '1h\\n',
        '1H',
        '1ms',
        '1w',
      ].concat(['1y', '1h30m', 'PT1H', '1e3s', '0x1s', '١h', '1_000s', '１s', 'never']),
    },
    loads: ['0s', '30s', '15m', '24h', '7d', '007m', '9999999999d'],
  },
  'a clock skew': {
    place: (value) => issuer(`clockSkew: ${value}`),
    refused: { 'clock-skew-too-large': ['301s', '6m', '1h', '1d', '9999999999d'] },
    loads: ['0s', '30s', '300s', '5m'],
  },
  'a time': {
    place: (value) => rule(`valid: { from: "${value}" }`),
    refused: {
      'invalid-time': [
        '',
        'now',
        '2026-01-01',
        '2026-01-01T00:00Z',
        '2026-01-01T00:00:00',
        '2026-01-01 00:00:00Z',
        '2026-01-01T00:00:00 Z',
        '2026-01-01T00:00:00Z ',
        '2026-1-1T00:00:00Z',
        '26-01-01T00:00:00Z',
        '10000-01-01T00:00:00Z',
        '-0001-01-01T00:00:00Z',
        '2026-00-01T00:00:00Z',
        '2026-13-01T00:00:00Z',
        '2026-01-00T00:00:00Z',
        '2026-01-32T00:00:00Z',
        '2026-04-31T00:00:00Z',
        '2026-02-29T00:00:00Z',
        '2100-02-29T00:00:00Z',
        '2026-01-01T24:00:00Z',
        '2026-01-01T23:60:00Z',
        '2026-01-01T23:59:61Z',
        '2026-01-01T00:00:00.Z',
        '2026-01-01T00:00:00+00',
        '2026-01-01T00:00:00+0000',
        '2026-01-01T00:00:00+24:00',
        '2026-01-01T00:00:00+00:60',
        '2026-01-01T00:00:00±00:00',
        '2026-01-01T00:00:00[UTC]',
        '٢026-01-01T00:00:00Z',
        'Thu, 01 Jan 2026 00:00:00 GMT',
        '1767225600',
      ],
    },
    loads: [
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:00+00:00',
      '2026-01-01T00:00:00-00:00',
      '2026-01-01T23:59:59.999+23:59',
      '2024-02-29T00:00:00Z',
      '2000-02-29T00:00:00Z',
      '9999-12-31T23:59:59Z',
    ],
  },
  'a subject of gitpod': { place: subject('g'), ...gitpodSubjects() },
  'a subject of gitpod-v3': { place: subject('v'), ...gitpodSubjects() },
  'a subject of both gitpod schemes': { place: subject('m'), ...gitpodSubjects() },
  'a subject of an opaque and a gitpod issuer': { place: subject('[o, g]'), ...gitpodSubjects() },
  'an opaque subject': {
    place: subject('o'),
    refused: { 'empty-value': ['', ' ', '\\t'] },
    loads: ['org:A', 'org:*', 'org:A/', 'a b', '*', 'é', '/', 'a\\nb'],
  },
  'a whole subject of gitpod': {
    place: (value) => `${RULE}    when: { issuer: g, subject: { equals: "${value}" } }\n`,
    refused: {
      'subject-wildcard': ['org:A/prj:*/env:E', 'org:*'],
      'subject-invalid': ['org:A', 'org:A/prj:P', 'org:A/prj:P/env:', 'org:A/prj:P/user:U', 'A'],
      'empty-value': ['', ' '],
    },
    loads: ['org:A/prj:P/env:E', 'org:A/env:E', 'org:A/user:U', 'org:A/rnr:R', 'org:A/sa:S'],
  },
  'a glob of gitpod subjects': {
    place: glob('g'),
    refused: {
      'subject-invalid': [
        '*',
        'org:A',
        'org:*',
        'org:A/prj:*',
        'org:A/**/env:E',
        '**/env:E',
        'org:A/*/*/*',
        'org:A/*/*/**',
        'org:A/',
        '/org:A/**',
        'org:A//**',
        'org:/env:*',
        'org:A/env:',
        'org:A/env*',
        'org:A/foo:*',
        'org:A/env:?',
        'org:A/env:{a,b}',
        'org:A/env:[ab]',
        'org:A/env:!(a)',
        'org:A/env:e b',
        'org:A/env:.',
        'org:A/env:..',
        'env:*/org:A',
        `org:A/env:${'e'.repeat(129)}`,
      ],
      'invalid-glob': [`org:${'*'.repeat(9)}/**`, `org:A/env:${'e'.repeat(100)}${'*'.repeat(9)}`],
      'empty-value': ['', ' '],
    },
    loads: [
      '**',
      '*/*',
      'org:A/**',
      'org:A/*',
      'org:A/*/*',
      'org:A/*/**',
      'org:*/user:*',
      'org:A/prj:*/env:*',
      'org:A/env:a*b',
    ],
  },
  'a glob of an opaque subject': {
    place: glob('o'),
    refused: { 'subject-glob-unsupported': ['**', 'org:A/**', 'a'] },
    loads: [],
  },
  'a glob of an opaque and a gitpod subject': {
    place: glob('[g, o]'),
    refused: { 'subject-glob-unsupported': ['**', 'org:A/**'], 'subject-invalid': ['a'] },
    loads: [],
  },
  'a resource': {
    place: (value) => rule(`grants: [{ actions: [a], resources: ["${value}"] }]`),
    refused: {
      'empty-value': ['', ' ', '\\t'],
      'resource-not-canonical': [
        '/',
        '/a',
        'a/',
        'a//b',
        '.',
        '..',
        './a',
        'a/.',
        'a/./b',
        'a/../b',
        '../a',
        'https://x/y',
        'a\\nb',
        'a\\0',
        'a/\\x7f',
        'a/\\x85',
        '**/',
        '/**',
        'a//**',
        '**/../a',
      ],
      'invalid-glob': ['*'.repeat(9), 'a*b*c*d*e*f*g*h*i*', '**/**/**/**/*', 'a'.repeat(513)],
      'invalid-template': [
        '${',
        'a/${',
        '${subject.org',
        '${subject.org/x}',
        '${}',
        '${ subject.org }',
        '${subject}',
        '${subject.}',
        '${subject.Org}',
        '${subject.id}',
        '${subject.organization}',
        '${subject.env}',
        '${subject.service-account}',
        '${subject.toString}',
        '${claims}',
        '${claims.}',
        '${claim.x}',
        '${token.sub}',
        'a${subject.org}',
        '${subject.org}b',
        '$${subject.org}',
        '${subject.org}${subject.user}',
        '${claims.${x}}',
        '${subject.org}*',
        '${*}',
        'a/${*}/b',
        'a${*}',
      ],
    },
    loads: [
      'a',
      'a/b',
      'a b',
      '...',
      'a/.b',
      'a%2fb',
      'é',
      'a?b#c[d]{e}!(f)',
      '*',
      '**',
      '**/a',
      'a/**/b/*',
      'a*b*c*d*e*f*g*h*',
      '**/**/**/**',
      'a'.repeat(512),
      '$',
      '$a',
      '{a}',
      'a}',
      '${subject.org}',
      '${subject.project}/**',
      'a/${subject.environment}/b',
      '${subject.user}/${subject.runner}',
      '${claims.x}',
      '${claims.https:__x.y}',
      '${claims.a.b}',
    ],
  },
  'a claim under gitpod': claims('g', ['org'], ['organization_id', 'user_id', 'environment_id']),
  'a claim under gitpod-v3': claims(
    'v',
    ['organization_id', 'project_id', 'environment_id', 'user_id', 'service_account_id'],
    ['org'],
  ),
  'a claim under both gitpod schemes': claims('m', ['org', 'organization_id', 'project_id', 'user_id'], []),
  'a claim under an opaque and a gitpod issuer': claims('[o, g]', ['org'], ['organization_id']),
  'a claim under an opaque issuer': claims('o', [], ['org', 'organization_id', 'user_id']),
};

describe.each(Object.entries(FAMILIES))('%s', (_about, { place, refused, loads }) => {
  if (loads.length > 0) {
    test.each(loads.map((value) => [value]))('loads as %j', (value) => {
      expect(problems(place(value))).toEqual([]);
    });
  }

  const rows = Object.entries(refused).flatMap(([code, values]) => values.map((value) => [value, code] as const));
  test.each(rows)('is refused as %j: %s', (value, code) => {
    const text = place(value);
    expect(problems(text)).toEqual([`${code} ${regionOf(text, value)}`]);
  });
});

/** What some reader of the text would not see, or not see right. */
const INVISIBLE: readonly string[] = [
  ...'0000 0001 0008 000b 000c 001b 007f 0080 0085 009f'.split(' '),
  ...'00a0 1680 2000 2007 200a 202f 205f 3000 2028 2029'.split(' '),
  ...'00ad 034f 061c 115f 1160 17b4 17b5 180b 180c 180d 180e 180f 200b 200c 200d 2060 2061 2064 2065 206a 206f'.split(
    ' ',
  ),
  ...'200e 200f 202a 202b 202c 202d 202e 2066 2067 2068 2069'.split(' '),
  ...'2800 3164 fe00 fe0f feff ffa0 fff0 fff9 fffb 1bca0 1d173 e0001 e0020 e007f e0100 e01ef e0fff'.split(' '),
];

describe('a character that cannot be seen', () => {
  test.each(INVISIBLE.map((hex) => [hex.toUpperCase()]))('is refused where it stands itself: U+%s', (hex) => {
    const character = String.fromCodePoint(Number.parseInt(hex, 16));
    const end = 14 + character.length;
    expect(problems(`version: 1\n$schema: "ab${character}c"\n`)).toEqual([
      `invisible-character 2:13-2:${13 + character.length}`,
    ]);
    expect(problems(`version: 1 # ${character}\n`)).toEqual([`invisible-character 1:14-1:${end}`]);
  });

  test.each(INVISIBLE.map((hex) => [hex.toUpperCase()]))('loads as an escape, which can be seen: U+%s', (hex) => {
    expect(problems(`version: 1\n$schema: "\\U${hex.padStart(8, '0')}"\n`)).toEqual([]);
  });

  test('is not what scripts, signs and emoji are written with', () => {
    expect(problems('version: 1 # é e\u0301 ß Ω ж 漢字 かな 한글 العربية עברית ไทย हिन्दी ☁\ufe0f 😀 €\t~\n')).toEqual(
      [],
    );
  });

  test('is a selector that follows no sign', () => {
    expect(problems('version: 1 # a\ufe0f ☁\ufe0f\ufe0f ☁\u{e0100}\n')).toEqual([
      'invisible-character 1:15-1:16',
      'invisible-character 1:19-1:20',
      'invisible-character 1:22-1:24',
    ]);
  });
});

describe('a file loads where', () => {
  test.each<[name: string, text: string]>([
    ['it says its version and nothing else', 'version: 1'],
    ['it is JSON', '{"version":1,"issuers":{},"rules":[]}'],
    ['it is JSON on one line with more than 64 keys', JSON.stringify({ version: 1, issuers: manyIssuers(100) })],
    ['a document begins with its marker', '---\nversion: 1\n'],
    ['a document begins and ends with markers', '# first\n---\nversion: 1\n...\n# last\n'],
    ['it names its schema', '$schema: ../policy.schema.json\nversion: 1\n'],
    ['it has carriage returns before its line ends', 'version: 1\r\n# b\r\nrules: [] # c\r\n'],
    ['it has as many bytes as allowed', ofBytes(MOST_BYTES, 'x')],
    ['it has as many bytes as allowed, in fewer characters', ofBytes(MOST_BYTES, '😀')],
    ['it has 64 levels of brackets', nested('[', ']', 58)],
    ['it has 64 levels of braces', nested('{a: ', '}', 58)],
    ['it has 64 levels of maps by indentation', indented('a:', 58)],
    ['it has 64 levels of lists by indentation', indented('-', 58)],
    ['it has 64 levels of lists on one line', indented('- '.repeat(57) + '-', 1)],
    ['comments keep their distance', 'version: 1 # one\n#two\nrules: [] #three\nissuers: #four\n  {}\n'],
    ['a number sign is part of a text', `${RULE}    when: { issuer: g, claims: { c: a#b, d: '#x', e: "x #y" } }\n`],
    ['a comment is glued behind a quoted text', 'version: 1\n$schema: "x" #y\n'],
    [
      'an alias, an anchor and a tag are quoted',
      `${RULE}    when: { issuer: g, claims: { c: ['*a', '&a', '!a', '<<'] } }\n`,
    ],
    ['names of every object are names of issuers', `version: 1\nissuers: ${JSON.stringify(manyIssuers(0))}\n`],
    ['urls differ by a slash', `version: 1\nissuers:\n  ${ISSUER}\n  h: { url: https://g.example/, audiences: [a] }\n`],
    ['there are no rules', 'version: 1\nrules: []\n'],
    ['a rule has no claims and no times', rule('valid: {}').replace('issuer: g', 'issuer: g, claims: {}')],
    ['its kinds are those of either issuer', `${RULE}    when: { issuer: [g, o], kind: [user, subject] }\n`],
    ['its audiences are those of either issuer', `${RULE}    when: { issuer: [g, v], audience: [a, c] }\n`],
    [
      'globs are as long and have as many stars as allowed',
      `${RULE}    when: { issuer: g, claims: { c: { glob: ${'a'.repeat(512)} }, d: { glob: "${'*'.repeat(8)}" } } }\n`,
    ],
    ['keys come from a file', issuer('jwks: { file: keys/g.json }')],
    ['keys stand in the policy', issuer('jwks: { keys: [{ kty: RSA, n: AQAB, e: AQAB, x5c: [], extra: null }] }')],
  ])('%s', (_name, text) => {
    expect(problems(text)).toEqual([]);
  });

  test.each([
    ...'yes no on off Yes NO y n 0777 -0777 00 1_000 12:30:45 190:20:30 2024-01-01 2001-12-14t21:59:43.10-05:00'.split(
      ' ',
    ),
    ...'0b11 0o8 0xg 1e nan inf NaN Infinity tRUE nULL 1.2.3 1f . + = a#b'.split(' '),
  ])('it says %s and means a string', (text) => {
    expect(claimOf(text)).toEqual({ oneOf: [text] });
  });

  test.each<[text: string, value: unknown]>([
    ['true', true],
    ['False', false],
    ['TRUE', true],
    ['-1.5e3', -1500],
    ['1.0', 1],
    ['9007199254740991', 9007199254740991],
    ['"true"', 'true'],
    ["'1'", '1'],
    ['"\\u202e"', '\u202e'],
    ['"\\ud83d\\ude00"', '😀'],
  ])('it says %s and means what JSON would', (text, value) => {
    expect(claimOf(text)).toEqual({ oneOf: [value] });
  });

  test('its rules and issuers stand in several files, in any order', () => {
    const rules = 'version: 1\nrules: [{ id: r, effect: allow, when: { issuer: g } }]\n';
    const { policy } = parsePolicy(files([rules, `version: 1\nissuers:\n  ${ISSUER}\n`, 'version: 1\n']));
    expect(policy?.rules.map(({ at }) => at)).toEqual([{ file: '1.yaml', line: 2, column: 15 }]);
    expect(policy?.issuers.map(({ at }) => at)).toEqual([{ file: '2.yaml', line: 3, column: 3 }]);
  });
});

/** Every key, and what may stand there: string, number, boolean, null, list, map. A rule and an issuer have both. */
const TYPES: Readonly<Record<string, string>> = {
  '/$schema': 'string',
  '/issuers': 'map',
  '/issuers/g': 'map',
  '/issuers/g/url': 'string',
  '/issuers/g/subject': 'string list',
  '/issuers/g/subject/0': 'string',
  '/issuers/g/audiences': 'list',
  '/issuers/g/audiences/0': 'string',
  '/issuers/g/algorithms': 'list',
  '/issuers/g/algorithms/0': 'string',
  '/issuers/g/tokenType': 'list',
  '/issuers/g/tokenType/0': 'string',
  '/issuers/g/maxLifetime': 'string',
  '/issuers/g/clockSkew': 'string',
  '/issuers/g/maxTokenAge': 'string',
  '/issuers/g/jwks': 'map',
  '/issuers/u/jwks/uri': 'string',
  '/issuers/f/jwks/file': 'string',
  '/issuers/g/jwks/keys': 'list',
  '/issuers/g/jwks/keys/0': 'map',
  '/issuers/g/jwks/keys/0/kty': 'string',
  '/rules': 'list',
  '/rules/0': 'map',
  '/rules/0/id': 'string',
  '/rules/0/description': 'string',
  '/rules/0/effect': 'string',
  '/rules/0/mode': 'string',
  '/rules/0/when': 'map',
  '/rules/0/when/issuer': 'string list',
  '/rules/0/when/issuer/0': 'string',
  '/rules/0/when/audience': 'string list',
  '/rules/0/when/audience/0': 'string',
  '/rules/0/when/subject': 'string list map',
  '/rules/0/when/subject/0': 'string map',
  '/rules/0/when/subject/1/equals': 'string',
  '/rules/0/when/subject/2/glob': 'string',
  '/rules/0/when/kind': 'string list',
  '/rules/0/when/kind/0': 'string',
  '/rules/0/when/claims': 'map',
  '/rules/0/when/claims/scalar': 'string number boolean list map',
  '/rules/0/when/claims/list/0': 'string number boolean',
  '/rules/0/when/claims/glob/glob': 'string',
  '/rules/0/when/claims/contains/contains': 'string number boolean list',
  '/rules/0/when/claims/containsAll/contains/0': 'string number boolean',
  '/rules/0/when/claims/containsAny/containsAny': 'list',
  '/rules/0/when/claims/containsAny/containsAny/0': 'string number boolean',
  '/rules/0/when/claims/present/present': 'boolean',
  '/rules/0/when/claims/not/not': 'string number boolean list map',
  '/rules/0/when/claims/notGlob/not/glob': 'string',
  '/rules/0/when/claims/notContains/not/contains': 'string number boolean list',
  '/rules/0/when/claims/notContainsAny/not/containsAny': 'list',
  '/rules/0/grants': 'list',
  '/rules/0/grants/0': 'map',
  '/rules/0/grants/0/actions': 'list',
  '/rules/0/grants/0/actions/0': 'string',
  '/rules/0/grants/0/resources': 'list',
  '/rules/0/grants/0/resources/0': 'string',
  '/rules/0/ttl': 'string',
  '/rules/0/valid': 'map',
  '/rules/0/valid/from': 'string',
  '/rules/0/valid/until': 'string',
};

/** A document with every key of the language. */
const WHOLE = {
  $schema: 'policy.schema.json',
  version: 1,
  issuers: {
    g: {
      url: 'https://g.example',
      subject: ['gitpod'],
      audiences: ['a'],
      algorithms: ['RS256'],
      tokenType: ['JWT'],
      maxLifetime: '1h',
      clockSkew: '30s',
      maxTokenAge: '1h',
      jwks: { keys: [{ kty: 'RSA' }] },
    },
    u: { url: 'https://u.example', audiences: ['a'], jwks: { uri: 'https://u.example/keys' } },
    f: { url: 'https://f.example', audiences: ['a'], jwks: { file: 'keys.json' } },
  },
  rules: [
    {
      id: 'r',
      description: 'All of it.',
      effect: 'allow',
      mode: 'audit',
      when: {
        issuer: ['g'],
        audience: ['a'],
        subject: ['org:A', { equals: 'org:A/env:E' }, { glob: 'org:A/**' }],
        kind: ['user'],
        claims: {
          scalar: 1,
          list: ['x'],
          glob: { glob: 'x*' },
          contains: { contains: 'x' },
          containsAll: { contains: ['x'] },
          containsAny: { containsAny: ['x'] },
          present: { present: true },
          not: { not: 'x' },
          notGlob: { not: { glob: 'x*' } },
          notContains: { not: { contains: 'x' } },
          notContainsAny: { not: { containsAny: ['x'] } },
        },
      },
      grants: [{ actions: ['read'], resources: ['secret/${subject.org}'] }],
      ttl: '15m',
      valid: { from: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' },
    },
  ],
} as const;

const SAMPLES: Readonly<Record<string, unknown>> = {
  string: 'x',
  number: 7,
  boolean: true,
  null: null,
  list: ['x'],
  map: { x: 1 },
};

describe('a value of a wrong type', () => {
  test('is tried at every key of a document that has them all and loads', () => {
    expect(problems(JSON.stringify(WHOLE))).toEqual([]);
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/policy.schema.json'), 'utf8'));
    const tried = ['version', ...Object.keys(TYPES).map((path) => path.replaceAll(/^.*\/(?=\D)|\/0$/g, ''))];
    expect([...new Set(tried)]).toEqual(expect.arrayContaining(propertiesOf(schema)));
  });

  const rows = Object.entries(TYPES).flatMap(([path, types]) =>
    Object.keys(SAMPLES).map((type) => [type, path, types.split(' ').includes(type)] as const),
  );
  test.each(rows)('%s at %s is of the right type: %s', (type, path, right) => {
    const { text, region } = withValueAt(path, SAMPLES[type]);
    const wrong = problems(text).includes(`wrong-type ${region}`);
    expect(wrong).toBe(!right);
  });
});

describe('help asks "did you mean"', () => {
  test.each<[what: string, text: string, meant: string]>([
    ['a key of the file', 'version: 1\nissuer: {}\n', 'issuers'],
    ['a key of an issuer', issuer('audience: [a]'), 'audiences'],
    ['a key in another spelling', issuer('clock_skew: 30s'), 'clockSkew'],
    ['a key in another case', issuer('maxlifetime: 1h'), 'maxLifetime'],
    ['a source of keys', issuer('jwks: { url: https://g.example/k }'), 'uri'],
    ['a key of a rule', rule('grant: []'), 'grants'],
    ['a key of a grant', rule('grants: [{ actions: [a], resource: [b] }]'), 'resources'],
    ['a condition', `${RULE}    when: { issuer: g, subjects: x }\n`, 'subject'],
    ['an effect', `${RULE.replace('allow', 'alow')}    when: { issuer: g }\n`, 'allow'],
    ['a mode', rule('mode: enforced'), 'enforce'],
    ['a scheme', issuer('subject: gitpod-v2'), 'gitpod-v3'],
    ['a scheme with a letter too many', issuer('subject: gitpods'), 'gitpod'],
    ['a kind', `${RULE}    when: { issuer: g, kind: enviroment }\n`, 'environment'],
    ['a kind in another spelling', `${RULE}    when: { issuer: g, kind: service_account }\n`, 'service-account'],
    [
      'an issuer',
      'version: 1\nissuers: { gitpod: { url: https://g.example, audiences: [a] } }\nrules: [{ id: r, effect: deny, when: { issuer: gitpdo } }]\n',
      'gitpod',
    ],
    [
      'an audience',
      'version: 1\nissuers: { g: { url: https://g.example, audiences: [https://secrets.example.com] } }\nrules: [{ id: r, effect: deny, when: { issuer: g, audience: https://secret.example.com } }]\n',
      'https://secrets.example.com',
    ],
    ['an algorithm', issuer('algorithms: [RS265]'), 'RS256'],
    ['an algorithm in another case', issuer('algorithms: [es256]'), 'ES256'],
    ['an operator', `${RULE}    when: { issuer: g, claims: { c: { containAny: [a] } } }\n`, 'containsAny'],
    ['an operator of a subject', `${RULE}    when: { issuer: g, subject: { equal: org:A } }\n`, 'equals'],
    [
      'a template',
      rule('grants: [{ actions: [a], resources: ["${subject.organisation}/${x"] }]').replace(
        'organisation}/${x',
        'orgs}',
      ),
      'subject.org',
    ],
    ['a resource', rule('grants: [{ actions: [a], resources: [/secret//a/] }]'), 'secret/a'],
  ])('for %s', (_what, text, meant) => {
    expect(parsePolicy(files(text)).diagnostics.map(({ help }) => help)).toContain(`did you mean \`${meant}\`?`);
  });

  test.each<[what: string, text: string]>([
    ['an issuer unlike any other', `${RULE}    when: { issuer: something-else }\n`],
    ['a key unlike any other', issuer('colour: red')],
  ])('not for %s', (_what, text) => {
    expect(parsePolicy(files(text)).diagnostics.map(({ help }) => help)).not.toContain(
      expect.stringContaining('did you mean'),
    );
  });

  test('and names conditions for claims that have their own', () => {
    const help = (claim: string) =>
      parsePolicy(files(`${RULE}    when: { issuer: g, claims: { ${claim}: a } }\n`)).diagnostics[0]?.help;
    const named = Object.fromEntries(
      ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'org'].map((claim) => [
        claim,
        /`(issuer|subject|audience|valid)`/.exec(help(claim) ?? '')?.[1],
      ]),
    );
    expect(named).toEqual({
      iss: 'issuer',
      sub: 'subject',
      aud: 'audience',
      exp: 'valid',
      nbf: 'valid',
      iat: 'valid',
      org: 'subject',
    });
  });
});

// The third file cannot be read, so that nobody knows which issuers there are: an unknown one is not reported.
test('all problems of all files are reported at once, in the order of files and text', () => {
  const sources = [
    'version: 1\nissuers:\n  g: { url: http://g.example, audiences: [a], subject: gitpod }\n  h: { url: https://h.example, clockSkew: 1d }\nrulez: []\n',
    'version: 1 #one\nrules:\n  - { id: r, effect: allow, when: { issuer: g, subject: "org:*", claims: { sub: a } } }\n  - { id: r, effect: permit, when: { issuer: x }, ttl: 5 }\n',
    '\u200bversion: 1\n',
    'rules: [{ id: r, effect: deny, when: { issuer: &i g, kind: [] }, grants: [{ actions: ["*********"], resources: [/a] }] }]\n',
  ];
  expect(problems(sources)).toEqual([
    '1.yaml issuer-not-https 3:13-3:29',
    '1.yaml missing-key 4:3-4:4',
    '1.yaml clock-skew-too-large 4:43-4:45',
    '1.yaml unknown-key 5:1-5:6',
    '2.yaml glued-comment 1:12-1:16',
    '2.yaml subject-wildcard 3:57-3:64',
    '2.yaml reserved-claim 3:76-3:79',
    '2.yaml duplicate-rule-id 4:11-4:12',
    '2.yaml unknown-value 4:22-4:28',
    '2.yaml wrong-type 4:56-4:57',
    '3.yaml invisible-character 1:1-1:2',
    '4.yaml missing-key 1:1-1:6',
    '4.yaml duplicate-rule-id 1:15-1:16',
    '4.yaml yaml-anchor 1:48-1:50',
    '4.yaml empty-list 1:54-1:58',
    '4.yaml invalid-glob 1:87-1:98',
    '4.yaml resource-not-canonical 1:113-1:115',
  ]);
});

test('every code of a refusal is reached', () => {
  const source = readFileSync(join(import.meta.dirname, '../../src/policy/diagnostic.ts'), 'utf8');
  const [, union = ''] = /type LoadErrorCode =([^;]*);/.exec(source) ?? [];
  // The codes of bundles are reached where bundles are read.
  const codes = [...union.matchAll(/'(?!bundle-)([a-z0-9-]+)'/g)].map(([, code]) => code);
  const reached = new Set([
    ...TABLES.flatMap(([, rows]) => rows.flatMap(([, , expected]) => expected.map(codeOf))),
    ...Object.values(FAMILIES).flatMap(({ refused }) => Object.keys(refused)),
  ]);
  expect(codes.length).toBeGreaterThan(50);
  expect([...reached].sort()).toEqual(codes.sort());
});

describe('a diagnostic', () => {
  test('is plain data', () => {
    const { diagnostics, ...rest } = parsePolicy(files(`${RULE}    when: { issuer: G }\n`));
    expect(rest).toStrictEqual({});
    expect(diagnostics).toEqual([
      {
        code: 'unknown-issuer',
        severity: 'error',
        message: expect.any(String),
        at: { file: '1.yaml', line: 10, column: 21, endLine: 10, endColumn: 22 },
        help: 'did you mean `g`?',
      },
    ]);
    expect(JSON.parse(JSON.stringify(diagnostics))).toEqual(diagnostics);
  });

  test.each(TABLES)('has a sentence on one line: %s', (_about, rows) => {
    const sentences = rows
      .flatMap(([, text]) => parsePolicy(files(text)).diagnostics)
      .flatMap(({ message, help = 'none' }) => [message, help]);
    expect(sentences.filter((sentence) => !SENTENCE.test(sentence))).toEqual([]);
  });

  test.each<[what: string, text: string]>([
    ['an unknown key', 'version: 1\n"\\n\\e\\u202e": 1\n'],
    ['an unknown scheme', issuer('subject: "\\n\\e\\u202e"')],
    ['an unknown algorithm', issuer('algorithms: ["\\n\\e\\u202e"]')],
    ['a url', 'version: 1\nissuers: { g: { url: "\\n\\e\\u202e", audiences: [a] } }\n'],
    ['an address of keys', issuer('jwks: { uri: "\\n\\e\\u202e" }')],
    ['an unknown issuer', `${RULE}    when: { issuer: "\\n\\e\\u202e" }\n`],
    ['an audience', `${RULE}    when: { issuer: g, audience: "\\n\\e\\u202e" }\n`],
    ['a suggested audience', RULE.replace('[a, b]', '["a\\e"]') + '    when: { issuer: g, audience: b }\n'],
    ['an unknown kind', `${RULE}    when: { issuer: g, kind: "\\n\\e\\u202e" }\n`],
    ['a subject', `${RULE}    when: { issuer: g, subject: "org:\\n\\e\\u202e" }\n`],
    ['a subject with a wildcard', `${RULE}    when: { issuer: g, subject: "org:*\\n\\e\\u202e" }\n`],
    ['a glob of subjects', `${RULE}    when: { issuer: g, subject: { glob: "org:\\n\\e\\u202e" } }\n`],
    ['a pointer', `${RULE}    when: { issuer: g, claims: { "/~\\n\\e\\u202e": a } }\n`],
    ['an operator', `${RULE}    when: { issuer: g, claims: { c: { "\\n\\e\\u202e": a } } }\n`],
    ['a template', rule('grants: [{ actions: [a], resources: ["${\\u202e}"] }]')],
    ['a resource', rule('grants: [{ actions: [a], resources: ["/\\u202e"] }]')],
    ['a key that stands twice', 'version: 1\n"\\e": 1\n"\\e": 1\n'],
    ['a file', `${RULE}    when: { issuer: g }\n  - { id: "r", effect: allow, when: { issuer: g } }\n`],
  ])('escapes what it quotes: %s', (_what, text) => {
    const { diagnostics } = parsePolicy([{ file: 'p\n\u202e.yaml', text }]);
    expect(diagnostics).not.toEqual([]);
    const sentences = diagnostics.flatMap(({ message, help = 'none' }) => [message, help]);
    expect(sentences.filter((sentence) => !SENTENCE.test(sentence))).toEqual([]);
  });

  test('says what is wrong, and what to do', () => {
    const one = (text: string | readonly string[]) => {
      const { code, message, help } = parsePolicy(files(text)).diagnostics[0] as Diagnostic;
      return `${code}: ${message}${help === undefined ? '' : ` (help: ${help})`}`;
    };
    expect([
      one('version: 1 # \u202e\n'),
      one('version: 1 #one\n'),
      one('{}'),
      one(issuer('algorithms: [none]')),
      one(`${RULE}    when: { issuer: g, subject: "org:*" }\n`),
      one(rule('grants: [{ actions: [a], resources: ["${subject.id}"] }]')),
    ]).toMatchInlineSnapshot(`
      [
        "invisible-character: the character U+202E cannot be seen, or changes what is seen (help: remove it; where it is meant, write it as an escape in a double-quoted string)",
        "glued-comment: \`#one\` is a comment here, not part of the value before it (help: put a space behind \`#\` if a comment is meant, quotes around the value if not)",
        "missing-key: the key \`version\` is missing (help: every file begins with \`version: 1\`)",
        "algorithm-forbidden: \`none\` means no signature at all (help: use one of \`RS256\`, \`PS256\`, \`ES256\`, \`EdDSA\`, \`Ed25519\`)",
        "subject-wildcard: \`org:*\` has a wildcard, which only a glob may have (help: write \`{ glob: … }\`; a prefix needs no wildcard, \`org:A\` covers all below it)",
        "invalid-template: \`subject.id\` is not a variable (help: did you mean \`subject.org\`?)",
      ]
    `);
  });
});

test.each([
  [undefined],
  [null],
  ['version: 1'],
  [{ file: 'a', text: '' }],
  [[null]],
  [['version: 1']],
  [[{ file: 'a' }]],
  [[{ file: 1, text: '' }]],
  [[{ file: 'a', text: 1 }]],
  [[{ file: 'a', text: '' }, undefined]],
])('parsePolicy does not take %j', (sources) => {
  expect(() => parsePolicy(sources as never)).toThrow(
    new TypeError('parsePolicy takes a list of { file: string, text: string }'),
  );
});

/** `code line:column-endLine:endColumn` of each, with the file where there are several. */
function problems(text: string | readonly string[]): string[] {
  return parsePolicy(files(text)).diagnostics.map(({ code, at }) => {
    const region = `${code} ${at.line}:${at.column}-${at.endLine}:${at.endColumn}`;
    return typeof text === 'string' || text.length === 1 ? region : `${at.file} ${region}`;
  });
}

function files(text: string | readonly string[]): { file: string; text: string }[] {
  return [text].flat().map((one, i) => ({ file: `${i + 1}.yaml`, text: one }));
}

function codeOf(problem: string): string {
  return /[a-z0-9-]+(?= \d)/.exec(problem)?.[0] ?? problem;
}

/** The region of the last scalar that has this value, with its quotes. */
function regionOf(text: string, value: string): string {
  const quoted = text.lastIndexOf(`"${value}"`);
  const start = quoted === -1 ? text.lastIndexOf(` ${value} `) + 1 : quoted;
  const length = value.length + (quoted === -1 ? 0 : 2);
  const unquoted = start === 0 ? text.lastIndexOf(value) : start;
  const line = text.slice(0, unquoted).split('\n').length;
  const column = unquoted - text.lastIndexOf('\n', unquoted - 1);
  return `${line}:${column}-${line}:${column + length}`;
}

/** An issuer with something more, on line 6. */
function issuer(more: string): string {
  return `version: 1\nissuers:\n  g:\n    url: https://g.example\n    audiences: [a]\n    ${more}\n`;
}

/** A rule with something more, on line 11. */
function rule(more: string): string {
  return `${RULE}    when: { issuer: g }\n    ${more}\n`;
}

function subject(issuers: string): Family['place'] {
  return (value) => `${RULE}    when: { issuer: ${issuers}, subject: "${value}" }\n`;
}

function glob(issuers: string): Family['place'] {
  return (value) => `${RULE}    when: { issuer: ${issuers}, subject: { glob: "${value}" } }\n`;
}

function gitpodSubjects(): Omit<Family, 'place'> {
  return {
    refused: {
      'empty-value': ['', ' '],
      'subject-wildcard': ['*', '**', 'org:*', 'org:A*', 'org:A/*', 'org:A/**', 'org:A/prj:*', 'org:*/user:U'],
      'subject-invalid': [
        ...['org', 'org:', 'org:A/', '/org:A', 'org:A//env:E', 'org:A/prj:', 'org:A/prj:/env:E', '/', ':', ':A', 'A'],
        ...['prj:P', 'env:E', 'user:U', 'env:E/org:A', 'org:A/env:E/prj:P', 'org:A/prj:P/prj:Q', 'org:A/org:A'],
        ...['org:A/prj:P/user:U', 'org:A/prj:P/rnr:R', 'org:A/prj:P/env:E/env:F', 'org:A/team:T', 'org:A/env:E/x:Y'],
        ...['Org:A', 'ORG:A', 'org: A', 'org :A', ' org:A', 'org:A ', 'org:a b', 'org:a\\nb', 'org:a\\0', 'org:A\\n'],
        ...['org:.', 'org:..', 'org:A/env:..', 'org:a%2Fb', 'org%3AA', 'org:é', 'org:a:b', 'org=A', 'org:A?', 'org:A#'],
        ...['org：A', 'org:A／env:E', 'org:A\\\\env:E', 'organization_id:A', 'org:\\u200bA', `org:${'a'.repeat(129)}`],
      ],
    },
    loads: [
      ...['org:A', 'org:A/prj:P', 'org:A/prj:P/env:E', 'org:A/env:E', 'org:A/user:U', 'org:A/rnr:R', 'org:A/sa:S'],
      ...['org:...', 'org:a.b_c~d-e', 'org:0', 'org:-', `org:${'a'.repeat(128)}`],
    ],
  };
}

function claims(issuers: string, ofPath: readonly string[], others: readonly string[]): Family {
  const registered = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat'];
  const pointers = [...registered, ...ofPath].flatMap((claim) => [`/${claim}`, `/${claim}/x`, `/${claim}/0`]);
  return {
    place: (value) => `${RULE}    when: { issuer: ${issuers}, claims: { "${value}": a } }\n`,
    refused: {
      'reserved-claim': [...registered, ...ofPath, ...pointers],
      'invalid-pointer': ['/~', '/a~', '/a~2', '/~a/b', '/sub~'],
    },
    loads: [
      ...[...others, ...others.map((claim) => `/${claim}`), 'runner_id', 'creator_email', 'jti', 'Sub', 'ORG', 'sub/x'],
      ...['', '/', '//', '//sub', '/a~0~1/b', 'a~2', '/a/sub', '~0', '__proto__', 'https://x/y'],
    ],
  };
}

/** A file of exactly so many bytes, that ends in a comment of this character. */
function ofBytes(bytes: number, character: string): string {
  const start = 'version: 1\n# ';
  const size = Buffer.byteLength(character);
  const count = Math.floor((bytes - start.length) / size);
  return start + character.repeat(count) + 'x'.repeat(bytes - start.length - count * size);
}

/** A key of an issuer has members of its own, which may nest: these begin at level 7. */
function nested(open: string, close: string, levels: number): string {
  return issuer(`jwks: { keys: [{ kty: RSA, x: ${open.repeat(levels)}${close.repeat(levels)} }] }`);
}

function indented(line: string, levels: number): string {
  const lines = Array.from({ length: levels }, (_, i) => `${' '.repeat(11 + i)}${line}\n`);
  return `${issuer('jwks:')}      keys:\n        - kty: RSA\n          x:\n${lines.join('')}`;
}

function manyIssuers(count: number): Record<string, unknown> {
  const names = ['__proto__', 'constructor', 'toString', ...Array.from({ length: count }, (_, i) => `issuer-${i}`)];
  return Object.fromEntries(names.map((name, i) => [name, { url: `https://${i}.example`, audiences: ['a'] }]));
}

/** The matcher of a claim that is written so. */
function claimOf(text: string): unknown {
  return parsePolicy(files(`${RULE}    when: { issuer: g, claims: { c: ${text} } }\n`)).policy?.rules[0]?.when.claims[0]
    ?.matcher;
}

/** The names of all properties that a schema describes. */
function propertiesOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { properties?: object };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(propertiesOf)];
}

/** The whole document with another value at a path, and where a wrong type there is reported. */
function withValueAt(path: string, value: unknown): { text: string; region: string } {
  const document: unknown = structuredClone(WHOLE);
  const steps = path.split('/').slice(1);
  const last = steps.pop()!;
  const parent = steps.reduce((at, step) => (at as Record<string, unknown>)[step], document) as Record<string, unknown>;
  parent[last] = '@';
  const marked = JSON.stringify(document);
  const at = marked.indexOf('"@"');
  const text = marked.replace('"@"', JSON.stringify(value));
  const key = `${JSON.stringify(last)}:`;
  const isScalar = typeof value !== 'object' || value === null;
  const isItem = Array.isArray(parent);
  const start = isScalar ? at : isItem ? (Array.isArray(value) ? at : at + 1) : at - key.length;
  const length = isScalar ? JSON.stringify(value).length : isItem ? (Array.isArray(value) ? 1 : 3) : key.length - 1;
  return { text, region: `1:${start + 1}-1:${start + 1 + length}` };
}
