import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatExplanation } from '../../src/cli/output/explanation.ts';
import { formatJson } from '../../src/cli/output/json.ts';
import { paintWith } from '../../src/cli/output/paint.ts';
import { redactExplanation } from '../../src/cli/redact-explanation.ts';
import { Redactor } from '../../src/cli/redactor.ts';
import { explain } from '../../src/decision/explain/explain.ts';
import { policyOf } from '../engine/policies.ts';
import { runsOf } from '../runs.ts';

const now = 1_800_000_000;
const URL = 'https://app.gitpod.io';

describe('a redacted text', () => {
  test.each([
    ['org:acme/user:ada', 'org:<1>/user:<2>'],
    ['ada@example.com', '<1>@<2>'],
    ['https://vault.example.com/a', 'https://<1>/<2>'],
    ['secret/acme/**', '<1>/<2>/**'],
    ['secret/${claims.team}/acme', '<1>/<2>/<3>'],
    ['acme,acme acme', '<1>,<1> <1>'],
    ['RS256', 'RS256'],
  ])('of %s is %s', (text, redacted) => {
    expect(new Redactor().text(text)).toBe(redacted);
  });
});

/** Words that neither the policy's language nor our sentences have. */
const word = fc.string({ unit: fc.constantFrom('Q', 'X', 'Z', 'q', 'x', 'z', 'Ä', '漢'), minLength: 4, maxLength: 9 });
const name = fc.tuple(word, fc.constantFrom('', '.', '-', '@', '/', ' '), word).map((parts) => parts.join(''));
const value = fc.oneof(name, fc.array(name, { maxLength: 3 }), fc.record({ inner: name }));

test('nothing that a token says in words is left, neither for people nor for programs', () => {
  const law = (org: string, id: string, aud: unknown, team: unknown, wanted: string, iss: string): void => {
    const policy = policyOf({
      issuers: { idp: { url: URL, subject: 'opaque', audiences: ['https://secrets.example.com', wanted] } },
      rules: [
        { id: 'one', effect: 'allow', when: { issuer: 'idp', subject: { equals: `org:${org}` }, claims: { team: wanted } } },
        { id: 'two', effect: 'allow', when: { issuer: 'idp', audience: wanted, claims: { team: { contains: [wanted] }, level: 12_345 } } },
      ],
    });
    const claims = { iss, sub: `org:${org}/user:${id}`, aud, exp: now + 60, team, level: '12345', [`x${id}`]: 1 };
    for (const issuer of [URL, iss]) {
      const explanation = explain(policy, { issuer, claims }, { action: 'read', now });
      const redacted = redactExplanation(explanation);
      const shown = formatJson(redacted) + formatExplanation(redacted, { paint: paintWith(false), now, rules: 'all' });
      const said = [org, id, wanted, iss, '12345', ...JSON.stringify([aud, team]).split(/[^QXZqxzÄ漢]+/u)];
      const texts = said.flatMap((text) => text.split(/[^QXZqxzÄ漢0-9]+/u)).filter((text) => text.length >= 4);
      expect(texts.filter((text) => shown.includes(text))).toEqual([]);
      expect(redacted.rules.map(({ missing, distance }) => [missing, distance])).toEqual(
        explanation.rules.map(({ missing, distance }) => [missing, distance]),
      );
    }
  };
  fc.assert(fc.property(word, word, value, value, name, name, law), { numRuns: runsOf() });
}); // prettier-ignore
