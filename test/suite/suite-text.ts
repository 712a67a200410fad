import { parsePolicy } from '../../src/policy/parse.ts';
import type { Diagnostic } from '../../src/policy/diagnostic.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { parseSuite, readSuite } from '../../src/suite/parse-suite.ts';
import type { Suite } from '../../src/suite/suite.ts';

export const POLICY = `version: 1
issuers:
  gitpod:
    url: https://app.gitpod.io
    subject: [gitpod, gitpod-v3]
    audiences: [https://secrets.example.com]
rules:
  - id: payments-read
    effect: allow
    when: { issuer: gitpod, subject: org:acme/prj:payments }
    grants: [{ actions: [read], resources: ["secret/payments/**"] }]
    ttl: 15m
  - id: no-root
    effect: deny
    when: { issuer: gitpod }
    grants: [{ actions: ["*"], resources: ["secret/*/root"] }]
  - id: trial
    effect: allow
    mode: audit
    when: { issuer: gitpod, subject: org:acme }
    grants: [{ actions: [write], resources: ["secret/payments/**"] }]
`;

export function policyOf(text: string): Policy {
  const { policy, diagnostics } = parsePolicy([{ file: 'trust.yaml', text }]);
  if (policy === undefined) throw new Error(JSON.stringify(diagnostics));
  return policy;
}

export function parse(text: string, policy = POLICY): { suite?: Suite; diagnostics: readonly Diagnostic[] } {
  return parseSuite(readSuite({ file: 'trust.test.yaml', text }), policyOf(policy));
}

export function suiteOf(text: string, policy = POLICY): Suite {
  const { suite, diagnostics } = parse(text, policy);
  if (suite === undefined) throw new Error(JSON.stringify(diagnostics));
  return suite;
}
