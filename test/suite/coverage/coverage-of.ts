import { parseSources } from '../../../src/policy/parse.ts';
import type { Coverage, CoverageItem } from '../../../src/suite/coverage/coverage.ts';
import { type CoveredPolicy, measureCoverage } from '../../../src/suite/coverage/measure-coverage.ts';
import type { TestCase } from '../../../src/suite/suite.ts';
import { suiteOf } from '../suite-text.ts';

/** A policy of one rule, two issuers and every kind of condition: each can fail alone. */
export const ONE_RULE = `version: 1
issuers:
  gitpod: { url: https://app.gitpod.io, subject: gitpod, audiences: [https://a.example, https://b.example] }
  other: { url: https://other.example, subject: gitpod, audiences: [https://a.example, https://b.example] }
rules:
  - id: deploy
    effect: allow
    when:
      issuer: gitpod
      audience: https://a.example
      subject: org:acme
      kind: [environment, runner]
      claims:
        email: { glob: "*@acme.example" }
        team: sre
    valid: { until: 2030-01-01T00:00:00Z }
    grants:
      - actions: [read, list]
        resources: ["secret/\${subject.project}/**", "public/**"]
      - actions: [login]
`;

export function coveredPolicy(text: string): CoveredPolicy {
  const { policy, documents, diagnostics } = parseSources([{ file: 'trust.yaml', text }]);
  if (policy === undefined) throw new Error(JSON.stringify(diagnostics));
  return { policy, documents };
}

/** Cases, each `given` and `when` as they stand in a test file; what is expected plays no part. */
export function casesOf(text: string, cases: readonly (readonly [given: string, when: string])[]): readonly TestCase[] {
  if (cases.length === 0) return [];
  const tests = cases.map(([given, when]) => `  - { given: ${given}, when: ${when}, expect: deny }`).join('\n');
  return suiteOf(`version: 1\ntests:\n${tests}\n`, text).cases;
}

export function coverageOf(text: string, cases: readonly (readonly [given: string, when: string])[]): Coverage {
  return measureCoverage(coveredPolicy(text), casesOf(text, cases));
}

export function coveredOf({ rules }: Coverage): readonly string[] {
  return rules.flatMap(({ items }) => items.filter(({ cases }) => cases > 0).map(wordsOf));
}

export function wordsOf({ kind, name }: CoverageItem): string {
  return `${kind} ${name}`;
}
