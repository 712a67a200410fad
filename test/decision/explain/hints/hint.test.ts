/** What each hint says, and which of them are slips. */
import { expect, test } from '@jest/globals';
import { hint, type HintCode, hintCodes, type HintData, isSlip } from '../../../../src/decision/explain/hints/hint.ts';

const now = 1_800_000_000;
const day = 86_400;

const slips: readonly (readonly [HintCode, HintData, says: string])[] = [
  ['case-differs', { expected: 'Ada' }, 'it differs from `Ada` only in upper and lower case, which count'],
  ['trailing-slash', { expected: 'a.example' }, 'it differs from `a.example` only in the slash at the end'],
  ['surrounding-space', { expected: 'ada' }, 'it differs from `ada` only in white space around it'],
  ['nearly-the-same', { expected: 'payments' }, 'it is nearly `payments`: is one of the two misspelt?'],
  ['one-segment-more', { expected: 'a/*' }, 'it has one segment more than `a/*` asks for'],
  ['one-segment-less', { expected: 'a/*/c' }, 'it has one segment less than `a/*/c` asks for'],
  [
    'double-star-needs-a-segment',
    { expected: 'a/**', actual: 'a' },
    '`a/**` is for what lies below `a`, and not for it alone: `**` needs a segment',
  ],
  [
    'environment-in-project',
    { actual: 'org:A/prj:P/env:E' },
    'the token is of that environment in a project, which is another subject: write `org:A/prj:P/env:E`',
  ],
  [
    'environment-outside-project',
    { actual: 'org:A/env:E' },
    'the token is of that environment without a project, which is another subject: write `org:A/env:E`',
  ],
  [
    'other-token-version',
    { expected: 'gitpod-v3', actual: 'org:A/user:U' },
    'the subject scheme `gitpod-v3` would read `org:A/user:U`: add it to `subject` of the issuer',
  ],
  [
    'audience-joined',
    { expected: 'a', actual: 'a b' },
    '`aud` holds `a` inside one string: it must be an array of names',
  ],
  [
    'wrong-type',
    { expected: 5, actual: '5' },
    'the value is right and its type is not: the token has the string `5`, the rule asks for the number `5`',
  ],
  [
    'wrong-type',
    { expected: true, actual: ['true'] },
    'the value is right and its type is not: the token has the array `["true"]`, the rule asks for the boolean `true`',
  ],
  [
    'wrong-type',
    { expected: 'null', actual: null },
    'the value is right and its type is not: the token has the null `null`, the rule asks for the string `null`',
  ],
  [
    'array-needs-contains',
    { expected: 'ops', actual: ['ops'] },
    'the claim is an array that has it: write `{ contains: … }` with `ops`',
  ],
  ['contains-needs-array', { actual: 'ops' }, 'the claim is `ops` itself, no array: write it without `contains`'],
  ['claim-name-differs', { actual: 'team' }, 'the token has a claim `team`: is one of the two names misspelt?'],
  [
    'time-in-milliseconds',
    { actual: now * 1000 },
    '`1800000000000` is a time in milliseconds; RFC 7519 has seconds',
  ],
]; // prettier-ignore

const others: readonly (readonly [HintCode, HintData, says: string])[] = [
  ['another-organization', { expected: 'org:A', actual: 'org:B' }, 'the token is of `org:B`, the rule is for `org:A`'],
  ['audience-array', { expected: 'a', actual: ['b'] }, '`aud` may be an array; none of its names is `a`'],
  ['audience-of-another-rule', { actual: 'a', rule: 'there' }, '`a` is the audience of the rule `there`'],
  ['audience-of-another-issuer', { actual: 'a', expected: 'b' }, '`a` is accepted from the issuer `b` only'],
  ['rule-expired', { expected: now - day, actual: now }, 'the rule ended at 2027-01-14T08:00:00Z, 24 h ago'],
  ['rule-expired', { expected: now, actual: now - day }, 'the rule ended at 2027-01-15T08:00:00Z, 0 s ago'],
  ['rule-expired', { expected: 'then', actual: now }, 'the rule ended at `then`, some time ago'],
  ['rule-expired', { expected: now, actual: 'then' }, 'the rule ended at 2027-01-15T08:00:00Z, some time ago'],
  [
    'rule-not-yet-in-force',
    { expected: now + 7200, actual: now },
    'the rule is in force from 2027-01-15T10:00:00Z on, in 2 h',
  ],
  [
    'expired-within-minutes',
    { expected: 30, actual: 45 },
    "it expired 45 s ago, and the issuer's `clockSkew` allows 30 s: get a new one, and compare the clocks",
  ],
  [
    'key-rotated',
    { expected: ['k1', 'k2'] },
    'the issuer has the keys `k1`, `k2` now: get a new token, signed after its keys were changed',
  ],
  [
    'key-rotated',
    { expected: 'k1' },
    'the issuer has the keys `k1` now: get a new token, signed after its keys were changed',
  ],
  [
    'audit-mode',
    {},
    'the rule is in audit mode: it is reported and decides nothing; `mode: enforce` changes that',
  ],
  ['denied-by-rule', { rule: 'nobody' }, 'the deny `nobody` took it away'],
  ['action-not-granted', { actual: 'drop', expected: ['read'] }, '`drop` is not granted here; `read` would be'],
  [
    'resource-needed',
    { expected: 'secret/*' },
    'the grants of the rule are for resources, such as `secret/*`: name one in the request',
  ],
  ['no-grants', {}, 'the rule has no grants, so it gives plain access and no action'],
  [
    'template-unfilled',
    { expected: 'secret/${claims.unit}/*' },
    'the token has nothing that fits in for a template of `secret/${claims.unit}/*`',
  ],
]; // prettier-ignore

test.each([...slips, ...others])('%s of %j says: %s', (code, data, says) => {
  expect(hint(code, data)).toEqual({ code, message: says, ...data });
});

test('each hint is a slip or not, and one slip among hints is enough', () => {
  const [slip, other] = [slips, others].map((rows) => new Set(rows.map(([code]) => code)));
  for (const code of hintCodes) expect([code, isSlip([hint(code)])]).toEqual([code, slip!.has(code)]);
  expect([...slip!, ...other!].sort()).toEqual([...hintCodes].sort());
  expect(isSlip([])).toBe(false);
  expect(isSlip([hint('no-grants'), hint('case-differs')])).toBe(true);
});
