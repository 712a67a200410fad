import type { LintRule } from '../lint-rule.ts';

const DAY = 86_400;

export const longTokenAge: LintRule = {
  id: 'long-token-age',
  summary: 'an issuer whose tokens are accepted for more than a day',
  severity: 'warning',
  securitySeverity: 4,
  check({ policy, report }) {
    for (const { name, maxLifetime, maxTokenAge = Infinity } of policy.issuers) {
      if (Math.min(maxLifetime, maxTokenAge) <= DAY) continue;
      report({
        at: { issuer: name, path: ['maxLifetime'] },
        message: 'a token that leaks can be used for more than a day',
        help: 'lower `maxLifetime` to what the issuer gives, or set `maxTokenAge` to at most 24h',
      });
    }
  },
};
