import { hasTemplate, templateSegments } from '../../policy/glob/template.ts';
import { isFillable } from '../../policy/glob/resource.ts';
import type { GrantPattern, TrustRule } from '../../policy/policy.ts';
import { type Expression, sequence, some, text, type WordSymbol } from '../automaton.ts';
import { type ClaimTest, claimTest } from '../claim-set.ts';
import { inSegment, markOf, properSegment, variableOf } from '../glob-expression.ts';
import type { Region } from '../region.ts';
import { WordSet } from '../word-set.ts';

/** What tokens fill a template's variable with: one value, some value beside others, or nothing that could stand there. */
export type TemplateValue = { readonly is: string } | { readonly isNot: readonly string[] } | 'unfillable';

/** A region, and by their marks the variables of which it says what tokens fill them with. */
export interface Case {
  readonly region: Region;
  readonly values: ReadonlyMap<WordSymbol, TemplateValue>;
}

/** The variables of a rule's templates, as marks. */
export function marksOf({ grants = [] }: Pick<TrustRule, 'grants'>): readonly WordSymbol[] {
  const segments = grants.flatMap(({ resources = [] }) => resources.filter(hasTemplate)).flatMap(segmentsOf);
  return [...new Set(segments.flatMap((segment) => (isMark(segment) ? [markOf(segment)] : [])))];
}

/** The texts that stand as whole segments in resource patterns. */
export function literalsIn(patterns: readonly string[]): readonly string[] {
  return patterns.flatMap(segmentsOf).flatMap((one) => (isLiteral(one) ? [one.literal] : []));
}

/**
 * Takes a case apart by what tokens fill some variables with: each of the values, something else, nothing. `undefined`
 * where it is known as well as that already.
 */
export function splitCase(
  one: Case,
  marks: readonly WordSymbol[],
  values: readonly string[],
): readonly Case[] | undefined {
  const wanted = [...new Set(values)].filter((value) => isFillable(value) && !/[*$]/.test(value));
  const split = marks.reduce<readonly Case[]>(
    (cases, mark) => cases.flatMap((each) => byValue(each, mark, wanted)),
    [one],
  );
  return split.length === 1 && split[0] === one ? undefined : split;
}

/** The grants of a rule in a case: filled in where a value is known; of what nothing is known, what is sure. */
export function grantsIn({ values }: Case, { effect, grants }: TrustRule): readonly GrantPattern[] | undefined {
  return grants?.flatMap(({ actions, resources }): GrantPattern[] => {
    if (resources === undefined) return [{ actions }];
    const known = resources.flatMap((pattern) => fillPattern(pattern, values) ?? []);
    const isOpen = effect === 'deny' && resources.some((pattern) => isUnfillable(pattern, values));
    if (isOpen) return [{ actions, resources: ['**'] }];
    return known.length === 0 ? [] : [{ actions, resources: known }];
  });
}

function isUnfillable(pattern: string, values: Case['values']): boolean {
  return (
    hasTemplate(pattern) && segmentsOf(pattern).some((one) => isMark(one) && values.get(markOf(one)) === 'unfillable')
  );
}

/** A pattern with its known values; `undefined` where nothing can be filled in, or nothing is known. */
function fillPattern(pattern: string, values: Case['values']): string | undefined {
  const filled: string[] = [];
  for (const segment of pattern.split('/')) {
    const [parsed] = hasTemplate(segment) ? segmentsOf(segment) : [];
    if (parsed === undefined || !isMark(parsed)) {
      filled.push(segment);
      continue;
    }
    const value = values.get(markOf(parsed));
    if (value === undefined || value === 'unfillable') return undefined;
    filled.push('is' in value ? value.is : segment);
  }
  return filled.join('/');
}

function byValue(one: Case, mark: WordSymbol, wanted: readonly string[]): readonly Case[] {
  const known = one.values.get(mark);
  if (known === 'unfillable' || (known !== undefined && 'is' in known)) return [one];
  const beside = known?.isNot ?? [];
  const fresh = wanted.filter((value) => !beside.includes(value));
  if (known !== undefined && fresh.length === 0) return [one];
  const become = (value: TemplateValue): readonly Case[] => {
    const region = regionWhere(one.region, mark, value);
    return region === undefined ? [] : [{ region, values: new Map([...one.values, [mark, value]]) }];
  };
  return [
    ...fresh.flatMap((value) => become({ is: value })),
    ...become({ isNot: [...beside, ...fresh] }),
    ...(known === undefined ? become('unfillable') : []),
  ];
}

/** The tokens of a region that fill a variable so; `undefined` where surely none does. */
function regionWhere(region: Region, mark: WordSymbol, value: TemplateValue): Region | undefined {
  const variable = variableOf(mark);
  if (variable === undefined) return region;
  return 'claim' in variable ? claimWhere(region, variable.claim, value) : pathWhere(region, variable.segment, value);
}

function claimWhere(region: Region, claim: string, value: TemplateValue): Region {
  const key = JSON.stringify([claim]);
  const { all, none } = region.claims.get(key) ?? { all: [], none: [] };
  const is = (text: string): ClaimTest =>
    claimTest({ key: claim, steps: [claim], matcher: { oneOf: [text] } }, 'allow');
  const bounds =
    value === 'unfillable'
      ? { all, none: [...none, fillable(claim)] }
      : 'is' in value
        ? { all: [...all, is(value.is)], none }
        : { all: [...all, fillable(claim)], none: [...none, ...value.isNot.map(is)] };
  return { ...region, claims: new Map([...region.claims, [key, bounds]]) };
}

function fillable(claim: string): ClaimTest {
  return { steps: [claim], matcher: { glob: '*' }, holds: isFillable, strings: { in: anySegment } };
}

function pathWhere(region: Region, kind: string, value: TemplateValue): Region | undefined {
  const { paths, issuer } = region;
  if (paths === undefined) return region;
  if (issuer.subject.includes('opaque')) return value === 'unfillable' ? region : undefined;
  const { all, none } = paths;
  const has = (id: Expression): WordSet => new WordSet(pathWith(kind, id));
  if (value === 'unfillable') return { ...region, paths: { all, none: [...none, has(ID)] } };
  if ('is' in value) return { ...region, paths: { all: [...all, has(text(value.is))], none } };
  const others: Expression = { either: value.isNot.map(text) };
  return { ...region, paths: { all: [...all, has(ID)], none: [...none, has(others)] } };
}

const ID: Expression = some({ one: inSegment });
const anySegment: WordSet = new WordSet(properSegment(inSegment));

function pathWith(kind: string, id: Expression): Expression {
  const anything: Expression = { many: { one: () => true } };
  const before: Expression = { either: [{ text: [] }, sequence(anything, text('/'))] };
  const after: Expression = { either: [{ text: [] }, sequence(text('/'), anything)] };
  return sequence(before, text(`${kind}:`), id, after);
}

type PatternSegment = Exclude<ReturnType<typeof templateSegments>, { readonly fault: string }>[number];

function segmentsOf(pattern: string): readonly PatternSegment[] {
  const segments = templateSegments(pattern);
  if ('fault' in segments) throw new TypeError('analysis takes a policy that parsePolicy returned');
  return segments;
}

function isMark(segment: PatternSegment): segment is Extract<PatternSegment, { readonly variable: unknown }> {
  return typeof segment !== 'string' && 'variable' in segment;
}

function isLiteral(segment: PatternSegment): segment is { readonly literal: string } {
  return typeof segment !== 'string' && 'literal' in segment;
}
