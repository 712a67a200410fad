/** What is said of invariants against everything there is in a small universe. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isVacuous, proveInvariant } from '../../src/analysis/index.ts';
import { compilePolicy } from '../../src/decision/compile.ts';
import { decide } from '../../src/decision/decide.ts';
import type { PolicyDoc } from '../decision/arbitraries.ts';
import { referenceDecide } from '../decision/reference-evaluator.ts';
import { anyInvariant, asks, type InvariantDoc, invariantOf, isAbout, type SetDoc } from './invariants.ts';
import { documentOf, NOW, numRuns, policyOf, requests, tokens } from './universe.ts';

/** Of how many tokens of the universe one is tried, others in each run. */
const STRIDE = 11;

const scenario = fc.record({ world: anyInvariant, offset: fc.nat(STRIDE - 1) });

test('what is proven nothing in the universe refutes; what is refuted, its counterexample refutes', () => {
  const found = new Map<string, number>();
  fc.assert(
    fc.property(scenario, ({ world: { rules, invariant }, offset }) => {
      const policy = policyOf(rules);
      const said = invariantOf(invariant);
      const answer = proveInvariant(policy, said);
      const what = `${invariant.demand} ${answer.outcome}`;
      found.set(what, (found.get(what) ?? 0) + 1);
      if (answer.outcome === 'undecided') return;
      const forbidden = invariant.demand === 'never' ? 'allow' : 'deny';
      const compiled = compilePolicy(policy);
      const mine = tokens.filter((one, i) => i % STRIDE === offset && isAbout(invariant, one));
      const asked = requests.filter((request) => asks(invariant, request));
      if (mine.length > 0 && asked.length > 0) expect(isVacuous(policy, said)).toBe(false);
      if (answer.outcome === 'refuted') {
        const { witness, decision } = answer.counterexample;
        const { token, request } = witness;
        expect(isAbout(invariant, token) && asks(invariant, request)).toBe(true);
        expect(decide(compiled, token, request)).toEqual(decision);
        const document = JSON.parse(JSON.stringify(documentOf(rules))) as PolicyDoc;
        expect(referenceDecide(document, token as never, request as never).effect).toBe(forbidden);
        return;
      }
      for (const token of mine) {
        for (const request of asked) expect(decide(compiled, token, request).effect).not.toBe(forbidden);
      }
    }),
    { numRuns },
  );
  const [neverHolds, neverBroken, alwaysHolds, alwaysBroken] = ['never proven', 'never refuted', 'always proven', 'always refuted'].map((what) => found.get(what) ?? 0); // prettier-ignore
  expect(neverHolds).toBeGreaterThan(numRuns / 5 - 5);
  expect(neverBroken).toBeGreaterThan(numRuns / 20 - 5);
  expect(alwaysHolds).toBeGreaterThan(numRuns / 40 - 5);
  expect(alwaysBroken).toBeGreaterThan(numRuns / 5 - 5);
  expect((found.get('never undecided') ?? 0) + (found.get('always undecided') ?? 0)).toBeLessThan(2 + numRuns / 500);
});

const allow = (resources: string[], when: object = {}): object => ({ effect: 'allow', when: { issuer: 'g', ...when }, grants: [{ actions: ['a'], resources }] }); // prettier-ignore
const deny = (resources: string[], when: object = {}): object => ({ ...allow(resources, when), effect: 'deny' });
const never = (set: SetDoc): InvariantDoc => ({ demand: 'never', set });
const always = (set: SetDoc): InvariantDoc => ({ demand: 'always', set });
const p: SetDoc = { issuer: ['g'], subject: ['org:A/prj:p'] };

describe('an invariant', () => {
  test.each<[string, object[], InvariantDoc, 'proven' | 'refuted']>([
    ['about a resource that a template can name is refuted', [allow(['x/${subject.project}'])], never({ resource: ['x/prod'] }), 'refuted'],
    ['about a resource that a template of no such principal can name is proven', [allow(['x/${subject.project}'])], never({ ...p, resource: ['x/q'] }), 'proven'],
    ['about part of a name is refuted by a token whose claim says so', [allow(['x/${claims.team}'])], never({ resource: ['x/pro*'] }), 'refuted'],
    ['is proven where a deny fills in the same template', [allow(['${claims.team}/**']), deny(['${claims.team}/root'])], never({ resource: ['*/root'] }), 'proven'],
    ['is refuted where a deny fills in another template', [allow(['${claims.team}/x']), deny(['${claims.role}/x'])], never({ resource: ['*/x'] }), 'refuted'],
    ['is proven where a deny takes all that it cannot fill in', [allow(['x/**']), deny(['y/${subject.user}'], { subject: 'org:A' })], never({ ...p }), 'refuted'],
    ['about named requests is so too', [allow(['x/**']), deny(['y/${subject.user}'], { subject: 'org:A' })], never({ ...p, action: ['a'] }), 'proven'],
    ['about a template and its own resource always holds', [allow(['x/${subject.project}'])], always({ ...p, action: ['a'], resource: ['x/p'] }), 'proven'],
    ['does not always hold of the resource of another', [allow(['x/${subject.project}'])], always({ ...p, action: ['a'], resource: ['x/*'] }), 'refuted'],
    ['is not proven always by a rule that comes and goes', [{ ...allow(['x']), valid: { until: '2040-01-01T00:00:00Z' } }], always({ ...p, action: ['a'], resource: ['x'] }), 'refuted'],
    ['is proven always by two rules that take turns', [{ ...allow(['x']), valid: { until: '2040-01-01T00:00:00Z' } }, { ...allow(['x']), valid: { from: '2040-01-01T00:00:00Z' } }], always({ ...p, action: ['a'], resource: ['x'] }), 'proven'],
    ['is proven always by rules for both of two kinds', [allow(['x'], { kind: 'user' }), allow(['x'], { kind: ['environment', 'runner', 'service-account'] })], always({ issuer: ['g'], action: ['a'], resource: ['x'] }), 'proven'],
    ['does not always hold for tokens of an audience that no rule names', [allow(['x'], { audience: 'one' })], always({ ...p, action: ['a'], resource: ['x'] }), 'refuted'],
    ['always holds for tokens of the audience that a rule names', [allow(['x'], { audience: 'one' })], always({ ...p, audience: ['one'], action: ['a'], resource: ['x'] }), 'proven'],
    ['is not broken by a rule in audit mode', [{ ...allow(['x']), mode: 'audit' }], never({}), 'proven'],
    ['is not kept by a deny in audit mode', [allow(['x']), { ...deny(['x']), mode: 'audit' }], never({ resource: ['x'] }), 'refuted'],
    ['about everyone outside holds of opaque issuers too', [{ effect: 'allow', when: { issuer: 'o' } }], never({ subject: { outside: ['org:A'] } }), 'refuted'],
    ['about everyone outside is kept by rules for those inside', [allow(['x'], { subject: 'org:A' })], never({ issuer: ['g'], subject: { outside: ['org:A'] } }), 'proven'],
    ['is kept by a rule that asks for a member of a text', [allow(['x'], { claims: { team: 't', '/team/a': 't' } })], never({}), 'proven'],
    ['is broken by a token whose claim has members', [allow(['x'], { claims: { team: { present: true }, '/team/a/b': 't' } })], never({}), 'refuted'],
    ['about plain access is kept by a deny without grants only', [allow(['x']), deny(['x'])], never({ ...p, plain: true }), 'refuted'],
    ['about a claim that is not so holds of tokens without it', [allow(['x'], { claims: { team: { present: false } } })], never({ claims: { team: { not: 't' } } }), 'refuted'],
    ['that always holds of a claim that is not so, says nothing of tokens without it', [allow(['x'], { claims: { team: { not: 't' } } })], always({ ...p, claims: { team: { not: 't' } }, action: ['a'], resource: ['x'] }), 'proven'],
  ])('%s', (_, rules, invariant, outcome) => {
    const answer = proveInvariant(policyOf(rules), invariantOf(invariant));
    expect(answer.outcome).toBe(outcome);
  }); // prettier-ignore
});

test('a counterexample says when it is asked', () => {
  const later = { ...allow(['x']), valid: { from: '2040-01-01T00:00:00Z' } };
  const answer = proveInvariant(policyOf([later]), invariantOf(never({ resource: ['x'] })));
  const { counterexample } = answer as Extract<typeof answer, { outcome: 'refuted' }>;
  expect(counterexample.witness.request.now).toBeGreaterThan(NOW);
});
