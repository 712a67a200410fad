import { quote } from '../../policy/quote.ts';
import type { LintRule } from '../lint-rule.ts';

export const audienceIsIssuer: LintRule = {
  id: 'audience-is-issuer',
  summary: 'an accepted audience that is the url of the issuer',
  severity: 'warning',
  securitySeverity: 6,
  check({ policy, report }) {
    for (const { name, url, audiences } of policy.issuers) {
      for (const [index, audience] of audiences.entries()) {
        if (withoutSlash(audience) !== withoutSlash(url)) continue;
        report({
          at: { issuer: name, path: ['audiences', index] },
          message: `${quote(audience)} is the issuer itself, not a name of this relying party`,
          help: 'accept a name that only this service has, and ask for tokens with it',
        });
      }
    }
  },
};

function withoutSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url;
}
