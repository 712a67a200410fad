import type { Difference } from '../../../analysis/index.ts';
import { inWords } from '../../../policy/parse/source.ts';
import { quote } from '../../../policy/quote.ts';
import { durationInWords } from '../../../policy/time-in-words.ts';
import { type Mutation, scoreOf, type Survivor } from '../../../suite/mutation/tally-mutants.ts';
import type { Paint } from '../paint.ts';
import { inPercent } from './coverage-table.ts';
import { witnessCase } from './witness-case.ts';

/** For people: how many mutants are killed, and of each survivor a case to add to the tests, ready to paste. */
export function reportMutation(mutation: Mutation, paint: Paint): string {
  return [scoreLine(mutation, paint), ...mutation.survivors.map((one) => reportSurvivor(one, paint))].join('\n');
}

/** Rounded down to one decimal: 100 just where no mutant survives. */
export function roundedScore(mutation: Mutation): number {
  return Math.floor(scoreOf(mutation) * 10) / 10;
}

function scoreLine(mutation: Mutation, paint: Paint): string {
  const { killed, survivors, equivalent, undecided } = mutation;
  const counted = `${String(killed)} of ${String(killed + survivors.length)}`;
  const score = paint('strong', `mutants killed ${inPercent(roundedScore(mutation))} (${counted})`);
  return `${score}; not counted: ${String(equivalent)} equivalent, ${String(undecided)} undecided\n`;
}

/** One survivor: what nothing notices, and the case that would. */
export function reportSurvivor(survivor: Survivor, paint: Paint): string {
  const { rule, mutated, at, description } = survivor.mutant;
  const place = paint('note', inWords(at));
  const change = mutated === undefined ? 'is not there' : `is one ${description}`;
  const what = `nothing in your tests notices if rule ${quote(rule.id)} (${place}) ${change}`;
  return `${what}; ${describeDifference(survivor.difference)}\n${witnessCase(survivor)}`;
}

function describeDifference({ witness, before, after }: Difference): string {
  if (before.effect !== after.effect) return `it would also ${after.effect === 'allow' ? 'admit' : 'deny'}:`;
  const [was, is] = [before, after].map(({ expiresAt }) => durationInWords(expiresAt - witness.request.now));
  return `it would admit for ${is ?? ''} instead of ${was ?? ''}:`;
}
