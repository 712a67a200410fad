import type { PolicyDoc, RuleDoc, SubjectDoc } from '../decision/arbitraries.ts';
import type { Matcher, Policy, SubjectPattern, TrustRule } from '../../src/policy/policy.ts';

/** A policy as a document that means the same, for the reference evaluator. */
export function documentOf({ issuers, rules }: Policy): PolicyDoc {
  return {
    version: 1,
    issuers: Object.fromEntries(
      issuers.map(({ name, url, subject, audiences, clockSkew }) => [
        name,
        { url, subject: [...subject], audiences: [...audiences], clockSkew: `${clockSkew}s` },
      ]),
    ),
    rules: rules.map(ruleDocument),
  };
}

function ruleDocument({ id, effect, mode, when, grants, ttl, valid }: TrustRule): RuleDoc {
  const { issuers, audiences, subjects, kinds, claims } = when;
  const conditions = Object.fromEntries(claims.map(({ key, matcher }) => [key, matcherDocument(matcher)]));
  return JSON.parse(
    JSON.stringify({
      id,
      effect,
      mode,
      when: {
        issuer: issuers,
        audience: audiences,
        subject: subjects?.map(subjectDocument),
        kind: kinds,
        claims: conditions,
      },
      grants,
      ttl: ttl && `${ttl}s`,
      valid: valid && { from: instant(valid.from), until: instant(valid.until) },
    }),
  ) as RuleDoc;
}

const instant = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time * 1000).toISOString();

function subjectDocument(pattern: SubjectPattern): SubjectDoc {
  return 'prefix' in pattern ? pattern.prefix : pattern;
}

function matcherDocument(matcher: Matcher): unknown {
  if ('not' in matcher) return { not: matcherDocument(matcher.not) };
  return 'oneOf' in matcher ? matcher.oneOf : matcher;
}
