export const ORG = 'org:0191e223-1c3c-7607-badf-303c98b52d2f';
export const PROJECT: string = `${ORG}/prj:019527e4-75d5-704d-a5a4-a2b52cf56198`;
export const ENV = 'env:019527e4-75d5-704d-a5a4-a2b52cf56196';
export const USER = 'user:0193e2d4-8990-7a17-9b0a-5c7f3f2a1e01';

export const GITPOD =
  '{ url: https://app.gitpod.io, subject: [gitpod, gitpod-v3], audiences: [https://a.example.com] }';

interface RuleText {
  readonly effect?: string;
  /** What follows the issuer in `when`; begins in column 24 of line 7, 12, 17 … */
  readonly when?: string;
  /** What follows `grants: `; begins in column 13 of the next line. */
  readonly grants?: string;
}

/** A policy of an issuer `x`, whose value begins in column 15 of line 2, and rules of five lines each. */
export function policyText(issuer: string, ...rules: readonly RuleText[]): string {
  const texts = rules.map(
    ({ effect = 'allow', when = '', grants = '[{ actions: [read], resources: ["secret/shared/**"] }]' }, index) =>
      `  - id: r${index}
    description: D.
    effect: ${effect}
    when: { issuer: x, ${when} }
    grants: ${grants}
`,
  );
  return `version: 1\nissuers: { x: ${issuer} }\nrules:${texts.length === 0 ? ' []' : ''}\n${texts.join('')}`;
}
