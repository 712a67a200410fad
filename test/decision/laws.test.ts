/** What must hold of every policy, token and request; the reference evaluator says what each decision is. */
import { describe, expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { compilePolicy } from '../../src/decision/compile.ts';
import { decide } from '../../src/decision/decide.ts';
import { permits } from '../../src/decision/permits.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import {
  claimScenario,
  crowdedScenario,
  globScenario,
  principalScenario,
  scenario,
  type PolicyDoc,
  type Request,
  type RuleDoc,
  type Scenario,
  type Token,
} from './arbitraries.ts';
import { referenceDecide } from './reference-evaluator.ts';
import { runsOf } from '../runs.ts';

const numRuns = runsOf();
const holdsFor = <T>(arbitrary: Arbitrary<T>, law: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, law), { numRuns });

type Decision = ReturnType<typeof decide>;

function compiled(...documents: object[]): ReturnType<typeof compilePolicy> {
  const sources = documents.map((document, i) => ({ file: `${i}.json`, text: JSON.stringify(document) }));
  const { policy, diagnostics } = parsePolicy(sources);
  if (policy === undefined) throw new Error(`the policy does not load: ${JSON.stringify(diagnostics, null, 2)}`);
  return compilePolicy(policy);
}

const decideBy = (policy: PolicyDoc, token: Token, request: Request): Decision =>
  decide(compiled(policy), token, request);
const withRules = (policy: PolicyDoc, rules: RuleDoc[]): PolicyDoc => ({ ...policy, rules });

/** Grants are sets: of actions and resources, and of each other. */
const asSet = (grants: readonly object[]): string[] =>
  [...new Set(grants.map((grant) => JSON.stringify(sorted(grant))))].sort();
const sorted = (grant: object): object =>
  Object.fromEntries(
    Object.entries(grant)
      .map(([name, value]) => [name, Array.isArray(value) ? [...new Set(value)].sort() : value])
      .sort(),
  );
const outcome = ({ effect, grants, denied }: Pick<Decision, 'effect' | 'grants' | 'denied'>): object => ({
  effect,
  grants: asSet(grants),
  denied: asSet(denied),
});

function decidingRules({ reasons }: Decision): string[] {
  const [{ code }] = reasons;
  if (code !== 'rule_matched' && code !== 'denied_by_rule') return [];
  return reasons.flatMap((reason) => (reason.code === code ? [reason.rule ?? 'none'] : [])).sort();
}

/** All that a decision says about what holds; not its sentences and places. */
const meaning = (decision: Decision): object => ({
  ...outcome(decision),
  code: decision.reasons[0].code,
  rules: decidingRules(decision),
  enforced: decision.enforced && outcome(decision.enforced),
  expiresAt: decision.expiresAt,
  principalPath: decision.principal?.path,
});

const shuffledAndSplit = scenario().chain((given) =>
  fc.record({
    given: fc.constant(given),
    rules: fc.shuffledSubarray(given.policy.rules, { minLength: given.policy.rules.length }),
    issuers: fc.shuffledSubarray(Object.entries(given.policy.issuers ?? {}), {
      minLength: Object.keys(given.policy.issuers ?? {}).length,
    }),
    ruleFiles: fc.array(fc.nat(3), { minLength: 6, maxLength: 6 }),
    issuerFiles: fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }),
  }),
);

describe('a decision', () => {
  const agrees = ({ policy, token, request }: Scenario): void => {
    const { code, rules, expiresAt, principalPath, enforced, ...rest } = referenceDecide(policy, token, request);
    expect(meaning(decideBy(policy, token, request))).toEqual({
      ...outcome(rest),
      code,
      rules: [...rules].sort(),
      enforced: enforced && outcome(enforced),
      expiresAt,
      principalPath,
    });
  };

  test.each<[string, Arbitrary<Scenario>]>([
    ['anything', scenario()],
    ['one claim', claimScenario],
    ['one glob', globScenario],
    ['one principal', principalScenario],
    ['a crowd of rules', crowdedScenario],
  ])('is what the reference evaluator says of %s', (_, arbitrary) => {
    holdsFor(arbitrary, agrees);
  });

  test('does not depend on the order of rules or on how they are split into files', () => {
    holdsFor(shuffledAndSplit, ({ given: { policy, token, request }, rules, issuers, ruleFiles, issuerFiles }) => {
      const files = [0, 1, 2, 3].map((file) => ({
        version: 1,
        issuers: Object.fromEntries(issuers.filter((_, i) => issuerFiles[i] === file)),
        rules: rules.filter((_, i) => ruleFiles[i] === file),
      }));
      const withoutEmpty = files.map(({ issuers, ...rest }) =>
        Object.keys(issuers).length === 0 ? rest : { ...rest, issuers },
      );
      const whole = decideBy(policy, token, request);
      const split = decide(compiled(...withoutEmpty), token, request);
      expect(meaning(split)).toEqual(meaning(whole));
      expect(split.policy.digest).toBe(whole.policy.digest);
    });
  });

  test('never allows more for one more deny rule', () => {
    holdsFor(scenario('deny'), ({ policy, token, request, extra }) => {
      const before = decideBy(policy, token, request);
      const after = decideBy(withRules(policy, [...policy.rules, extra]), token, request);
      if (before.effect === 'deny') expect(after.effect).toBe('deny');
      expect(asSet(before.grants)).toEqual(expect.arrayContaining(asSet(after.grants)));
      expect(asSet(after.denied)).toEqual(expect.arrayContaining(asSet(before.denied)));
    });
  });

  test('never denies more for one more allow rule', () => {
    holdsFor(scenario('allow'), ({ policy, token, request, extra }) => {
      const before = decideBy(policy, token, request);
      const after = decideBy(withRules(policy, [...policy.rules, extra]), token, request);
      if (before.effect === 'allow') expect(after.effect).toBe('allow');
      expect(asSet(after.grants)).toEqual(expect.arrayContaining(asSet(before.grants)));
      expect(asSet(after.denied)).toEqual(asSet(before.denied));
    });
  });

  test('names, where it allows, only rules each of which alone allows', () => {
    holdsFor(scenario(), ({ policy, token, request }) => {
      const decision = decideBy(policy, token, request);
      if (decision.effect === 'deny') return;
      expect(decidingRules(decision)).not.toEqual([]);
      for (const id of decidingRules(decision)) {
        const alone = policy.rules.filter((rule) => rule.id === id);
        expect(alone.map(({ effect, mode = 'enforce' }) => [effect, mode])).toEqual([['allow', 'enforce']]);
        expect(decideBy(withRules(policy, alone), token, request).effect).toBe('allow');
      }
    });
  });

  test('is not touched by audit rules', () => {
    holdsFor(scenario(), ({ policy, token, request, extra }) => {
      const audited: PolicyDoc = withRules(policy, [...policy.rules, { ...extra, mode: 'audit' }]);
      const enforced = withRules(policy, policy.rules.filter(({ mode }) => mode !== 'audit')); // prettier-ignore
      const { enforced: _, ...bare } = meaning(decideBy(audited, token, request)) as { enforced?: object };
      const { enforced: none, ...expected } = meaning(decideBy(enforced, token, request)) as { enforced?: object };
      expect(bare).toEqual(expected);
      expect(none).toBeUndefined();
    });
  });

  test('says under `enforced` what it would be were its audit rules enforced', () => {
    holdsFor(scenario(), ({ policy, token, request }) => {
      const decision = decideBy(policy, token, request);
      const strict = withRules(policy, policy.rules.map((rule) => ({ ...rule, mode: 'enforce' }))); // prettier-ignore
      expect(outcome(decision.enforced ?? decision)).toEqual(outcome(decideBy(strict, token, request)));
    });
  });

  test('names the audit rules that would decide a plain request', () => {
    holdsFor(scenario(), ({ policy, token, request: { action: _, resource: __, ...plain } }) => {
      const { reasons } = decideBy(policy, token, plain);
      const named = reasons.flatMap(({ code, rule }) => (code === 'audit_rule_matched' ? [rule] : []));
      const audited = policy.rules.filter(({ mode }) => mode === 'audit');
      const wouldDecide = audited.filter((rule) => {
        return referenceDecide(withRules(policy, [{ ...rule, mode: 'enforce' }]), token, plain).rules.length > 0;
      });
      expect(named).toEqual(expect.arrayContaining(wouldDecide.map(({ id }) => id)));
      expect(audited.map(({ id }) => id)).toEqual(expect.arrayContaining(named));
    });
  });
});

describe('permits', () => {
  const textOr = <T>(value: unknown, otherwise: T): string | T => (typeof value === 'string' ? value : otherwise);
  const asked = fc
    .tuple(scenario(), fc.constantFrom('read', 'write', 'secret/read', 'a\nb'), resourceLike(), fc.boolean())
    .map(([given, action, other, isOther]) => {
      const { request } = given;
      const resource = isOther || request.action === undefined ? other : textOr(request.resource, undefined);
      return {
        ...given,
        plain: { now: request.now, ...(typeof request.audience === 'string' && { audience: request.audience }) },
        asks: { action: textOr(request.action, action), ...(resource !== undefined && { resource }) },
      };
    });

  test('answers as a decision about the action would', () => {
    holdsFor(asked, ({ policy, token, plain, asks }) => {
      const decision = decideBy(policy, token, plain);
      const isAllowed = decideBy(policy, token, { ...plain, ...asks }).effect === 'allow';
      const isPermitted = permits(decision, asks, plain.now);
      if (decision.expiresAt > plain.now) expect(isPermitted).toBe(isAllowed);
      else expect(isPermitted && !isAllowed).toBe(false);
    });
  });

  test('answers the same of a decision that went through JSON', () => {
    holdsFor(asked, ({ policy, token, plain, asks }) => {
      for (const decision of [decideBy(policy, token, plain), decideBy(policy, token, { ...plain, ...asks })]) {
        const restored = JSON.parse(JSON.stringify(decision)) as Decision;
        expect(restored).toEqual(decision);
        expect(permits(restored, asks, plain.now)).toBe(permits(decision, asks, plain.now));
      }
    });
  });

  test('answers no from the moment a decision expires', () => {
    holdsFor(asked, ({ policy, token, plain, asks }) => {
      const decision = decideBy(policy, token, plain);
      expect(permits(decision, asks, decision.expiresAt)).toBe(false);
      expect(permits(decision, asks, decision.expiresAt + 1)).toBe(false);
    });
  });

  test('never allows, of a decision about one action, what a decision about another would not', () => {
    holdsFor(asked, ({ policy, token, request, plain, asks }) => {
      const isPermitted = permits(decideBy(policy, token, request), asks, plain.now);
      if (isPermitted) expect(decideBy(policy, token, { ...plain, ...asks }).effect).toBe('allow');
    });
  });

  function resourceLike(): Arbitrary<string | undefined> {
    const segment = fc.constantFrom(
      'a',
      'b',
      'p',
      'A',
      'ab',
      'axb',
      'a*b',
      '*',
      '**',
      '${*}',
      '..',
      '',
      'a\nb',
      '\ud800',
    );
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
    return fc.option(path, { nil: undefined, freq: 8 });
  }
});

describe('time', () => {
  test('never lets a decision expire before it is made', () => {
    holdsFor(scenario(), ({ policy, token, request }) => {
      expect(decideBy(policy, token, request).expiresAt).toBeGreaterThanOrEqual(request.now);
    });
  });

  test('keeps an allow an allow, with the same grants, until it expires', () => {
    const later = fc.tuple(
      scenario(),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 3 }),
    );
    holdsFor(later, ([{ policy, token, request }, moments]) => {
      const trusted = compiled(policy);
      const { effect, expiresAt, grants, denied } = decide(trusted, token, request);
      if (effect === 'deny') return;
      for (const moment of [...moments, 1 - Number.EPSILON]) {
        const now = request.now + moment * (Math.min(expiresAt, request.now + 1e6) - request.now);
        if (now < expiresAt) {
          expect(outcome(decide(trusted, token, { ...request, now }))).toEqual(outcome({ effect, grants, denied }));
        }
      }
    });
  });
});

describe('garbage', () => {
  const garbage: Arbitrary<unknown> = fc.oneof(
    fc.jsonValue(),
    fc.anything(),
    fc.constantFrom<unknown>(
      NaN,
      Infinity,
      -Infinity,
      -0,
      1e400,
      Number.MAX_VALUE,
      2 ** 53,
      '',
      '\ud800',
      '\u0000',
      [],
      {},
    ),
  );
  const member = fc.constantFrom(
    'action',
    'resource',
    'audience',
    'now',
    'Action',
    '__proto__',
    'constructor',
    'toString',
  );
  const claim = fc.constantFrom(
    'iss', 'sub', 'aud', 'exp', 'org', 'organization_id', 'project_id', 'environment_id', 'user_id', 'runner_id',
    'service_account_id', 't', 'email', 'n', '__proto__', 'constructor',
  ); // prettier-ignore

  test('in claims is judged, never thrown at', () => {
    const spoilt = fc.tuple(scenario(), fc.array(fc.tuple(claim, fc.jsonValue()), { maxLength: 4 }));
    holdsFor(spoilt, ([{ policy, token, request }, members]) => {
      const claims = Object.fromEntries([...Object.entries(token.claims), ...members]);
      const decision = decideBy(policy, { ...token, claims }, request);
      const expected = referenceDecide(policy, { ...token, claims }, request);
      expect([decision.effect, decision.reasons[0].code]).toEqual([expected.effect, expected.code]);
    });
  });

  test('as claims is denied', () => {
    holdsFor(fc.tuple(scenario(), fc.jsonValue()), ([{ policy, token, request }, claims]) => {
      const decision = decideBy(policy, { ...token, claims: claims as Token['claims'] }, request);
      expect(decision.effect).toBe('deny');
    });
  });

  test('in a request is denied as `request_malformed` or as what the rules say, never thrown at', () => {
    const spoilt = fc.tuple(scenario(), fc.array(fc.tuple(member, garbage), { maxLength: 3 }));
    holdsFor(spoilt, ([{ policy, token, request }, members]) => {
      const asked = Object.fromEntries([...Object.entries(request), ...members]) as unknown as Request;
      const decision = decideBy(policy, token, asked);
      if (asked.now === undefined) return; // the engine's own clock decides
      const expected = referenceDecide(policy, token, asked);
      expect([decision.effect, decision.reasons[0].code]).toEqual([expected.effect, expected.code]);
    });
  });

  test('as a request is denied', () => {
    holdsFor(fc.tuple(scenario(), garbage), ([{ policy, token }, request]) => {
      const asksNothing = typeof request === 'object' && request !== null && Object.keys(request).length === 0;
      if (request === undefined || (asksNothing && !Array.isArray(request))) return;
      expect(decideBy(policy, token, request as Request).effect).toBe('deny');
    });
  });
});

test('a request may be left out', () => {
  const { policy, token } = fc.sample(scenario(), 1)[0]!;
  expect(['allow', 'deny']).toContain(decide(compiled(policy), token).effect);
});

describe('the scenarios', () => {
  test('reach every outcome often enough to mean something', () => {
    const seen = new Map<string, number>();
    const count = (name: string): unknown => seen.set(name, (seen.get(name) ?? 0) + 1);
    const one = ({ policy, token, request }: Scenario): void => {
      const { code, enforced, grants, denied, expiresAt, rules } = referenceDecide(policy, token, request);
      count(code);
      if (enforced) count('enforced');
      if (denied.length > 0 && code === 'rule_matched') count('allowed with something denied');
      if (grants.some(({ resources }) => resources?.some((pattern) => pattern.includes('${*}')))) count('escaped star');
      if (rules.length > 1) count('several deciders');
      if (code === 'rule_matched' && request.resource !== undefined) count('allowed resource');
      if (code === 'rule_matched' && expiresAt < Number(token.claims['exp'])) count('expires early');
    };
    fc.assert(fc.property(scenario(), one), { numRuns: 4000, seed: 1 });
    const wanted = [
      'request_malformed', 'resource_not_canonical', 'issuer_unknown', 'token_expired', 'claim_malformed',
      'audience_mismatch', 'subject_malformed', 'subject_inconsistent', 'no_rule_for_issuer', 'no_rule_for_audience',
      'no_rule_for_subject', 'condition_not_met', 'no_grant_for_request', 'denied_by_rule', 'rule_matched', 'enforced',
      'allowed with something denied', 'escaped star', 'several deciders', 'allowed resource', 'expires early',
    ]; // prettier-ignore
    if (process.env['COUNTERSIGN_SHOW'] !== undefined) console.log(Object.fromEntries(seen));
    expect(wanted.filter((name) => (seen.get(name) ?? 0) < 10)).toEqual([]);
  });
});
