import { type PolicyRecords, ruleOf } from '../policy/records.ts';
import { type CompiledRule, compileRule } from './compiled-rule.ts';

/** How many rules are kept compiled: a power of two. */
const KEPT = 8192;

/**
 * The rules of a policy by number, in the order of their ids. A rule is compiled when it is first asked for and kept
 * as long as no other takes its place, so that memory is bounded by the records whatever the number of rules.
 */
export class RuleTable {
  readonly #records: PolicyRecords;
  readonly #kept: (CompiledRule | undefined)[];

  constructor(records: PolicyRecords) {
    this.#records = records;
    this.#kept = new Array<CompiledRule | undefined>(Math.min(KEPT, records.rules.length)).fill(undefined);
  }

  rule(n: number): CompiledRule {
    const kept = this.#kept[n % KEPT];
    if (kept?.number === n) return kept;
    const rule = compileRule(ruleOf(this.#records, n), n);
    this.#kept[n % KEPT] = rule;
    return rule;
  }
}
