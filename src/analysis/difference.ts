import { type CompiledPolicy, compilePolicy } from '../decision/compile.ts';
import { decide } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import type { Policy, TrustRule } from '../policy/policy.ts';
import { type Box, boxOf } from './box.ts';
import { firstFound } from './first-found.ts';
import { inside, outside, type Region, regionsOf, sampleOf } from './region.ts';
import { compiledOf, isEnforced, modelOf, type RuleModel } from './rule-model.ts';
import { type Witness, witnessOf, type WitnessParts } from './witness.ts';

/** What two policies decide differently: the effect, or for how long an allow may be relied on. */
export interface Difference {
  readonly witness: Witness;
  readonly before: Decision;
  readonly after: Decision;
}

/**
 * Where a policy would decide otherwise if one of its rules were another with the same id, or were not there. A
 * difference was put to `decide`, `none` is sure; `undecided` where neither could be shown.
 */
export function differenceOf(
  policy: Policy,
  rule: TrustRule,
  changed: TrustRule | undefined,
): Difference | 'none' | 'undecided' {
  return new Search(policy, rule, changed).run();
}

type Answer = Difference | 'none' | 'undecided';

/** How many examples are put to `decide` before the search gives up. */
const MOST_EXAMPLES = 25;

class Search {
  readonly #model: RuleModel;
  readonly #rule: TrustRule;
  readonly #changed: TrustRule | undefined;
  readonly #others: readonly Box[];
  readonly #before: CompiledPolicy;
  readonly #after: CompiledPolicy;
  #examples = 0;

  constructor(policy: Policy, rule: TrustRule, changed: TrustRule | undefined) {
    this.#model = modelOf(policy);
    this.#rule = rule;
    this.#changed = changed;
    this.#others = this.#model.boxes.filter((box) => box.rule !== rule && box.rule.mode === 'enforce');
    this.#before = compiledOf(policy);
    const rest = policy.rules.filter((one) => one !== rule);
    this.#after = compilePolicy({ ...policy, rules: changed === undefined ? rest : [...rest, changed] });
  }

  run(): Answer {
    const { policy } = this.#model;
    const [before, after] = [this.#rule, this.#changed].map((rule) =>
      rule?.mode === 'enforce' ? boxOf(rule, policy) : undefined,
    );
    const isOneKind = before?.rule.effect === after?.rule.effect && before?.rule.ttl === after?.rule.ttl;
    const gained = after === undefined ? [] : this.#apart(after, isOneKind ? before : undefined);
    const lost = before === undefined ? [] : this.#apart(before, isOneKind ? after : undefined);
    const answer = firstFound([...gained, ...lost], ({ box, region }) => this.#explore(box, region));
    if (answer !== 'none' || (before?.rule.valid ?? after?.rule.valid) === undefined) return answer;
    // When a rule comes and goes bounds every allow for its tokens, so that only the very same tokens will do.
    const isSame = isOneKind && [...gained, ...lost].every(({ region }) => sampleOf(region) === 'none');
    return isSame ? 'none' : 'undecided';
  }

  /** What one rule says and the other does not; templates of a deny are first taken for what they surely are. */
  #apart(box: Box, other: Box | undefined): readonly { readonly box: Box; readonly region: Region }[] {
    const { sure, possible } = box.requests;
    const whole = box.rule.effect === 'allow' || sure === possible ? [sure] : [sure, possible];
    return whole
      .flatMap((requests) => regionsOf(box, requests))
      .flatMap((region) => (other === undefined ? [region] : outside(region, other)))
      .map((region) => ({ box, region }));
  }

  /** A deny matters only where there is something to take away. */
  #explore(box: Box, region: Region): Answer {
    if (box.rule.effect === 'allow') {
      const { ttl = Infinity } = box.rule;
      return this.#search(region, (other) => other.effect === 'deny' || (other.ttl ?? Infinity) <= ttl);
    }
    if (sampleOf(region) === 'none') return 'none';
    const near = new Set(this.#model.tree.near(box));
    const allows = this.#others.filter((other) => isEnforced(other, 'allow') && near.has(other));
    return firstFound(
      allows.flatMap((allow) => inside(region, allow, allow.requests.sure)),
      (shared) => this.#search(shared, (other) => other.effect === 'deny'),
    );
  }

  /** Tries an example; where another rule makes it one of nothing, what is beside that rule. */
  #search(region: Region, settles: (other: TrustRule) => boolean): Answer {
    const parts = sampleOf(region);
    if (typeof parts === 'string') return parts;
    if (this.#examples >= MOST_EXAMPLES) return 'undecided';
    this.#examples += 1;
    const difference = this.#try(parts);
    if (
      difference.before.effect !== difference.after.effect ||
      lasting(difference.before) !== lasting(difference.after)
    )
      return difference;
    const speakers = new Set([...difference.before.reasons, ...difference.after.reasons].map(({ rule }) => rule));
    const settling = this.#others.find(({ rule }) => speakers.has(rule.id) && settles(rule));
    return settling === undefined
      ? 'undecided'
      : firstFound(outside(region, settling), (rest) => this.#search(rest, settles));
  }

  /** The token outlives the rule's ttl, so that this shows. */
  #try(parts: WitnessParts): Difference {
    const { token, request } = witnessOf(parts);
    const ttl = Math.max(this.#rule.ttl ?? 0, this.#changed?.ttl ?? 0);
    const exp = (token.claims['exp'] as number) + ttl;
    const witness: Witness = { token: { ...token, claims: { ...token.claims, exp } }, request };
    return {
      witness,
      before: decide(this.#before, witness.token, request),
      after: decide(this.#after, witness.token, request),
    };
  }
}

function lasting({ effect, expiresAt }: Decision): number | undefined {
  return effect === 'allow' ? expiresAt : undefined;
}
