// @ts-check
/** Who may do what: by a session's token, or by the workload's own. Both leave the caller in `request.trust`. */
import { permits } from 'countersign';
import { trustHook } from 'countersign/fastify';
import { challenge, refuse } from './problems.js';
import { isSessionToken } from './sessions.js';

/**
 * @typedef {import('fastify').FastifyRequest<{ Params: { '*': string } }>} Request
 * @typedef {import('fastify').FastifyReply} Reply
 * @typedef {import('countersign').Decision} Decision
 *
 * @typedef {object} Asked What a route asks of the policy. Without `action`, that the caller is let in at all.
 * @property {string} [action]
 * @property {(request: Request) => string} resource
 * @property {(resource: string) => boolean} isResource whether there can be such a resource
 * @property {string} audited the action by its name in the audit log
 *
 * @typedef {object} Parts
 * @property {import('countersign').Engine} engine
 * @property {import('./sessions.js').Sessions} sessions
 * @property {import('./audit.js').Audit} audit
 * @property {() => number} clock seconds since the epoch
 */

const REALM = 'secrets';

/** The hooks in front of a route. @param {Parts} parts @param {Asked} asked */
export function accessHooks(parts, asked) {
  const { engine, audit } = parts;
  const { action, resource, audited } = asked;
  const onDecision = (/** @type {Decision} */ decision, /** @type {Request} */ request) =>
    audit({ via: 'token', action: audited, resource: resource(request), ...outcomeOf(decision) });
  const request = action === undefined ? {} : { action, resource };
  const skip = (/** @type {Request} */ { trust }) => trust !== undefined;
  return [
    refuseOddResources(asked),
    sessionHook(parts, asked),
    trustHook(engine, { realm: REALM, ...request, skip, onDecision }),
  ];
}

/** The hook in front of the login, which takes a workload's own token only. @param {Parts} parts */
export function loginHook({ engine, audit }) {
  const onDecision = (/** @type {Decision} */ decision) => audit({ via: 'login', ...outcomeOf(decision) });
  return trustHook(engine, { realm: REALM, onDecision });
}

/**
 * The bearer token, where it is one of ours; two Authorization headers never are.
 *
 * @param {import('fastify').FastifyRequest} request
 */
export function sessionTokenOf({ raw }) {
  const [authorization = '', ...others] = raw.headersDistinct.authorization ?? [];
  const token = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  return others.length === 0 && isSessionToken(token) ? token : undefined;
}

/** @param {Asked} asked */
function refuseOddResources({ resource, isResource }) {
  return async (/** @type {Request} */ request, /** @type {Reply} */ reply) =>
    isResource(resource(request)) ? undefined : refuse(reply, 400);
}

/** Lets sessions in. Requests with another token, or with none, are left to the next hook. @param {Parts} parts @param {Asked} asked */
function sessionHook({ engine, sessions, audit, clock }, { action, resource, audited }) {
  return async (/** @type {Request} */ request, /** @type {Reply} */ reply) => {
    const token = sessionTokenOf(request);
    if (token === undefined) return undefined;
    const said = { via: /** @type {const} */ ('session'), action: audited, resource: resource(request) };

    const decision = sessions.find(token, engine.policy.digest);
    if (decision?.principal === undefined) {
      await audit({ ...said, effect: 'deny', reasons: ['session_ended'] });
      return challenge(reply, 401, REALM);
    }
    if (!permits(decision, action === undefined ? {} : { action, resource: said.resource }, clock())) {
      await audit({ ...said, ...outcomeOf(decision), effect: 'deny', reasons: ['not_permitted_to_session'] });
      return challenge(reply, 403, REALM, decision.id);
    }
    await audit({ ...said, ...outcomeOf(decision) });
    request.trust = { decision, principal: decision.principal };
    return undefined;
  };
}

/** @param {Decision} decision */
function outcomeOf(decision) {
  return { effect: decision.effect, reasons: decision.reasons.map(({ code }) => code), decision };
}
