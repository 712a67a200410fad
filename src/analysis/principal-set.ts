import type { Conditions, Issuer, SubjectPattern } from '../policy/policy.ts';
import { GITPOD_FORMS } from '../policy/subject/gitpod-path.ts';
import { type Expression, sequence, type SymbolClass, text } from './automaton.ts';
import { findWord, type Word } from './find-word.ts';
import { globExpression, properSegment } from './glob-expression.ts';
import { WordSet } from './word-set.ts';

/** The principals that a rule is about, among those one issuer can name. */
export interface PrincipalSet {
  /** Paths of principals of the rule's kinds. */
  readonly ofKinds: WordSet;
  /** Paths that the rule's subjects cover; every path where left out. */
  readonly covered?: {
    readonly patterns: readonly SubjectPattern[];
    readonly paths: WordSet;
    readonly isOpaque: boolean;
  };
}

const inId: SymbolClass = (symbol) => /^[A-Za-z0-9._~-]$/.test(symbol);
const anything: Expression = { many: { one: () => true } };

/**
 * The principals of a rule under one issuer; `undefined` where its mix of schemes is not modelled. Ids are taken to be
 * of any length, so the set is never too small.
 */
export function principalSet({ kinds, subjects }: Conditions, { subject: schemes }: Issuer): PrincipalSet | undefined {
  const isOpaque = schemes.every((name) => name === 'opaque');
  if (!isOpaque && !schemes.every((name) => name === 'gitpod' || name === 'gitpod-v3')) return undefined;
  const ofKinds = isOpaque ? opaqueOf(kinds) : gitpodOf(schemes.includes('gitpod-v3'), kinds);
  if (subjects === undefined) return { ofKinds };
  const paths = new WordSet({ either: subjects.map((pattern) => covering(pattern, isOpaque)) });
  return { ofKinds, covered: { patterns: subjects, paths, isOpaque } };
}

/** The parts of a set, all of which its members are in. */
export function partsOf({ ofKinds, covered }: PrincipalSet): readonly WordSet[] {
  return covered === undefined ? [ofKinds] : [ofKinds, covered.paths];
}

/** A path that all the sets have, as a word. */
export function commonPrincipal(...sets: readonly PrincipalSet[]): Word | 'none' | 'undecided' {
  return findWord([...new Set(sets.flatMap(partsOf))]);
}

const samples = new WeakMap<PrincipalSet, ReturnType<typeof commonPrincipal>>();

/** A path of the set; found once. */
export function samplePrincipal(set: PrincipalSet): Word | 'none' | 'undecided' {
  const sample = samples.get(set) ?? commonPrincipal(set);
  samples.set(set, sample);
  return sample;
}

/** Whether every path of `a` is one of `b`. */
export function isPrincipalSubset(a: PrincipalSet, b: PrincipalSet): boolean | 'undecided' {
  if (formsIn(a.ofKinds).every((form) => !formsIn(b.ofKinds).includes(form))) return samplePrincipal(a) === 'none';
  const within = partsOf(a);
  const found = partsOf(b)
    .filter((part) => !within.includes(part) && !isCertain(part, a, b))
    .map((part) => findWord(within, [part]));
  if (found.some((word) => typeof word !== 'string')) return false;
  return found.includes('undecided') ? 'undecided' : true;
}

function isCertain(part: WordSet, a: PrincipalSet, b: PrincipalSet): boolean {
  if (part !== b.ofKinds) return areCoveredAsWritten(a, b);
  const known = formsIn(b.ofKinds);
  return formsIn(a.ofKinds).every((form) => known.includes(form));
}

/** Whether the texts alone show that the subjects of `b` cover those of `a`: true of most rules that are compared. */
function areCoveredAsWritten({ covered: a }: PrincipalSet, { covered: b }: PrincipalSet): boolean {
  const isCovered = (pattern: SubjectPattern): boolean => {
    const [text = ''] = Object.values<string>(pattern);
    return (
      b?.patterns.some((wider) =>
        'prefix' in wider && !b.isOpaque
          ? text === wider.prefix || text.startsWith(`${wider.prefix}/`)
          : JSON.stringify(wider) === JSON.stringify(pattern),
      ) ?? true
    );
  };
  return a?.patterns.every((pattern) => !('glob' in pattern) && isCovered(pattern)) ?? b === undefined;
}

const domains = new Map<string, WordSet>();
const formsOf = new WeakMap<WordSet, readonly string[]>();

/** INVARIANT: the same forms give the same set, so that kinds can be compared as lists. */
function domain(forms: readonly string[], expression: Expression): WordSet {
  const key = forms.join(' ');
  const known = domains.get(key) ?? new WordSet(expression);
  domains.set(key, known);
  formsOf.set(known, forms);
  return known;
}

function formsIn(ofKinds: WordSet): readonly string[] {
  return formsOf.get(ofKinds) ?? [];
}

function opaqueOf(kinds: readonly string[] | undefined): WordSet {
  const isAny = kinds?.includes('subject') ?? true;
  return isAny ? domain(['subject'], sequence({ one: () => true }, anything)) : domain([], { either: [] });
}

function gitpodOf(withAccounts: boolean, kinds: readonly string[] | undefined): WordSet {
  const forms = GITPOD_FORMS.filter(
    ({ kind }) => (withAccounts || kind !== 'service-account') && (kinds?.includes(kind) ?? true),
  );
  const pathOf = (segments: readonly string[]): Expression =>
    sequence(...segments.map((kind, i) => sequence(text(`${i === 0 ? '' : '/'}${kind}:`), properSegment(inId))));
  return domain(
    forms.map(({ segments }) => segments.join('/')),
    { either: forms.map(({ segments }) => pathOf(segments)) },
  );
}

function covering(pattern: SubjectPattern, isOpaque: boolean): Expression {
  if ('glob' in pattern) return globExpression(pattern.glob);
  if ('equals' in pattern) return text(pattern.equals);
  const below: Expression = { either: [{ text: [] }, sequence(text('/'), anything)] };
  return isOpaque ? text(pattern.prefix) : sequence(text(pattern.prefix), below);
}
