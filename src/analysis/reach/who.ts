import type { Policy } from '../../policy/policy.ts';
import type { Box } from '../box.ts';
import { answer, type ReachAnswer } from './answer.ts';
import { type Moment, type Product, productsOf } from './products.ts';
import { speakersOf, type Target } from './spoken.ts';

/** A request that is asked about; plain access where it names neither action nor resource. */
export interface WhoQuestion extends Moment, Target {}

/**
 * All who are allowed one request. A token is allowed exactly where it is one of those described and of none of the
 * exceptions. Every witness was put to `decide`.
 */
export function who(policy: Policy, question: WhoQuestion): ReachAnswer {
  const speak = speakersOf(question);
  const about = (box: Box, moment: Moment = question): readonly Product[] => productsOf(box, speak(box.rule), moment);
  return answer(policy, {
    moment: question,
    gives: (allow, moment) =>
      about(allow, moment).map((product) => ({ whom: product, parts: [{ products: [product] }] })),
    takes: (deny) => about(deny),
  });
}
