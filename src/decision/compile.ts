import type { Issuer, Policy, SubjectPattern } from '../policy/policy.ts';
import type { SubjectScheme } from '../policy/subject/scheme.ts';
import { subjectSchemes } from '../policy/subject/schemes.ts';
import { type CompiledRule, compileRule } from './compiled-rule.ts';
import { policyDigest } from './digest.ts';
import { RuleIndex } from './rule-index.ts';

/** A policy made ready for decisions. Immutable; holds nothing of the policy it was made from. */
export interface CompiledPolicy {
  readonly digest: string;
  /** By exact `iss`. */
  readonly issuers: ReadonlyMap<string, CompiledIssuer>;
}

export interface CompiledIssuer {
  readonly schemes: readonly SubjectScheme[];
  readonly audiences: ReadonlySet<string>;
  /** Seconds. */
  readonly clockSkew: number;
  /** Whether any enforced rule allows anything. */
  readonly allows: boolean;
  readonly anyAudience: CompiledAudience;
  readonly byAudience: ReadonlyMap<string, CompiledAudience>;
}

/** The rules for one audience, or for any. */
export interface CompiledAudience {
  readonly allows: boolean;
  readonly index: RuleIndex;
}

/** Compiles a policy that `parsePolicy` returned: issuer, then audience, then subject, then the rest of a rule. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const drafts = new Map(policy.issuers.map((issuer) => [issuer.name, new IssuerDraft(issuer)]));
  for (const rule of policy.rules) {
    const compiled = compileRule(rule);
    for (const name of new Set(rule.when.issuers))
      drafts.get(name)?.add(compiled, rule.when.audiences, rule.when.subjects);
  }
  return {
    digest: policyDigest(policy),
    issuers: new Map(
      policy.issuers.map((issuer) => [issuer.url, (drafts.get(issuer.name) ?? new IssuerDraft(issuer)).seal()]),
    ),
  };
}

class IssuerDraft {
  readonly #issuer: Issuer;
  readonly #schemes: readonly SubjectScheme[];
  readonly #anyAudience = new AudienceDraft();
  readonly #byAudience = new Map<string, AudienceDraft>();
  #allows = false;

  constructor(issuer: Issuer) {
    this.#issuer = issuer;
    this.#schemes = issuer.subject.map(schemeCalled);
  }

  add(
    rule: CompiledRule,
    audiences: readonly string[] | undefined,
    subjects: readonly SubjectPattern[] | undefined,
  ): void {
    this.#allows ||= isEnforcedAllow(rule);
    const split = (path: string): readonly string[] => this.#schemes[0]?.split(path) ?? [];
    for (const draft of audiences === undefined
      ? [this.#anyAudience]
      : new Set(audiences.map((name) => this.#audience(name)))) {
      draft.allows ||= isEnforcedAllow(rule);
      for (const subject of subjects ?? [undefined]) draft.index.add(rule, subject, split);
    }
  }

  seal(): CompiledIssuer {
    for (const { index } of [this.#anyAudience, ...this.#byAudience.values()]) index.seal();
    return {
      schemes: this.#schemes,
      audiences: new Set(this.#issuer.audiences),
      clockSkew: this.#issuer.clockSkew,
      allows: this.#allows,
      anyAudience: this.#anyAudience,
      byAudience: this.#byAudience,
    };
  }

  #audience(name: string): AudienceDraft {
    let draft = this.#byAudience.get(name);
    if (draft === undefined) this.#byAudience.set(name, (draft = new AudienceDraft()));
    return draft;
  }
}

class AudienceDraft {
  allows = false;
  readonly index = new RuleIndex();
}

function isEnforcedAllow(rule: CompiledRule): boolean {
  return rule.effect === 'allow' && !rule.audit;
}

function schemeCalled(name: string): SubjectScheme {
  const scheme = subjectSchemes.get(name);
  if (scheme === undefined) throw new TypeError(`compilePolicy: there is no subject scheme \`${name}\``);
  return scheme;
}
