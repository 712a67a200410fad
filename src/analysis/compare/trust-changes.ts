import { canonicalJson } from '../../policy/canonical-json.ts';
import type { Issuer } from '../../policy/policy.ts';
import type { IssuerPair } from './pair-issuers.ts';
import type { TrustAspect, TrustChange } from './policy-difference.ts';
import type { SharedRule } from './shared-rules.ts';

/** Changes of trust by direction; what cannot be ordered, such as one key set for another, is both. */
export interface TrustChanges {
  readonly gains: readonly TrustChange[];
  readonly losses: readonly TrustChange[];
}

/** How issuers are trusted otherwise than before. Rules matter only where they name an audience. */
export function trustChanges(
  pairs: readonly IssuerPair[],
  before: readonly SharedRule[],
  after: readonly SharedRule[],
): TrustChanges {
  const found = pairs.flatMap((pair) => changesOf(pair, before, after));
  return {
    gains: found.flatMap(({ gain }) => gain ?? []),
    losses: found.flatMap(({ loss }) => loss ?? []),
  };
}

interface Found {
  readonly gain?: TrustChange;
  readonly loss?: TrustChange;
}

function changesOf(
  pair: IssuerPair,
  rulesBefore: readonly SharedRule[],
  rulesAfter: readonly SharedRule[],
): readonly Found[] {
  // prettier-ignore
  const { before, after } = pair;
  const change = (what: TrustAspect, was: unknown, is: unknown): TrustChange => ({
    class: 'trust',
    what,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(was === undefined ? {} : { was }),
    ...(is === undefined ? {} : { is }),
  });
  if (before === undefined || after === undefined) {
    const one = change('issuer', before?.url, after?.url);
    return [before === undefined ? { gain: one } : { loss: one }];
  }
  const both = (what: TrustAspect, was: unknown, is: unknown): Found => {
    const one = change(what, was, is);
    return canonicalJson(was ?? null) === canonicalJson(is ?? null) ? {} : { gain: one, loss: one };
  };
  const more = (what: TrustAspect, was: number, is: number): Found =>
    was === is ? {} : { [is > was ? 'gain' : 'loss']: change(what, finite(was), finite(is)) };
  const lists = (what: 'algorithms' | 'tokenType'): Found => listChange(change, what, before[what], after[what]);
  return [
    both('url', before.url, after.url),
    both('subject', [...before.subject].sort(), [...after.subject].sort()),
    audienceChange(change, before, after, denied(rulesBefore, pair.key), denied(rulesAfter, pair.key)),
    lists('algorithms'),
    lists('tokenType'),
    more('maxLifetime', before.maxLifetime, after.maxLifetime),
    more('clockSkew', before.clockSkew, after.clockSkew),
    more('maxTokenAge', before.maxTokenAge ?? Infinity, after.maxTokenAge ?? Infinity),
    keysChange(change, before, after),
  ];
}

type MakeChange = (what: TrustAspect, was: unknown, is: unknown) => TrustChange;

function listChange(change: MakeChange, what: TrustAspect, was: readonly string[], is: readonly string[]): Found {
  const added = is.filter((name) => !was.includes(name));
  const removed = was.filter((name) => !is.includes(name));
  return {
    ...(added.length > 0 ? { gain: change(what, undefined, added) } : {}),
    ...(removed.length > 0 ? { loss: change(what, removed, undefined) } : {}),
  };
}

/** A deny for an audience sees tokens for it only while the issuer's tokens are taken for that audience. */
function audienceChange(
  change: MakeChange,
  { audiences: was }: Issuer,
  { audiences: is }: Issuer,
  deniedBefore: ReadonlySet<string>,
  deniedAfter: ReadonlySet<string>,
): Found {
  const { gain, loss } = listChange(change, 'audiences', was, is);
  const blinded = was.filter((name) => !is.includes(name) && deniedBefore.has(name));
  const sighted = is.filter((name) => !was.includes(name) && deniedAfter.has(name));
  const gained = gain ?? (blinded.length > 0 ? change('audiences', blinded, undefined) : undefined);
  const lost = loss ?? (sighted.length > 0 ? change('audiences', undefined, sighted) : undefined);
  return { ...(gained && { gain: gained }), ...(lost && { loss: lost }) };
}

function denied(rules: readonly SharedRule[], key: string): ReadonlySet<string> {
  return new Set(
    rules.flatMap(({ shared: { effect, mode, when } }) =>
      effect === 'deny' && mode === 'enforce' && when.issuers.includes(key) ? (when.audiences ?? []) : [],
    ),
  );
}

/** Of keys that stand in the policy it is known which came and went; of all else only that the source is another. */
function keysChange(change: MakeChange, { jwks: was }: Issuer, { jwks: is }: Issuer): Found {
  if (was === undefined && is === undefined) return {};
  if (was !== undefined && 'keys' in was && is !== undefined && 'keys' in is) {
    return listChange(change, 'jwks', was.keys.map(canonicalJson), is.keys.map(canonicalJson));
  }
  if (canonicalJson(was ?? null) === canonicalJson(is ?? null)) return {};
  const one = change('jwks', was, is);
  return { gain: one, loss: one };
}

function finite(seconds: number): number | undefined {
  return seconds === Infinity ? undefined : seconds;
}
