import { isFillable } from '../../policy/glob/resource.ts';
import type { Variable } from '../../policy/glob/template.ts';
import type { Issuer } from '../../policy/policy.ts';
import { type Expression, sequence, some, text } from '../automaton.ts';
import { type ClaimTest, claimTest } from '../claim-set.ts';
import { inSegment, properSegment } from '../glob-expression.ts';
import type { Bounds, Region } from '../region.ts';
import { WordSet } from '../word-set.ts';

/** What a token must say of a template's variable, beside what its rule asks. */
export interface Demand {
  readonly variable: Variable;
  /** One value; or any, or none, that could be filled in. */
  readonly is: { readonly value: string } | 'fillable' | 'unfillable';
}

/** The tokens of a region that meet the demands; `undefined` where none can. */
export function meeting(region: Region, demands: readonly Demand[]): Region | undefined {
  let met: Region | undefined = region;
  for (const demand of demands) met &&= meetingOne(met, demand);
  return met;
}

function meetingOne(region: Region, { variable, is }: Demand): Region | undefined {
  if ('claim' in variable) {
    const key = JSON.stringify([variable.claim]);
    const known = region.claims.get(key) ?? { all: [], none: [] };
    const bounds = bounded(known, testOf(variable.claim, is), is);
    return { ...region, claims: new Map([...region.claims, [key, bounds]]) };
  }
  if (isWithoutSegments(region.issuer)) return is === 'unfillable' ? region : undefined;
  const { paths } = region;
  return { ...region, paths: paths && bounded(paths, pathsWith(variable.segment, is), is) };
}

function bounded<T>({ all, none }: Bounds<T>, one: T, is: Demand['is']): Bounds<T> {
  return is === 'unfillable' ? { all, none: [...none, one] } : { all: [...all, one], none };
}

/** Paths of opaque subjects are one value: no variable stands for it. */
function isWithoutSegments({ subject }: Issuer): boolean {
  return subject.every((name) => name === 'opaque');
}

function testOf(claim: string, is: Demand['is']): ClaimTest {
  if (typeof is === 'object') {
    return claimTest({ key: claim, steps: [claim], matcher: { oneOf: [is.value] } }, 'allow');
  }
  return { steps: [claim], matcher: { glob: '*' }, holds: isFillable, strings: { in: fillable } };
}

const fillable: WordSet = new WordSet(properSegment(inSegment));

const sets = new Map<string, WordSet>();

/** Paths that have a segment of a kind, with one id or with any. */
function pathsWith(kind: string, is: Demand['is']): WordSet {
  const id = typeof is === 'object' ? is.value : undefined;
  const key = JSON.stringify([kind, id]);
  const known = sets.get(key) ?? new WordSet(pathExpression(kind, id));
  sets.set(key, known);
  return known;
}

function pathExpression(kind: string, id: string | undefined): Expression {
  const segment = some({ one: (symbol) => symbol !== '/' });
  const before: Expression = { many: sequence(segment, text('/')) };
  const after: Expression = { many: sequence(text('/'), segment) };
  return sequence(before, text(`${kind}:`), id === undefined ? segment : text(id), after);
}
