import { quote } from '../../policy/quote.ts';
import type { LintRule } from '../lint-rule.ts';

export const audienceGeneric: LintRule = {
  id: 'audience-generic',
  summary: 'an accepted audience that many services share',
  severity: 'warning',
  securitySeverity: 6,
  check({ policy, report }) {
    for (const { name, url, audiences } of policy.issuers) {
      for (const [index, audience] of audiences.entries()) {
        // The issuer as its own audience is for `audience-is-issuer`.
        if (audience === url || !GENERIC.has(audience.toLowerCase())) continue;
        report({
          at: { issuer: name, path: ['audiences', index] },
          message: `${quote(audience)} is an audience that many services share`,
          help: 'accept a name that only this service has, such as its url',
        });
      }
    }
  },
};

/** In lower case. */
const GENERIC: ReadonlySet<string> = new Set([
  // What clouds expect in the tokens they exchange.
  'sts.amazonaws.com',
  'https://sts.amazonaws.com',
  'api://azureadtokenexchange',
  // What every token of a cluster, or of a realm, has where nobody asked for another.
  'kubernetes.default.svc',
  'https://kubernetes.default.svc',
  'https://kubernetes.default.svc.cluster.local',
  'account',
  // Names that guides use.
  ...['vault', 'https://vault', 'api', 'default', 'audience', 'my-audience'],
]);
