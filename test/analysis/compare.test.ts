/** What is said of two policies, against everything there is in a small universe, and what keeps their meaning. */
import { describe, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { type Change, comparePolicies, type PolicyDifference } from '../../src/analysis/index.ts';
import { compilePolicy } from '../../src/decision/compile.ts';
import { decide, type DecisionToken } from '../../src/decision/decide.ts';
import type { Effect, Policy } from '../../src/policy/policy.ts';
import type { PolicyDoc } from '../decision/arbitraries.ts';
import { referenceDecide } from '../decision/reference-evaluator.ts';
import {
  anyShare,
  documentOf,
  type Draft,
  issuersBut,
  numRuns,
  policyOf,
  related,
  requests,
  wholeRuns,
} from './universe.ts';

type Tokens = readonly DecisionToken[];

interface Version {
  readonly document: object;
  readonly policy: Policy;
}

const versionOf = (rules: readonly Draft[], trusted?: object): Version => ({
  document: documentOf(rules, trusted),
  policy: policyOf(rules, trusted),
});

type Edit = (rules: readonly Draft[], other: readonly Draft[], at: number) => readonly Draft[];

const replaced = (rules: readonly Draft[], at: number, change: (rule: Draft) => object): readonly Draft[] =>
  rules.map((rule, i) => (i === at % rules.length ? { ...rule, ...change(rule) } : rule));
const from = (other: readonly Draft[], at: number): Draft => other[at % other.length]!;

const edits: readonly Edit[] = [
  (rules, other) => [...rules, ...other],
  (rules, _, at) => rules.filter((__, i) => i !== at % rules.length),
  (rules, other, at) => replaced(rules, at, () => from(other, at)),
  ...['effect', 'grants', 'ttl', 'valid', 'mode', 'when'].map(
    (key): Edit =>
      (rules, other, at) =>
        replaced(rules, at, () => ({ [key]: from(other, at)[key] })),
  ),
  ...['audience', 'subject', 'kind', 'claims'].map(
    (key): Edit =>
      (rules, other, at) =>
        replaced(rules, at, ({ when }) => ({ when: { ...when, [key]: from(other, at).when[key] } })),
  ),
  (rules) => rules,
];

/** How issuers are trusted, before and after; mostly alike. */
const trusting = fc.constantFrom<readonly (object | undefined)[]>(
  ...[[], [], []],
  [undefined, issuersBut('g', { audiences: ['one'] })],
  [issuersBut('o', { audiences: ['two'] })],
  [undefined, issuersBut('g', { subject: 'gitpod' })],
  [issuersBut('v', { url: 'https://w.example' })],
);

const pair: Arbitrary<readonly [Version, Version]> = fc
  .tuple(related, related, fc.nat(11), fc.constantFrom(...edits), fc.constantFrom(...edits), trusting)
  .map(([rules, other, at, edit, second, [before, after]]): readonly [Version, Version] | undefined => {
    try {
      return [versionOf(rules, before), versionOf(second(edit(rules, other, at), other, at + 1), after)];
    } catch {
      // A rule for an audience that its issuer does not answer to refuses to load.
      return undefined;
    }
  })
  .filter((versions) => versions !== undefined);

/** The effects on either side. */
function* effects(before: Policy, after: Policy, share: Tokens): Generator<readonly [Effect, Effect]> {
  const [old, fresh] = [compilePolicy(before), compilePolicy(after)];
  for (const token of share) {
    for (const request of requests) yield [decide(old, token, request).effect, decide(fresh, token, request).effect];
  }
}

function flipsOf(before: Policy, after: Policy, share: Tokens): { gain: boolean; loss: boolean } {
  const found = { gain: false, loss: false };
  for (const [was, is] of effects(before, after, share)) {
    if (was === is) continue;
    found[is === 'allow' ? 'gain' : 'loss'] = true;
    if (found.gain && found.loss) break;
  }
  return found;
}

/** Puts every example to both policies, and to the other evaluator of each. */
function confirm(changes: readonly Change[], [before, after]: readonly [Version, Version], isGain: boolean): void {
  for (const { flip, class: kind } of changes) {
    if (flip === undefined) continue;
    const { token, request } = flip.witness;
    const decisions = [before, after].flatMap(({ document, policy }) => [
      decide(compilePolicy(policy), token, request),
      referenceDecide(document as PolicyDoc, token as never, request),
    ]);
    const effects = decisions.map(({ effect }) => effect);
    if (kind !== 'ttl') {
      expect(effects).toEqual(isGain ? ['deny', 'deny', 'allow', 'allow'] : ['allow', 'allow', 'deny', 'deny']);
      continue;
    }
    const [was, alsoWas, is, alsoIs] = decisions.map(({ expiresAt }) => expiresAt);
    expect([...effects, alsoWas, alsoIs]).toEqual(['allow', 'allow', 'allow', 'allow', was, is]);
    expect(Math.sign(is! - was!)).toBe(isGain ? 1 : -1);
  }
}

const ofEffect = ({ class: kind }: Pick<Change, 'class'>): boolean => kind !== 'ttl';

function judge(
  difference: PolicyDifference,
  versions: readonly [Version, Version],
  share: Tokens,
): 'exact' | 'undecided' {
  const { gains, losses, undecided } = difference;
  confirm(gains, versions, true);
  confirm(losses, versions, false);
  const flips = flipsOf(versions[0].policy, versions[1].policy, share);
  let isExact = true;
  for (const [direction, changes] of [
    ['gain', gains],
    ['loss', losses],
  ] as const) {
    if (!flips[direction] || changes.some(ofEffect)) continue;
    isExact = false;
    expect(undecided.filter(ofEffect).map((one) => one.direction)).toContain(direction);
  }
  return isExact && undecided.length === 0 ? 'exact' : 'undecided';
}

test('says of every flip in the universe that there is one, and shows only true ones', () => {
  const found = new Map<string, number>();
  fc.assert(
    fc.property(pair, anyShare, (versions, share) => {
      const difference = comparePolicies(versions[0].policy, versions[1].policy);
      const how = judge(difference, versions, share);
      found.set(how, (found.get(how) ?? 0) + 1);
    }),
    { numRuns },
  );
  expect(found.get('undecided') ?? 0).toBeLessThan(numRuns * 0.25 + 5);
});

describe.each<[string, (rules: readonly Draft[]) => readonly Draft[]]>([
  ['reordered', (rules) => rules.toReversed().map((rule, i) => ({ id: `rule-${rules.length - 1 - i}`, ...rule }))],
  ['renamed', (rules) => rules.map((rule, i) => ({ id: `other-${i}`, ...rule }))],
])('of rules that are %s', (_, change) => {
  test('says that nothing is gained or lost', () => {
    fc.assert(
      fc.property(related, (rules) => {
        const { gains, losses, undecided } = comparePolicies(policyOf(rules), policyOf(change(rules)));
        expect([gains, losses, undecided]).toEqual([[], [], []]);
      }),
      { numRuns: wholeRuns },
    );
  });
});
