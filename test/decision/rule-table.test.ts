import { describe, expect, test } from '@jest/globals';
import { RuleTable } from '../../src/decision/rule-table.ts';
import type { PolicyRecords } from '../../src/policy/records.ts';

/** As many rules as share a place with one other. */
const KEPT = 8192;
const rules = Array.from({ length: KEPT + 2 }, (_, i) =>
  JSON.stringify({ id: `r${i}`, effect: 'deny', mode: 'enforce', when: { issuers: ['g'], claims: [] } }),
);
const records: PolicyRecords = { issuers: [], rules, places: new Uint32Array(3 * rules.length), files: ['p.yaml'] };

describe('a table of rules', () => {
  test('yields each rule by its number, and its place', () => {
    const table = new RuleTable(records);
    for (const number of [0, 1, KEPT - 1, KEPT, KEPT + 1, 0]) expect(table.rule(number).number).toBe(number);
  });

  test.each([0, 1, KEPT + 1])('keeps rule %d from the second time on', (number) => {
    const table = new RuleTable(records);
    const [first, second, third] = [table.rule(number), table.rule(number), table.rule(number)];
    expect(second).not.toBe(first);
    expect(third).toBe(second);
  });

  test('gives the place to another that is asked for twice', () => {
    const table = new RuleTable(records);
    for (const number of [1, 1, KEPT + 1]) table.rule(number);
    const kept = table.rule(1);
    expect(table.rule(1)).toBe(kept);
    for (const number of [KEPT + 1, KEPT + 1]) table.rule(number);
    const other = table.rule(KEPT + 1);
    expect(table.rule(KEPT + 1)).toBe(other);
    expect(table.rule(1)).not.toBe(kept);
  });
});
