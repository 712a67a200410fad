/** Each fix, applied, makes its finding vanish, keeps every comment, and changes nothing else, however a policy is laid out. */
import { expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { readdirSync } from 'node:fs';
import { Lexer, parse } from 'yaml';
import { applyEdits } from '../../src/lint/apply-edits.ts';
import { fixPolicy } from '../../src/lint/fix-policy.ts';
import { type LintDiagnostic, lintParsed } from '../../src/lint/lint-policy.ts';
import { lintRules } from '../../src/lint/registry.ts';
import { Locator } from '../../src/policy/document/route.ts';
import { toValue } from '../../src/policy/document/node.ts';
import { type ParsedSources, parseSources, type PolicySource } from '../../src/policy/parse.ts';
import type { Json } from '../policy/fmt/documents.ts';
import { render } from '../policy/fmt/render.ts';
import { text } from '../repository/repository.ts';
import { NOW } from './places.ts';
import { runsOf } from '../runs.ts';

const numRuns = runsOf();

interface Document {
  [key: string]: Json;
  issuers: { [name: string]: { [key: string]: Json } };
  rules: Json[];
}

/** What a fix may change of an issuer's `url`; a rule without an entry may change no value at all. */
const RESPELLED: Readonly<Record<string, (url: string) => string>> = {
  'issuer-trailing-slash': (url) => url.replace(/\/+$/, ''),
  'issuer-uppercase-host': (url) => url.replace(/^[^/]*\/\/[^/]*/, (origin) => origin.toLowerCase()),
};
const FIXABLE = lintRules.filter(({ fixable }) => fixable === true).map(({ id }) => id);

const avoided = (id: string): readonly string[] => {
  const [, section = ''] = /^## Avoid\n(.*?)^## /ms.exec(text(`src/lint/rules/${id}.md`)) ?? [];
  return [...section.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, example = '']) => example);
};
const policies = readdirSync('policies').map((name) => parse(text(`policies/${name}`)) as Partial<Document>);
const CORPUS: readonly Document[] = [
  ...FIXABLE.flatMap(avoided).map((example) => parse(example) as Document),
  parse(text('test/lint/bad.yaml')) as Document,
  {
    version: 1,
    issuers: Object.assign({}, ...policies.map(({ issuers = {} }) => issuers)) as Document['issuers'],
    rules: policies.flatMap(({ rules = [] }) => rules),
  },
];

/** Urls that the rules know how to spell, and some they must leave alone. */
const URLS = [
  'https://app.gitpod.io/',
  'https://APP.gitpod.io',
  'HTTPS://app.gitpod.io',
  'https://App.Gitpod.IO/',
  'https://token.actions.githubusercontent.com/',
  'https://GitLab.com',
  'https://Accounts.Google.com/',
  'https://app.terraform.io/Some/Path/',
  'https://Login.example.com/',
];

const styles = fc.record({
  choices: fc.array(fc.nat(100_000), { maxLength: 400, size: 'max' }),
  shuffle: fc.boolean(),
  json: fc.constant(false),
});

function withFewRules(document: Document): Arbitrary<Document> {
  const maxLength = Math.min(3, document.rules.length);
  return fc.subarray(document.rules, { maxLength }).map((rules) => ({ ...document, rules }));
}

/** Policies of the corpus with other urls and few of their rules, in one file or two, written by a careless author, or as JSON. */
const written: Arbitrary<ParsedSources> = fc
  .record({
    document: fc.oneof(...CORPUS.map(withFewRules)),
    urls: fc.array(fc.option(fc.constantFrom(...URLS)), { maxLength: 6 }),
    isSplit: fc.boolean(),
    audience: fc.option(fc.constantFrom('https://app.gitpod.io', 'https://gitlab.com')),
    names: fc.constantFrom(['a.yaml', 'b.yaml'], ['b.yml', 'a.yaml'], ['a.json', 'b.yaml'], ['a.yaml', 'b.json']),
    styles: fc.tuple(styles, styles),
    indent: fc.constantFrom(undefined, 2),
  })
  .map(({ document, urls, audience, isSplit, names, styles, indent }) => {
    const issuers = Object.entries(document.issuers).map(([name, issuer], index) => {
      const url = urls[index] ?? issuer['url'];
      return [
        name,
        { ...issuer, ...(url === undefined ? {} : { url }), ...(audience === null ? {} : { audiences: [audience] }) },
      ] as const;
    });
    const { rules, ...rest } = { ...document, issuers: Object.fromEntries(issuers) };
    const parts: Json[] = isSplit ? [rest, { version: 1, rules }] : [{ ...rest, rules }];
    const sources = parts.map((part, index) => {
      const file = names[index]!;
      return { file, text: file.endsWith('.json') ? JSON.stringify(part, null, indent) : render(part, styles[index]!) };
    });
    return { ...parseSources(sources), [fc.toStringMethod]: () => JSON.stringify(sources, null, 2) };
  })
  .filter(({ policy }) => policy !== undefined);

/** Places a careless author seldom writes, and a fix has to bear. */
const PLACES = [
  'url: |- # why\n      https://app.gitpod.io/\n',
  'url: >-\n      https://App.gitpod.io/\n\n    # why\n',
  'url: # why\n      "https://app.gitpod.io/" # not\n',
  "? url\n    # why\n    : 'https://app.gitpod.io/'\n",
  'url: "https://app.\\\n      gitpod.io/" # why\n',
];
const example = (place: string): [ParsedSources] => {
  const text = `version: 1\r\nissuers:\n  x:\n    ${place}    audiences: [a] # who\nrules: []\n`;
  return [parseSources([{ file: 'a.yaml', text }])];
};
const examples = PLACES.map(example);

test('the places that are written by hand load', () => {
  expect(examples.flatMap(([{ diagnostics }]) => diagnostics)).toEqual([]);
});

const valuesOf = ({ documents }: ParsedSources): Document[] =>
  documents.map(({ root }) => JSON.parse(JSON.stringify(root && toValue(root))) as Document);

/** Every comment, as the lexer of another reader of YAML sees it. What follows its mark of a scalar is none. */
function commentsOf(text: string): string[] {
  const tokens = [...new Lexer().lex(text)];
  return tokens
    .filter((token, index) => token.startsWith('#') && tokens[index - 1] !== '\u001f')
    .map((one) => one.trimEnd());
}

/** The text before and behind the place of a finding. */
function around(text: string, { line, column, endLine, endColumn }: LintDiagnostic['at']): readonly [string, string] {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return [text.slice(0, starts[line - 1]! + column - 1), text.slice(starts[endLine - 1]! + endColumn - 1)];
}

const countOf = (id: string, diagnostics: readonly LintDiagnostic[]): number =>
  diagnostics.filter(({ code }) => code === id).length;

/** What is found more often than before. */
const newCodes = (before: readonly LintDiagnostic[], after: readonly LintDiagnostic[]): readonly string[] =>
  [...new Set(after.map(({ code }) => code))].filter((code) => countOf(code, after) > countOf(code, before));

test('a fix makes its finding vanish and changes nothing else', () => {
  const applied = new Map(FIXABLE.map((id) => [id, 0]));
  fc.assert(
    fc.property(written, (parsed) => {
      const before = lintParsed(parsed, { now: NOW });
      for (const finding of before.filter(({ fix = [] }) => fix.length > 0)) {
        const sources = withFix(parsed, finding);
        if (sources === undefined) continue;
        applied.set(finding.code, (applied.get(finding.code) ?? 0) + 1);
        expectOnlyItsPlaceChanged(finding, parsed.sources, sources);
        const after = parseSources(sources);
        const expected = valuesOf(parsed).map((value) => respelled(value, finding));
        expect(valuesOf(after)).toEqual(expected);
        const left = lintParsed(after, { now: NOW });
        expect(countOf(finding.code, left)).toBe(countOf(finding.code, before) - 1);
        expect(newCodes(before, left)).toEqual([]);
      }
    }),
    { numRuns, examples },
  );
  expect([...applied].filter(([, times]) => times < numRuns / 10 - 5)).toEqual([]);
});

/** The sources with one fix; `undefined` where the place is a block with a comment at its head, which has no other place. */
function withFix(
  { sources, documents }: ParsedSources,
  { fix = [], at }: LintDiagnostic,
): readonly PolicySource[] | undefined {
  const locator = new Locator(documents);
  const after = sources.map(({ file, text }) => ({ file, text: applyEdits(text, file, fix, locator) }));
  const index = sources.findIndex(({ file }) => file === at.file);
  if (after[index]!.text !== sources[index]!.text) return after;
  const [head] = around(sources[index]!.text, at);
  expect(sources[index]!.text.slice(head.length)).toMatch(/^[|>][^\n]*#/);
  return undefined;
}

function expectOnlyItsPlaceChanged(
  finding: LintDiagnostic,
  sources: readonly PolicySource[],
  after: readonly PolicySource[],
): void {
  for (const [index, { file, text }] of sources.entries()) {
    const changed = after[index]!.text;
    if (file !== finding.at.file) expect(changed).toBe(text);
    else if (finding.code in RESPELLED) {
      const [head, tail] = around(text, finding.at);
      expect([changed.slice(0, head.length), changed.slice(changed.length - tail.length)]).toEqual([head, tail]);
      expect(commentsOf(changed)).toEqual(commentsOf(text));
    } else {
      const [line = '', ending = ''] = /^# yaml-language-server: \$schema=\S+(\r?\n)/.exec(changed) ?? [];
      expect(changed).toBe(line + text);
      expect(ending).toBe(/\r?\n/.exec(text)?.[0] ?? '\n');
      expect(commentsOf(changed)).toEqual([line.trimEnd(), ...commentsOf(text)]);
    }
  }
}

/** A document with the one value changed that a fix may change. */
function respelled(value: Document, { code, fix = [] }: LintDiagnostic): Document {
  const respell = RESPELLED[code];
  const [edit] = fix;
  if (respell === undefined || edit === undefined || !('at' in edit) || !('issuer' in edit.at)) return value;
  const issuer = value.issuers?.[edit.at.issuer];
  if (issuer !== undefined) issuer['url'] = respell(String(issuer['url']));
  return value;
}

test('all fixes together leave nothing to mend, and nothing to do for a second run', () => {
  fc.assert(
    fc.property(written, ({ sources }) => {
      const files = new Set(sources.map(({ file }) => file));
      const fixed = fixPolicy(sources, files, { now: NOW });
      for (const finding of fixed.diagnostics.filter(({ fix = [] }) => fix.length > 0)) {
        expect(withFix(parseSources(fixed.sources), finding)).toBeUndefined();
      }
      for (const [index, { text }] of sources.entries()) {
        const ours = (comment: string): boolean => !comment.startsWith('# yaml-language-server:');
        const [before, after] = [text, fixed.sources[index]!.text].map((one) => commentsOf(one).filter(ours));
        expect(after).toEqual(before);
      }
      expect(fixPolicy(fixed.sources, files, { now: NOW }).sources).toEqual(fixed.sources);
    }),
    { numRuns, examples },
  );
});
