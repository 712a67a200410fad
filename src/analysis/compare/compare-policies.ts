import { compilePolicy } from '../../decision/compile.ts';
import type { Policy } from '../../policy/policy.ts';
import { changeBox } from './change-box.ts';
import { findGains, type Gain } from './find-gains.ts';
import type { Tried } from './flip-search.ts';
import { pairIssuers, sharedIssuers } from './pair-issuers.ts';
import type {
  Change,
  Direction,
  Flip,
  PolicyDifference,
  RuleChange,
  RuleVersions,
  TrustChange,
  Undecided,
} from './policy-difference.ts';
import { PolicySide } from './policy-side.ts';
import { type SharedRule, sharedRules } from './shared-rules.ts';
import { trustChanges } from './trust-changes.ts';
import { type Trusting, trustFlip } from './trust-flip.ts';
import { unchangedRules } from './unchanged-rules.ts';

/**
 * What a change of policy means. Exact: every gain and loss of access is shown by an example that both policies were
 * asked about, and where none is reported, and nothing is undecided, there is none, whatever the token, the request and
 * the time. How long an allow lasts is compared by `ttl` alone; rules in audit mode decide nothing.
 */
export function comparePolicies(before: Policy, after: Policy): PolicyDifference {
  const pairs = pairIssuers(before, after);
  const rules = {
    before: sharedRules(before.rules, pairs, 'before'),
    after: sharedRules(after.rules, pairs, 'after'),
  };
  const sides = {
    before: { policy: before, compiled: compilePolicy(before) },
    after: { policy: after, compiled: compilePolicy(after) },
  };
  const trust = trustChanges(pairs, rules.before, rules.after);
  const found = (['gain', 'loss'] as const).map((direction): Found => {
    const [from, to] = direction === 'gain' ? (['before', 'after'] as const) : (['after', 'before'] as const);
    const issuers = sharedIssuers(pairs, to);
    const gains = findGains(
      new PolicySide(sides[from].compiled, issuers, rules[from]),
      new PolicySide(sides[to].compiled, issuers, rules[to]),
    );
    const shown = trust[direction === 'gain' ? 'gains' : 'losses'].map((change) =>
      withFlip(change, direction, sides[from], sides[to]),
    );
    return inTerms(gains, shown, direction, versionsOf(rules.before, rules.after));
  });
  const [gained, lost] = found;
  const undecided = found.flatMap((one) => one.undecided);
  const told = [...found.flatMap(({ changes }) => changes), ...undecided].filter((one) => one.class !== 'trust');
  return {
    gains: gained?.changes ?? [],
    losses: lost?.changes ?? [],
    undecided,
    unchanged: unchangedRules(rules.before, rules.after, told),
  };
}

interface Found {
  readonly changes: readonly Change[];
  readonly undecided: readonly Undecided[];
}

type Versions = (id: string) => { readonly before?: SharedRule; readonly after?: SharedRule };

function versionsOf(before: readonly SharedRule[], after: readonly SharedRule[]): Versions {
  const [were, are] = [before, after].map((rules) => new Map(rules.map((one) => [one.rule.id, one])));
  return (id) => {
    const [was, is] = [were?.get(id), are?.get(id)];
    return { ...(was && { before: was }), ...(is && { after: is }) };
  };
}

/** One change for every rule and class, in the order of what was found. */
function inTerms(
  gains: readonly Gain[],
  trust: readonly TrustChange[],
  direction: Direction,
  versionsAt: Versions,
): Found {
  const changes = new Map<string, RuleChange>();
  const undecided = new Map<string, Undecided>();
  for (const gain of gains) {
    const { before, after } = versionsAt(gain.rule.id);
    const versions: RuleVersions = { ...(before && { before: before.rule }), ...(after && { after: after.rule }) };
    const kind = classOf(gain, before, after);
    const key = `${kind} ${gain.rule.id}`;
    if (gain.found === 'undecided') {
      if (!undecided.has(key)) undecided.set(key, { ...versions, class: kind, direction });
    } else if (!changes.has(key)) {
      const [own, other] = before?.rule === gain.rule ? [before, after] : [after, before];
      if (own === undefined) continue;
      changes.set(key, {
        ...versions,
        class: kind,
        effect: gain.rule.effect,
        box: changeBox(own, other),
        allows: gain.allows,
        flip: flipOf(gain.found, direction),
      });
    }
  }
  const open = [...undecided].filter(([key]) => !changes.has(key));
  return { changes: [...trust, ...changes.values()], undecided: open.map(([, one]) => one) };
}

function classOf({ isTtl }: Gain, before: SharedRule | undefined, after: SharedRule | undefined): RuleChange['class'] {
  if (isTtl) return 'ttl';
  if (before === undefined || after === undefined) return 'access';
  if (before.rule.mode !== after.rule.mode) return 'mode';
  return before.timeless === after.timeless ? 'valid' : 'access';
}

function withFlip(change: TrustChange, direction: Direction, from: Trusting, to: Trusting): TrustChange {
  const issuer = direction === 'gain' ? change.after : change.before;
  const names = direction === 'gain' ? change.is : change.was;
  const listed = change.what === 'audiences' && Array.isArray(names) ? (names as readonly string[]) : [];
  const tried = issuer && trustFlip(from, to, change.what, issuer, listed);
  return tried === undefined ? change : { ...change, flip: flipOf(tried, direction) };
}

function flipOf({ witness, from, to }: Tried, direction: Direction): Flip {
  return direction === 'gain' ? { witness, before: from, after: to } : { witness, before: to, after: from };
}
