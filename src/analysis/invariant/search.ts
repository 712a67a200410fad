import type { CompiledPolicy } from '../../decision/compile.ts';
import { decide } from '../../decision/decide.ts';
import type { Decision } from '../../decision/decision.ts';
import type { Effect, Policy, TrustRule } from '../../policy/policy.ts';
import type { Box } from '../box.ts';
import { firstFound } from '../first-found.ts';
import { inside, outside, type Region, sampleOf } from '../region.ts';
import { describedRequests, requestsOf } from '../request-set.ts';
import { compiledOf, isEnforced, modelOf, type RuleModel } from '../rule-model.ts';
import { speaks, type WitnessParts, witnessOf } from '../witness.ts';
import { WordSet } from '../word-set.ts';
import type { Counterexample, Invariant } from './invariant.ts';
import { type Case, grantsIn, literalsIn, marksOf, splitCase } from './template-values.ts';
import { type IssuerSet, membershipOf, setsOf } from './token-set.ts';

/** `none` is sure. */
export type Finding = Counterexample | 'none' | 'undecided';

/** How many examples are put to `decide` about one rule, or about all that no rule speaks of, before the search gives up. */
const MOST_EXAMPLES = 100;
/** How many cases the templates of one rule may make. */
const MOST_CASES = 500;

/** Looks for a token and a request of an invariant's set that are decided otherwise than it demands. */
export class Search {
  readonly sets: readonly IssuerSet[];
  readonly #lost = new Set<TrustRule>();
  readonly #model: RuleModel;
  readonly #compiled: CompiledPolicy;
  readonly #isMember: ReturnType<typeof membershipOf>;
  readonly #boxes: ReadonlyMap<string, Box>;
  /** What must not be. */
  readonly #forbidden: Effect;
  readonly #literals: readonly string[];
  /** Whether resources are told apart by more than whole segments. */
  readonly #hasPartialStars: boolean;
  #examples: number = 0;

  constructor(invariant: Invariant, policy: Policy) {
    this.sets = setsOf(invariant, policy);
    this.#model = modelOf(policy);
    this.#compiled = compiledOf(policy);
    this.#isMember = membershipOf(invariant, policy);
    this.#boxes = new Map(this.#model.boxes.map((box) => [box.rule.id, box]));
    this.#forbidden = invariant.demand === 'never' ? 'allow' : 'deny';
    const { request } = invariant.set;
    const resources = request === 'plain' ? [] : (request.resources ?? []);
    this.#literals = literalsIn(resources);
    this.#hasPartialStars = resources.some((pattern) => /[^*/]\*|\*[^*/]/.test(pattern));
  }

  /** The rules where the search got lost. */
  get lost(): readonly TrustRule[] {
    return [...this.#lost];
  }

  /** Where enforced rules of an effect speak of the set. */
  among(effect: Effect): Finding {
    return firstFound(this.sets, ({ box, region }) => {
      const near = [...new Set(this.#model.tree.near(box))].filter((other) => isEnforced(other, effect));
      return firstFound(near, (other) => this.#within(region, other));
    });
  }

  /** Where no enforced allow speaks of the set. */
  beside(): Finding {
    return firstFound(this.sets, ({ region }) => {
      this.#examples = 0;
      return this.#seek({ region, values: new Map() }, undefined);
    });
  }

  #within(region: Region, box: Box): Finding {
    const whole = inside(region, box, box.requests.possible);
    if (whole.every((part) => sampleOf(part) === 'none')) return 'none';
    this.#examples = 0;
    const shared = inside(region, box, anyRequests);
    const marks = marksOf(box.rule);
    if (isTooMany(marks, this.#literals)) return this.#lose(box);
    return firstFound(shared, (part) => {
      const one: Case = { region: part, values: new Map() };
      return firstFound(splitCase(one, marks, this.#literals) ?? [one], (each) => this.#seek(each, box));
    });
  }

  /** Tries an example; where a rule makes it one of nothing, what is beside that rule. */
  #seek(one: Case, within: Box | undefined): Finding {
    const parts = sampleOf(within === undefined ? one.region : this.#asked(one, within));
    if (parts === 'none') return parts;
    if (parts === 'undecided' || this.#examples >= MOST_EXAMPLES) return this.#lose(within);
    this.#examples += 1;
    const witness = witnessOf(parts);
    const decision = decide(this.#compiled, witness.token, witness.request);
    if (decision.effect === this.#forbidden && this.#isMember(witness)) return { witness, decision };
    const speaker = decision.reasons.find(({ rule }) => rule !== undefined && this.#settles(rule, decision))?.rule;
    // What a deny speaks of is denied whatever else allows it, so that nothing is to be left out there.
    const settling = within?.rule.effect === 'deny' ? undefined : this.#boxes.get(speaker ?? '');
    const taken = settling && this.#requestsIn(one, settling, false);
    if (settling === undefined || taken?.has(parts.request) !== true) {
      const marks = [within, settling].flatMap((box) => (box === undefined ? [] : marksOf(box.rule)));
      const values = [...(witness.request.resource?.split('/') ?? []), ...fillsOf(parts)];
      if (isTooMany(marks, values)) return this.#lose(within, settling);
      const cases = splitCase(one, [...new Set(marks)], values);
      if (cases !== undefined) return firstFound(cases, (each) => this.#seek(each, within));
    }
    if (settling === undefined) return this.#lose(within);
    return firstFound(outside(one.region, settling, taken), (region) => this.#seek({ ...one, region }, within));
  }

  #settles(id: string, decision: Decision): boolean {
    const rule = this.#boxes.get(id)?.rule;
    return rule !== undefined && rule.effect !== this.#forbidden && speaks(decision, rule);
  }

  /** What a case has in common with what a rule speaks of, never less. */
  #asked(one: Case, within: Box): Region {
    const { requests } = one.region;
    return { ...one.region, requests: { ...requests, all: [...requests.all, this.#requestsIn(one, within, true)] } };
  }

  #requestsIn(one: Case, { rule, requests: { sure, possible } }: Box, areAll: boolean): WordSet {
    if (sure === possible) return sure;
    const grants = grantsIn(one, rule);
    const marked = requestsOf(rule.effect, grants, 'mark');
    const isTooFew = areAll && this.#hasPartialStars;
    return new WordSet(isTooFew ? { either: [marked, requestsOf(rule.effect, grants, 'any-segment')] } : marked);
  }

  #lose(...boxes: readonly (Box | undefined)[]): 'undecided' {
    for (const box of boxes) if (box !== undefined) this.#lost.add(box.rule);
    return 'undecided';
  }
}

const anyRequests: WordSet = describedRequests({});

/** What a token may fill templates with. */
function fillsOf({ path, claims }: WitnessParts): readonly string[] {
  const ids = path.split('/').map((segment) => segment.slice(segment.indexOf(':') + 1));
  return [...ids, ...[...claims.values()].map(({ value }) => value).filter((value) => typeof value === 'string')];
}

function isTooMany(marks: readonly string[], values: readonly string[]): boolean {
  return (new Set(values).size + 2) ** marks.length > MOST_CASES;
}
