import { type PolicyRecords, ruleOf } from '../policy/records.ts';
import { type CompiledRule, compileRule } from './compiled-rule.ts';

/** How many rules are kept compiled at the most. */
const KEPT = 8192;

/**
 * The rules of a policy by number, in the order of their ids. A rule is compiled when it is asked for, and kept from
 * the second time on until another takes its place: memory is bounded by the records, whatever the number of rules,
 * and rules that are asked for once leave nothing behind.
 */
export class RuleTable {
  readonly #records: PolicyRecords;
  readonly #kept: (CompiledRule | undefined)[];
  /** The rule that was asked for last of those that share a place, plus one. */
  readonly #last: Uint32Array;

  constructor(records: PolicyRecords) {
    const places = Math.min(KEPT, records.rules.length);
    this.#records = records;
    this.#kept = new Array<CompiledRule | undefined>(places).fill(undefined);
    this.#last = new Uint32Array(places);
  }

  rule(number: number): CompiledRule {
    const place = number % KEPT;
    const kept = this.#kept[place];
    if (kept?.number === number) return kept;
    const rule = compileRule(ruleOf(this.#records, number), number);
    if (this.#last[place] === number + 1) this.#kept[place] = rule;
    this.#last[place] = number + 1;
    return rule;
  }
}
