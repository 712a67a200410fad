import { createHash } from 'node:crypto';
import type { Change, Direction, TrustChange } from '../../analysis/index.ts';
import { canonicalJson } from '../../policy/canonical-json.ts';
import type { Issuer, TrustRule } from '../../policy/policy.ts';

/**
 * The first 32 hexadecimal digits of a SHA-256 over what changed from what to what. It stays the same while rules move,
 * or are described otherwise, and is another as soon as either version says something else.
 */
export function fingerprintOf(change: Change, direction: Direction): string {
  const what =
    change.class === 'trust'
      ? [
          direction,
          change.what,
          issuerText(change.before, change.what),
          issuerText(change.after, change.what),
          change.was ?? null,
          change.is ?? null,
        ]
      : [direction, change.class, change.effect, ruleText(change.before), ruleText(change.after)];
  return createHash('sha256').update(canonicalJson(what)).digest('hex').slice(0, 32);
}

function ruleText(rule: TrustRule | undefined): unknown {
  if (rule === undefined) return null;
  const { at: _, description: __, ...meaning } = rule;
  return meaning;
}

/** Of an issuer that comes or goes all that is said of it, else what changed is named beside it. */
function issuerText(issuer: Issuer | undefined, what: TrustChange['what']): unknown {
  if (issuer === undefined) return null;
  const { at: _, name: __, ...trusted } = issuer;
  return what === 'issuer' ? trusted : issuer.url;
}
