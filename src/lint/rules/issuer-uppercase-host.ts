import { quote } from '../../policy/quote.ts';
import type { LintRule } from '../lint-rule.ts';
import { inLowerCase, isWellKnown, respell } from '../well-known-issuer.ts';

export const issuerUppercaseHost: LintRule = {
  id: 'issuer-uppercase-host',
  summary: 'the url of an issuer with upper case in its scheme or host',
  severity: 'warning',
  fixable: true,
  check({ policy, report }) {
    for (const issuer of policy.issuers) {
      const { name, url } = issuer;
      const lower = inLowerCase(url);
      if (lower === url) continue;
      const known = isWellKnown(issuer);
      report({
        at: { issuer: name, path: ['url'] },
        message: known
          ? `tokens of this issuer have \`iss\` in lower case, so none is from ${quote(url)}`
          : `${quote(url)} has upper case in its host, and \`iss\` is compared character by character`,
        severity: known ? 'error' : 'warning',
        help: `write ${quote(lower)}${known ? '' : ', unless the tokens have it as it stands here'}`,
        ...(known ? respell(issuer, lower, policy.issuers) : {}),
      });
    }
  },
};
