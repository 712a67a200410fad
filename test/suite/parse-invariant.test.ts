import { describe, expect, test } from '@jest/globals';
import { parse, POLICY, suiteOf } from './suite-text.ts';

const OPAQUE = POLICY.replace(
  'rules:',
  '  forge:\n    url: https://forge.example\n    audiences: [https://forge.example/api]\nrules:',
);

/** The set of a `never`, as it is refused; the place is one of the second line, the set beginning at column 37. */
const set = (text: string): string => `version: 1\ninvariants: [{ name: none, never: ${text} }]`;

describe('an invariant is refused', () => {
  const refused: readonly (readonly [what: string, text: string, code: string, place: string, help?: string])[] = [
    [
      'that demands nothing',
      'version: 1\ninvariants: [{ name: a }]',
      'missing-key',
      '2:16',
      'an invariant has one of them',
    ],
    [
      'that is both',
      'version: 1\ninvariants: [{ name: a, never: { plain: true }, always: { plain: true } }]',
      'invalid-value',
      '2:16',
      'make two invariants',
    ],
    ['without a name', 'version: 1\ninvariants: [{ never: { plain: true } }]', 'missing-key', '2:16'],
    ['with an unknown key', set('{ subjet: org:acme }'), 'unknown-key', '2:37', 'did you mean `subject`?'],
    [
      'of an empty set',
      set('{}'),
      'missing-key',
      '2:28',
      'say of which tokens and requests; `plain: true` is plain access',
    ],
    ['of another type', set('[org:acme]'), 'wrong-type', '2:28'],
    ['of an unknown issuer', set('{ issuer: gitpd }'), 'unknown-issuer', '2:45', 'did you mean `gitpod`?'],
    [
      'of an audience that no issuer accepts',
      set('{ audience: https://secret.example.com }'),
      'audience-not-accepted',
      '2:47',
      'did you mean `https://secrets.example.com`?',
    ],
    ['of an unknown kind', set('{ kind: enviroment }'), 'unknown-kind', '2:43', 'did you mean `environment`?'],
    ['of a kind that its issuers do not know', set('{ kind: [user, subject] }'), 'unknown-kind', '2:50'],
    ['of a subject that no scheme can parse', set('{ subject: "org:acme/prj:" }'), 'subject-invalid', '2:46'],
    ['of everyone but a subject that is none', set('{ subject: { outside: "org:*" } }'), 'subject-wildcard', '2:57'],
    [
      'of an operator that is none',
      set('{ subject: { beside: org:acme } }'),
      'unknown-operator',
      '2:48',
      'known are `equals`, `glob`, `outside`',
    ],
    [
      'of two operators',
      set('{ subject: { equals: org:acme/user:u, outside: org:acme } }'),
      'several-operators',
      '2:37',
    ],
    [
      'of everyone outside what is outside',
      set('{ subject: { outside: { outside: org:acme } } }'),
      'unknown-operator',
      '2:59',
    ],
    ['of a reserved claim', set('{ claims: { sub: x } }'), 'reserved-claim', '2:47'],
    ['of a claim that is null', set('{ claims: { team: null } }'), 'wrong-type', '2:53'],
    [
      'of a resource that is no path',
      set('{ resource: secret//x }'),
      'resource-not-canonical',
      '2:47',
      'did you mean `secret/x`?',
    ],
    [
      'with a template',
      set('{ resource: "secret/${subject.project}/x" }'),
      'invalid-template',
      '2:47',
      'write `*` for any segment',
    ],
    ['with a template for an action', set('{ action: "${claims.team}" }'), 'invalid-template', '2:45'],
    ['of a pattern with too many stars', set('{ action: "*a*a*a*a*a*a*a*a*" }'), 'invalid-glob', '2:45'],
    ['of plain access to something', set('{ plain: true, action: read }'), 'invalid-value', '2:44', 'remove `plain`'],
    ['of access that is not plain', set('{ plain: false }'), 'invalid-value', '2:44', 'remove `plain`'],
    ['that no token can break', set('{ subject: org:acme/prj:p, kind: user }'), 'invalid-value', '2:28'],
  ];

  test.each(refused)('%s', (...[, text, code, place, help]) => {
    const { suite, diagnostics } = parse(text);
    const found = diagnostics.map((one) => [one.code, `${one.at.line}:${one.at.column}`]);
    expect({ suite, found }).toEqual({ suite: undefined, found: [[code, place]] });
    if (help !== undefined) expect(diagnostics[0]!.help).toBe(help);
  });

  test('with all that is wrong with it at once', () => {
    const { diagnostics } = parse(set('{ issuer: x, kind: usr, resource: /a, action: [] }'));
    const codes = ['unknown-issuer', 'unknown-kind', 'resource-not-canonical', 'empty-list'];
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  });
});

test('an invariant says what it is about', () => {
  const text = `version: 1
invariants:
  - name: one
    never:
      issuer: gitpod
      audience: https://secrets.example.com
      subject: { outside: ["org:acme", { glob: "org:b*/**" }] }
      kind: [user, runner]
      claims: { team: { not: t } }
      action: read
      resource: ["secret/**", secret]
  - name: two
    always: { subject: [{ equals: "org:acme/user:u" }], plain: true }
`;
  const { cases, invariants } = suiteOf(text);
  expect(cases).toEqual([]);
  expect(invariants).toEqual([
    {
      name: 'one',
      at: { file: 'trust.test.yaml', line: 3, column: 5 },
      demand: 'never',
      set: {
        issuers: ['gitpod'],
        audiences: ['https://secrets.example.com'],
        subjects: { patterns: [{ prefix: 'org:acme' }, { glob: 'org:b*/**' }], areOutside: true },
        kinds: ['user', 'runner'],
        claims: [{ key: 'team', steps: ['team'], matcher: { not: { oneOf: ['t'] } } }],
        request: { actions: ['read'], resources: ['secret/**', 'secret'] },
      },
    },
    {
      name: 'two',
      at: { file: 'trust.test.yaml', line: 12, column: 5 },
      demand: 'always',
      set: {
        subjects: { patterns: [{ equals: 'org:acme/user:u' }], areOutside: false },
        claims: [],
        request: 'plain',
      },
    },
  ]);
});

test('a subject that one issuer can say is nobody of another', () => {
  const glob = '{ subject: { glob: "org:acme/**" }';
  expect(parse(set(`${glob} }`), OPAQUE).diagnostics).toEqual([]);
  expect(parse(set(`${glob}, issuer: forge }`), OPAQUE).diagnostics[0]!.code).toBe('subject-glob-unsupported');
});
