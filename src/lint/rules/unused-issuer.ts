import { quote } from '../../policy/quote.ts';
import type { LintRule } from '../lint-rule.ts';

export const unusedIssuer: LintRule = {
  id: 'unused-issuer',
  summary: 'an issuer that no rule names',
  severity: 'warning',
  check({ policy: { issuers, rules }, report }) {
    // Without any rule, these are not all the files of the policy, or it is only begun.
    if (rules.length === 0) return;
    const named = new Set(rules.flatMap(({ when }) => when.issuers));
    for (const { name } of issuers) {
      if (named.has(name)) continue;
      report({
        at: { issuer: name },
        message: `no rule names the issuer ${quote(name)}`,
        help: 'remove the issuer, or write the rule that it is for',
      });
    }
  },
};
