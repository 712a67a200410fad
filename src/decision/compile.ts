import type { Issuer, Policy } from '../policy/policy.ts';
import { policyDigest, type PolicyRecords, type RecordedRule, recordsOf, ruleOf } from '../policy/records.ts';
import type { SubjectScheme } from '../policy/subject/scheme.ts';
import { subjectSchemes } from '../policy/subject/schemes.ts';
import { IndexDraft, type RuleReader, type Split } from './index-rules.ts';
import { isNonEmpty, type NonEmpty } from './non-empty.ts';
import type { RuleIndex } from './rule-index.ts';
import { RuleTable } from './rule-table.ts';

/** A policy made ready for decisions. Immutable; of the policy it keeps the rules' records alone. */
export interface CompiledPolicy {
  readonly digest: string;
  /** By exact `iss`. */
  readonly issuers: ReadonlyMap<string, CompiledIssuer>;
  readonly rules: RuleTable;
}

export interface CompiledIssuer {
  readonly schemes: readonly SubjectScheme[];
  readonly split: Split;
  readonly audiences: ReadonlySet<string>;
  /** Seconds. */
  readonly clockSkew: number;
  /** The audiences that enforced allows name; `undefined` for those that name none. */
  readonly allows: ReadonlySet<string | undefined>;
  readonly index: RuleIndex;
}

/** Compiles a policy that `parsePolicy` returned. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  return compileRecords(recordsOf(policy));
}

/** Compiles a policy from its records. The digest must be theirs, where it is known already. */
export function compileRecords(records: PolicyRecords, digest: string = policyDigest(records)): CompiledPolicy {
  const draft = new PolicyDraft(records.issuers);
  for (let number = 0; number < records.rules.length; number++) draft.add(ruleOf(records, number));
  return draft.seal(records, digest);
}

/** Files rules as they are read, so that none need be held; each is made ready when it is first met. */
export class PolicyDraft {
  readonly #issuers: ReadonlyMap<string, IssuerDraft>;
  #rules = 0;

  constructor(issuers: readonly Issuer[]) {
    this.#issuers = new Map(issuers.map((issuer) => [issuer.name, new IssuerDraft(issuer)]));
  }

  /** Rules must come in the order of their records. */
  add(rule: RecordedRule): void {
    const number = this.#rules++;
    for (const name of rule.when.issuers) this.#issuers.get(name)?.add(number, rule);
  }

  /** The records must be those of the rules that were added, and the digest theirs. */
  seal(records: PolicyRecords, digest: string): CompiledPolicy {
    const read: RuleReader = (number) => ruleOf(records, number);
    return {
      digest,
      issuers: new Map([...this.#issuers.values()].map((draft) => [draft.url, draft.seal(read)])),
      rules: new RuleTable(records),
    };
  }
}

class IssuerDraft {
  readonly #issuer: Issuer;
  readonly #schemes: NonEmpty<SubjectScheme>;
  readonly #split: Split;
  readonly #index: IndexDraft;
  readonly #allows = new Set<string | undefined>();

  constructor(issuer: Issuer) {
    this.#issuer = issuer;
    this.#schemes = schemesCalled(issuer.subject);
    const [first] = this.#schemes;
    this.#split = (path) => first.split(path);
    this.#index = new IndexDraft(this.#split);
  }

  get url(): string {
    return this.#issuer.url;
  }

  add(number: number, rule: RecordedRule): void {
    if (isEnforcedAllow(rule)) for (const name of rule.when.audiences ?? [undefined]) this.#allows.add(name);
    this.#index.add(number, rule);
  }

  seal(read: RuleReader): CompiledIssuer {
    return {
      schemes: this.#schemes,
      split: this.#split,
      audiences: new Set(this.#issuer.audiences),
      clockSkew: this.#issuer.clockSkew,
      allows: this.#allows,
      index: this.#index.seal(read),
    };
  }
}

function isEnforcedAllow({ effect, mode }: RecordedRule): boolean {
  return effect === 'allow' && mode === 'enforce';
}

function schemesCalled(names: readonly string[]): NonEmpty<SubjectScheme> {
  const schemes: readonly SubjectScheme[] = names.map(schemeCalled);
  if (!isNonEmpty(schemes)) throw new TypeError('compilePolicy: an issuer needs a subject scheme');
  return schemes;
}

function schemeCalled(name: string): SubjectScheme {
  const scheme = subjectSchemes.get(name);
  if (scheme === undefined) throw new TypeError(`compilePolicy: there is no subject scheme \`${name}\``);
  return scheme;
}
