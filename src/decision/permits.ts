import type { Decision } from './decision.ts';
import { reviveGrant } from './grant.ts';
import { parseRequest } from './request.ts';

/**
 * Asks an earlier decision: whether it permits plain access, an action, or an action on a resource, at `now`
 * (seconds since the epoch; the current time where left out). Honours what the decision denied and when it expires.
 * A decision that went through JSON answers alike. False for whatever it does not say.
 */
export function permits(
  decision: Decision,
  request: { readonly action?: string; readonly resource?: string } = {},
  now: number = Date.now() / 1000,
): boolean {
  const parsed = parseRequest(request, now);
  if ('code' in parsed || 'audience' in parsed) return false;
  if (decision.effect !== 'allow' || !(now < decision.expiresAt)) return false;
  const { action, resource } = parsed;
  if (action === undefined) return true;
  const given = decision.grants.some((grant) => reviveGrant(grant, decision.effect).covers(action, resource));
  const taken = decision.denied.some((grant) => reviveGrant(grant, 'deny').covers(action, resource));
  return given && !taken;
}
