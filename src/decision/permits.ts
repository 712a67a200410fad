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
  { action, resource }: { readonly action?: string; readonly resource?: string } = {},
  now: number = Date.now() / 1000,
): boolean {
  const request = parseRequest({ action, resource, now });
  if ('code' in request || decision.effect !== 'allow' || !(now < decision.expiresAt)) return false;
  if (request.action === undefined) return true;
  const { action: asked } = request;
  const given = decision.grants.some((grant) => reviveGrant(grant, 'allow').covers(asked, request.resource));
  const taken = decision.denied.some((grant) => reviveGrant(grant, 'deny').covers(asked, request.resource));
  return given && !taken;
}
