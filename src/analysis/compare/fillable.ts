import { type Expression, sequence, text, type WordSymbol } from '../automaton.ts';
import { variableOf } from '../glob-expression.ts';
import type { Region } from '../region.ts';
import type { WitnessParts } from '../witness.ts';
import { WordSet } from '../word-set.ts';

/**
 * Where an example holds a template that its principal cannot fill in: the region once with principals that can, once
 * without the template. What is left out, nobody can ask for. `undefined` where that is not what is wrong with it.
 */
export function fillable(region: Region, { path, request }: WitnessParts): readonly Region[] | undefined {
  for (const symbol of new Set(request)) {
    const variable = variableOf(symbol);
    if (variable === undefined || !('segment' in variable)) continue;
    if (region.paths === undefined || segmentIn(path, variable.segment)) continue;
    const { paths, requests } = region;
    const withSegment = { ...region, paths: { ...paths, all: [...paths.all, pathsWith(variable.segment)] } };
    return [withSegment, { ...region, requests: { ...requests, none: [...requests.none, requestsWith(symbol)] } }];
  }
  return undefined;
}

function segmentIn(path: string, kind: string): boolean {
  return `/${path}`.includes(`/${kind}:`);
}

const anything: Expression = { many: { one: () => true } };
const made = new Map<string, WordSet>();

function pathsWith(kind: string): WordSet {
  const before: Expression = { either: [text(''), sequence(anything, text('/'))] };
  return once(`path ${kind}`, sequence(before, text(`${kind}:`), anything));
}

function requestsWith(mark: WordSymbol): WordSet {
  return once(`request ${mark}`, sequence(anything, { text: [mark] }, anything));
}

function once(key: string, expression: Expression): WordSet {
  const set = made.get(key) ?? new WordSet(expression);
  made.set(key, set);
  return set;
}
