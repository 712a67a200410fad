/** What people read of an explanation. */
import { describe, expect, test } from '@jest/globals';
import { explain, explainWithin } from '../../../src/decision/explain/explain.ts';
import { reason } from '../../../src/decision/reason.ts';
import { formatExplanation, type ExplanationFormat } from '../../../src/cli/output/explanation.ts';
import { paintWith } from '../../../src/cli/output/paint.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { POLICY } from '../fixture.ts';

const now = 1_800_000_000;
const { policy } = parsePolicy([{ file: 'trust.yaml', text: POLICY }]);
const token = {
  issuer: 'https://app.gitpod.io',
  claims: {
    iss: 'https://app.gitpod.io',
    sub: 'org:acme/prj:Payments/env:e1',
    aud: ['https://secrets.example.com'],
    exp: now + 600,
  },
};
const request = { action: 'read', resource: 'secret/payments/db', now };
const shown = (options: Partial<ExplanationFormat> = {}): string =>
  formatExplanation(explain(policy!, token, request), { paint: paintWith(false), now, ...options });

describe('an explanation for people', () => {
  test('says the verdict, the journey, and the nearest rules with what differs', () => {
    expect(shown()).toMatchInlineSnapshot(`
      "DENY  no_rule_for_subject
        no trust rule covers the subject \`org:acme/prj:Payments/env:e1\`
        asked for org:acme/prj:Payments/env:e1, at 2027-01-15T08:00:00Z

      the token's journey
        ✓ request
        ✓ issuer       https://app.gitpod.io
        ✓ times        until 2027-01-15T08:10:00Z
        ✓ audience     https://secrets.example.com
        ✓ subject      org:acme/prj:Payments/env:e1

      rules, the nearest first
        trial  allow, in audit mode  trust.yaml:26  applies, and grants something else
          ✓ issuer       gitpod
          ✓ subject      org:acme/prj:Payments/env:e1
          ✗ grants       expected  write, where no resource is named
                         actual    read on secret/payments/db
                         help: \`read\` is not granted here; \`write\` would be

        payments-read  allow  trust.yaml:8  2 of 3 conditions do not hold
          ✓ issuer       gitpod
          ✗ subject      expected  org:acme/prj:payments
                         actual    org:acme/prj:Payments/env:e1
                         help: it differs from \`org:acme/prj:payments\` only in upper and lower case, which count
          ✗ claims.team  expected  "payments"
                         actual    nothing
          ✓ grants       read on secret/payments/db

        no-root  deny  trust.yaml:19  applies, and takes something else away
          ✓ issuer       gitpod
          ✗ grants       takes     any action on secret/*/root
                         actual    read on secret/payments/db"
    `);
  });

  test.each([
    [1, 'and 2 more rules, not shown'],
    [2, 'and one more rule, not shown'],
  ])('shows the %i nearest rules and counts the rest', (rules, rest) => {
    expect(shown({ rules })).toContain(rest);
    expect(shown({ rules }).match(/trust\.yaml:\d+ {2}/g)).toHaveLength(rules);
  });

  test('shows every rule where asked to', () => {
    expect(shown({ rules: 'all' })).not.toContain('not shown');
  });

  test('marks every line that rests on a token that was not verified', () => {
    const explanation = explainWithin(policy!, token, request, {}, {
      steps: [
        { name: 'form', status: 'passed' },
        { name: 'issuer', status: 'passed', actual: token.issuer },
        { name: 'key', status: 'failed', reason: reason('key_unknown', { actual: 'k9', expected: ['k1'] }) },
        { name: 'signature', status: 'not-reached' },
      ],
      refused: reason('key_unknown', { actual: 'k9' }),
      verified: false,
    }); // prettier-ignore
    expect(formatExplanation(explanation, { paint: paintWith(false), now, rules: 1 })).toMatchInlineSnapshot(`
      "DENY  key_unknown  (unverified)
        the issuer publishes no key with id \`k9\`  (unverified)

      the token's journey
        ✓ form  (unverified)
        ✓ issuer     https://app.gitpod.io  (unverified)
        ✗ key        key_unknown  the issuer publishes no key with id \`k9\`  (unverified)
                     help: the issuer has the keys \`k1\` now: get a new token, signed after its keys were changed  (unverified)
        – signature
        ✓ request
        ✓ times      until 2027-01-15T08:10:00Z  (unverified)
        ✓ audience   https://secrets.example.com  (unverified)
        ✓ subject    org:acme/prj:Payments/env:e1  (unverified)

      rules, the nearest first
        trial  allow, in audit mode  trust.yaml:26  its conditions hold; the token did not get here  (unverified)
          ✓ issuer     gitpod  (unverified)
          ✓ subject    org:acme/prj:Payments/env:e1  (unverified)
          ✗ grants     expected  write, where no resource is named  (unverified)
                       actual    read on secret/payments/db  (unverified)
                       help: \`read\` is not granted here; \`write\` would be  (unverified)

        and 2 more rules, not shown"
    `);
  });

  test('shows nothing of the token that could move the cursor', () => {
    const claims = { ...token.claims, team: '\u001b[2J\u202e', sub: 'org:acme/prj:\u001b[31m' };
    const text = formatExplanation(explain(policy!, { ...token, claims }, request), { paint: paintWith(false), now });
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });
});
