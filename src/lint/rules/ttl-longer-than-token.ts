import type { LintRule } from '../lint-rule.ts';

export const ttlLongerThanToken: LintRule = {
  id: 'ttl-longer-than-token',
  summary: 'a `ttl` longer than any token of the rule is good for',
  severity: 'warning',
  check({ policy: { issuers, rules }, report }) {
    // A token may come from a clock that is ahead by as much as the skew.
    const longest = new Map(issuers.map(({ name, maxLifetime, clockSkew }) => [name, maxLifetime + clockSkew]));
    for (const { id, effect, when, ttl } of rules) {
      const bound = Math.max(...when.issuers.map((name) => longest.get(name) ?? Infinity));
      if (effect !== 'allow' || ttl === undefined || ttl <= bound) continue;
      report({
        at: { rule: id, path: ['ttl'] },
        message: 'every token of the rule expires before this is over, so it limits nothing',
        help: 'shorten it to how long an answer may be relied on, or remove it',
      });
    }
  },
};
