import { type CompiledPolicy, compilePolicy } from '../../decision/compile.ts';
import { decide } from '../../decision/decide.ts';
import type { Policy, TrustRule } from '../../policy/policy.ts';
import { byCodeUnits } from '../../policy/order.ts';
import { apart, type Region, sampleOf } from '../region.ts';
import { onlyRequest } from '../request-set.ts';
import { speaks, type Witness, witnessOf } from '../witness.ts';
import type { Moment, Product } from './products.ts';
import type { Target } from './spoken.ts';

/** What denies leave of an allow: a witness put to `decide`, surely nothing, or what could not be shown either way. */
export interface Remainder {
  readonly left: Witness | 'none' | 'undecided';
  /** The denies that took away what was looked at. */
  readonly takers: readonly TrustRule[];
}

/** How many examples are put to `decide` for one answer. */
const MOST_EXAMPLES = 100;

/** Looks for what the denies of a policy leave of its allows. */
export class Leftovers {
  readonly #compiled: CompiledPolicy;
  readonly #moment: Moment;
  readonly #denies = new Map<string, Product[]>();

  /** `denies` is what the policy's denies speak of. */
  constructor(policy: Policy, denies: readonly Product[], moment: Moment) {
    this.#compiled = compilePolicy(policy);
    this.#moment = moment;
    for (const deny of denies) this.#denies.set(deny.rule.id, [...(this.#denies.get(deny.rule.id) ?? []), deny]);
  }

  /** What is left of some products of one rule together. */
  of(products: readonly Product[]): Remainder {
    const search = new Search(this.#compiled, this.#moment, this.#denies);
    let left: Remainder['left'] = 'none';
    for (const { rule, region } of products) {
      const found = search.run(rule, region);
      if (typeof found !== 'string') return { left: found, takers: search.takers() };
      if (found === 'undecided') left = found;
    }
    return { left, takers: search.takers() };
  }
}

class Search {
  readonly #compiled: CompiledPolicy;
  readonly #audience: { readonly audience?: string };
  readonly #denies: ReadonlyMap<string, readonly Product[]>;
  readonly #takers = new Map<string, TrustRule>();
  #examples = 0;

  constructor(compiled: CompiledPolicy, { audience }: Moment, denies: ReadonlyMap<string, readonly Product[]>) {
    this.#compiled = compiled;
    this.#audience = audience === undefined ? {} : { audience };
    this.#denies = denies;
  }

  /** By id. */
  takers(): readonly TrustRule[] {
    return [...this.#takers.values()].sort((a, b) => byCodeUnits(a.id, b.id));
  }

  /** Tries an example; where a deny takes it away, what is beside that deny. `gone` are the denies taken off so far. */
  run(rule: TrustRule, region: Region, gone: ReadonlySet<string> = new Set()): Remainder['left'] {
    const parts = sampleOf(region);
    if (typeof parts === 'string') return parts;
    if (this.#examples >= MOST_EXAMPLES) return 'undecided';
    this.#examples += 1;
    const { token, request } = witnessOf(parts);
    const witness: Witness = { token, request: { ...request, ...this.#audience } };
    const decision = decide(this.#compiled, token, witness.request);
    if (speaks(decision, rule)) return witness;
    const takers = decision.reasons.filter(({ code }) => code === 'denied_by_rule').map(({ rule: id }) => id ?? '');
    const taker = takers.find((id) => !gone.has(id));
    if (takers.length > 0 && taker === undefined) return this.#beside(rule, region, request, gone);
    const products = this.#denies.get(taker ?? '');
    if (taker === undefined || products === undefined) return 'undecided';
    for (const deny of products) this.#takers.set(taker, deny.rule);
    return this.#first(rule, beside(region, products), new Set([...gone, taker]));
  }

  /** A request may be what a deny's template is filled in with, where another one is not. */
  #beside(rule: TrustRule, region: Region, request: Target, gone: ReadonlySet<string>): Remainder['left'] {
    const { all, none } = region.requests;
    const others = { ...region, requests: { all, none: [...none, onlyRequest(request)] } };
    const found = this.run(rule, others, gone);
    return found === 'none' ? 'undecided' : found;
  }

  #first(rule: TrustRule, places: readonly Region[], gone: ReadonlySet<string>): Remainder['left'] {
    let answer: Remainder['left'] = 'none';
    for (const place of places) {
      const found = this.run(rule, place, gone);
      if (typeof found !== 'string') return found;
      if (found === 'undecided') answer = found;
    }
    return answer;
  }
}

/** What a region has beside all products of one deny. */
function beside(region: Region, products: readonly Product[]): readonly Region[] {
  return products
    .filter(({ issuer }) => issuer === region.issuer)
    .reduce<readonly Region[]>(
      (places, deny) =>
        places.flatMap((place) => apart(place, deny.region)).filter((place) => sampleOf(place) !== 'none'),
      [region],
    );
}
