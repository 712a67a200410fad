import type { InvariantResult } from '../../../suite/run-invariant.ts';
import { claimsOf } from './invariant.ts';

/** An invariant and what came of it, as it stands in JSON output. */
export function invariantAsJson({ invariant: { name, at, demand }, answer, passed }: InvariantResult): object {
  const head = { name, at, demand, passed, outcome: answer.outcome };
  if (answer.outcome === 'proven') return head;
  if (answer.outcome === 'undecided')
    return { ...head, rules: answer.rules.map((rule) => ({ id: rule.id, at: rule.at })) };
  const { witness, decision } = answer.counterexample;
  const { now, ...request } = witness.request;
  return { ...head, counterexample: { claims: claimsOf(answer.counterexample), request, at: now, decision } };
}
