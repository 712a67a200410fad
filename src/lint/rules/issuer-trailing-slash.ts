import { quote } from '../../policy/quote.ts';
import { isGitpod } from '../gitpod-subject.ts';
import type { LintRule } from '../lint-rule.ts';
import { isWellKnown, respell, withoutSlashes } from '../well-known-issuer.ts';

export const issuerTrailingSlash: LintRule = {
  id: 'issuer-trailing-slash',
  summary: 'the url of an issuer with a slash at its end that its tokens do not have',
  severity: 'warning',
  fixable: true,
  check({ policy, report }) {
    for (const issuer of policy.issuers) {
      const { name, url } = issuer;
      const known = isWellKnown(issuer);
      // Other issuers may well have one: those of Auth0 do.
      if (!url.endsWith('/') || !(known || isGitpod(issuer))) continue;
      const bare = withoutSlashes(url);
      report({
        at: { issuer: name, path: ['url'] },
        message: `tokens of this issuer have no slash at the end of \`iss\`, so none is from ${quote(url)}`,
        severity: known ? 'error' : 'warning',
        help: `write ${quote(bare)}; the two are compared character by character`,
        ...(known ? respell(issuer, bare, policy.issuers) : {}),
      });
    }
  },
};
