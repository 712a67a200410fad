import { quote } from '../../policy/quote.ts';
import type { LintRule } from '../lint-rule.ts';
import { meantUrl } from '../well-known-issuer.ts';

export const audienceIsIssuer: LintRule = {
  id: 'audience-is-issuer',
  summary: 'an accepted audience that is the url of the issuer',
  severity: 'warning',
  securitySeverity: 6,
  check({ policy, report }) {
    for (const issuer of policy.issuers) {
      const { name, audiences } = issuer;
      const urls = [issuer.url, meantUrl(issuer)].map(withoutSlash);
      for (const [index, audience] of audiences.entries()) {
        if (!urls.includes(withoutSlash(audience))) continue;
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
