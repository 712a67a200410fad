import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applyEdits } from '../../src/lint/apply-edits.ts';
import type { Edit } from '../../src/lint/edit.ts';
import { fixPolicy } from '../../src/lint/fix-policy.ts';
import { Locator } from '../../src/policy/document/route.ts';
import { parseSources } from '../../src/policy/parse.ts';
import { runsOf } from '../runs.ts';

function edited(text: string, edits: readonly Edit[], file = 'policy.yaml'): string {
  const { documents } = parseSources([{ file, text }]);
  return applyEdits(text, file, edits, new Locator(documents));
}

const rule = (description: string): string => `version: 1 # one
issuers:
  gitpod: { url: https://app.gitpod.io, subject: gitpod, audiences: [a] }
rules:
  # about the rule

  - id:   first   # its name
    description: ${description}
    effect: allow
    when: { issuer: gitpod, audience: a } # who
`;

const replace = (path: readonly (string | number)[], replaceWith: string): Edit => ({
  at: { rule: 'first', path },
  replaceWith,
});

describe('a scalar is replaced', () => {
  test.each([
    ['plain by plain', 'old', 'new', 'new'],
    ['plain by plain words, a comment behind it', 'old   # why', 'new words', 'new words   # why'],
    ['plain by what looks like a number', 'old', '0777', '"0777"'],
    ['plain by what looks like a boolean', 'old', 'yes', '"yes"'],
    ['plain by what looks like a comment', 'old', 'a #b', '"a #b"'],
    ['plain by what looks like a map', 'old', 'a: b', '"a: b"'],
    ['plain by a template', 'old', '${subject.org}', '"${subject.org}"'],
    ['plain by a line break', 'old', 'a\nb', '"a\\nb"'],
    ['plain over two lines', 'old\n      and more', 'new', 'new'],
    ['single-quoted in its style', "'old' # why", "it's", "'it''s' # why"],
    ['single-quoted by what that cannot say', "'old'", 'a\tb', '"a\\tb"'],
    ['double-quoted in its style', '"old" # why', 'a "b"', '"a \\"b\\"" # why'],
    ['a block', '|\n      old\n      text', 'new', '"new"'],
    ['a block with a comment not at all', '| # why\n      old', 'new', '| # why\n      old'],
  ])('%s', (_, before, value, after) => {
    expect(edited(rule(before), [replace(['description'], value)])).toBe(rule(after));
  });

  test('in a flow map', () => {
    expect(edited(rule('x'), [replace(['when', 'audience'], 'b,c')])).toBe(
      rule('x').replace('audience: a', 'audience: "b,c"'),
    );
  });

  test('where a key is meant, and only where it stands', () => {
    const at = { rule: 'first', path: ['description'], key: true } as const;
    expect(edited(rule('x'), [{ at, replaceWith: 'effect' }])).toBe(rule('x').replace('description: x', 'effect: x'));
    const nowhere = { rule: 'first', path: ['nowhere'], key: true } as const;
    expect(edited(rule('x'), [{ at: nowhere, replaceWith: 'effect' }])).toBe(rule('x'));
  });

  test('in JSON by JSON', () => {
    const text = '{"version":1,"rules":[{"id":"first","description":5}]}';
    expect(edited(text, [replace(['description'], 'five')], 'policy.json')).toBe(text.replace('5', '"five"'));
  });

  test('and means what was asked for, whatever that is', () => {
    const styles = ['old', "'old'", '"old"', '|\n      old'];
    fc.assert(
      fc.property(fc.constantFrom(...styles), fc.string({ unit: 'binary' }), (style, value) => {
        const text = edited(rule(style), [replace(['description'], value)]);
        const { policy, diagnostics } = parseSources([{ file: 'policy.yaml', text }]);
        // Characters that a policy may not hold, and descriptions that are empty or too long, do not load at all.
        if (policy === undefined) expect(diagnostics.map(({ code }) => code)).not.toContain('yaml-syntax');
        else expect(policy.rules[0]?.description).toBe(value);
      }),
      { numRuns: runsOf() },
    );
  });
});

describe('no edit is made', () => {
  test.each<[string, Edit]>([
    ['of a map', replace(['when'], 'x')],
    ['of what is not there', replace(['when', 'kind'], 'x')],
    ['of a value that is that already', replace(['description'], 'x')],
    ['in another file', { file: 'other.yaml', firstLine: '# x' }],
  ])('%s', (_, edit) => {
    expect(edited(rule('x'), [edit])).toBe(rule('x'));
  });
});

describe('several edits', () => {
  test('are made in the order of the text', () => {
    const edits = [replace(['when', 'audience'], 'b'), replace(['description'], 'new'), replace(['id'], 'second')];
    expect(edited(rule('x'), edits)).toBe(rule('new').replace('audience: a', 'audience: b').replace('first', 'second'));
  });

  test('of one place: the first wins', () => {
    expect(edited(rule('x'), [replace(['description'], 'new'), replace(['description'], 'newer')])).toBe(rule('new'));
  });
});

describe('a first line is inserted', () => {
  const line: Edit = { file: 'policy.yaml', firstLine: '# first' };
  test.each([
    ['with the line end of the file', 'version: 1\r\n', '# first\r\nversion: 1\r\n'],
    ['into an empty file', '', '# first\n'],
    ['once', 'version: 1', '# first\nversion: 1'],
  ])('%s', (_, before, after) => {
    expect(edited(before, [line, line])).toBe(after);
  });
});

describe('fixing a policy', () => {
  const now = Date.parse('2026-06-01T00:00:00Z') / 1000;
  const text = rule('x').replace('app.gitpod.io', 'app.gitpod.io/');

  test('mends what is found, keeps every comment and line, and leaves nothing to mend', () => {
    const { sources, diagnostics } = fixPolicy([{ file: 'policy.yaml', text }], new Set(['policy.yaml']), { now });
    expect(diagnostics.filter(({ fix }) => fix !== undefined)).toEqual([]);
    const [schema, ...rest] = (sources[0]?.text ?? '').split('\n');
    expect(schema).toMatch(/^# yaml-language-server: \$schema=/);
    expect(rest.join('\n')).toBe(rule('x'));
  });

  test('changes no file that was not named', () => {
    const sources = [{ file: 'policy.yaml', text }];
    expect(fixPolicy(sources, new Set(), { now }).sources).toEqual(sources);
  });

  test('mends the first of two that would become one, and all else', () => {
    const twice = text.replace(
      /^ {2}gitpod: .*$/m,
      '  gitpod: { url: https://app.gitpod.io/, subject: gitpod, audiences: [a] }\n' +
        '  other: { url: https://App.gitpod.io, subject: gitpod, audiences: [a] }',
    );
    const fixed = fixPolicy([{ file: 'policy.yaml', text: twice }], new Set(['policy.yaml']), { now });
    expect(fixed.sources[0]?.text).toMatch(/^# yaml-language-server.*\n/);
    expect(fixed.sources[0]?.text.replace(/^.*\n/, '')).toBe(twice.replace('gitpod.io/', 'gitpod.io'));
  });

  test('mends nothing that is off', () => {
    const levels = { 'missing-schema-line': 'off', 'issuer-trailing-slash': 'off' } as const;
    const fixed = fixPolicy([{ file: 'policy.yaml', text }], new Set(['policy.yaml']), { now, levels });
    expect(fixed.sources[0]?.text).toBe(text);
  });
});
