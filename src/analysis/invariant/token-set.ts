import { compilePolicy } from '../../decision/compile.ts';
import { decide } from '../../decision/decide.ts';
import { compileGlob, type Glob } from '../../policy/glob/glob.ts';
import type { Conditions, Issuer, Policy, SubjectPattern, TrustRule } from '../../policy/policy.ts';
import { subjectSchemes } from '../../policy/subject/schemes.ts';
import { type Box, boxOf } from '../box.ts';
import { principalSet } from '../principal-set.ts';
import { type Region, regionsOf } from '../region.ts';
import { describedRequests } from '../request-set.ts';
import type { Witness } from '../witness.ts';
import type { Invariant, InvariantRequest } from './invariant.ts';

/** The tokens of one issuer, with requests, that an invariant is about. */
export interface IssuerSet {
  /** By which rules near it are found: too large rather than too small. */
  readonly box: Box;
  readonly region: Region;
}

/** What an invariant is about, an issuer at a time; without issuers of which there can be no token in the set. */
export function setsOf(invariant: Invariant, policy: Policy): readonly IssuerSet[] {
  const requests = describedRequests(invariant.set.request);
  return conditionsOf(invariant, policy).flatMap(({ issuer, when, excluded }) => {
    const box = boxOf(ruleOf(invariant, when), policy);
    const outside = excluded && principalSet({ ...when, subjects: excluded }, issuer)?.covered?.paths;
    return regionsOf(box, requests).map((region) => ({
      box,
      region:
        outside === undefined || region.paths === undefined
          ? region
          : { ...region, paths: { ...region.paths, none: [outside] } },
    }));
  });
}

/** Whether a token and a request are what an invariant is about, by `decide` and globs alone. */
export function membershipOf(invariant: Invariant, policy: Policy): (witness: Witness) => boolean {
  const { issuers } = policy;
  const all = conditionsOf(invariant, policy);
  const within = compilePolicy({ issuers, rules: all.map(({ when }) => ruleOf(invariant, when)) });
  const without = all.flatMap(({ issuer, excluded: subjects }) =>
    subjects === undefined ? [] : [{ issuers: [issuer.name], claims: [], subjects }],
  );
  const beyond = compilePolicy({ issuers, rules: without.map((when) => ruleOf(invariant, when)) });
  const wanted = invariant.demand === 'never' ? 'denied_by_rule' : 'rule_matched';
  const asks = requestTest(invariant.set.request);
  return ({ token, request }) => {
    const { now } = request;
    const codes = [within, beyond].map((compiled) => decide(compiled, token, { now }).reasons[0].code);
    return asks(request) && codes[0] === wanted && codes[1] !== wanted;
  };
}

interface IssuerConditions {
  readonly issuer: Issuer;
  readonly when: Conditions;
  /** Principals that are not in the set. */
  readonly excluded: readonly SubjectPattern[] | undefined;
}

function conditionsOf({ set }: Invariant, { issuers }: Policy): readonly IssuerConditions[] {
  const { audiences, subjects, kinds, claims } = set;
  return issuers
    .filter(({ name }) => set.issuers?.includes(name) ?? true)
    .flatMap((issuer): IssuerConditions[] => {
      const patterns = subjects?.patterns.filter((pattern) => canSay(issuer, pattern));
      const names = audiences?.filter((name) => issuer.audiences.includes(name));
      if (names?.length === 0 || (patterns?.length === 0 && subjects?.areOutside === false)) return [];
      const isWithin = patterns !== undefined && subjects?.areOutside === false;
      const excluded = subjects?.areOutside === true && patterns?.length !== 0 ? patterns : undefined;
      const when: Conditions = {
        issuers: [issuer.name],
        claims,
        ...(names === undefined ? {} : { audiences: names }),
        ...(kinds === undefined ? {} : { kinds }),
        ...(isWithin ? { subjects: patterns } : {}),
      };
      return [{ issuer, when, excluded }];
    });
}

/** Whether principals of an issuer can be spoken of so. */
export function canSay({ subject }: Issuer, pattern: SubjectPattern): boolean {
  return subject.every((name) => subjectSchemes.get(name)?.checkPattern(pattern) === undefined);
}

/** An invariant as the rule that would make it hold: a deny for a `never`, an allow for an `always`. */
function ruleOf({ demand, at }: Invariant, when: Conditions): TrustRule {
  const id = when.issuers.join();
  return { id, effect: demand === 'never' ? 'deny' : 'allow', mode: 'enforce', when, at };
}

function requestTest(described: InvariantRequest): (request: Witness['request']) => boolean {
  if (described === 'plain') return ({ action }) => action === undefined;
  const [actions, resources] = [described.actions, described.resources].map((list) => list?.map(compileGlob));
  const isAmong = (globs: readonly Glob[] | undefined, value: string | undefined): boolean =>
    globs?.some((glob) => value !== undefined && glob.matches(value)) ?? true;
  return ({ action, resource }) => isAmong(actions, action) && isAmong(resources, resource);
}
