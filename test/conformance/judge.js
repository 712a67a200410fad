// @ts-check
import { answerOf, holds } from './answer.js';
import { judgeRequest } from './judge-request.js';
import { judgeSteps } from './judge-steps.js';
import { mint } from './mint.js';
import { fill, policyNames } from './values.js';
import { worldOf } from './world.js';

/**
 * What is asked of a token. Times in seconds.
 * @typedef {object} Trust
 * @property {string} issuer
 * @property {readonly string[] | undefined} audience
 * @property {readonly string[]} algorithms
 * @property {readonly string[]} tokenType
 * @property {number} clockSkew
 * @property {number | undefined} maxTokenAge
 * @property {string} subject the subject scheme, for verifiers that have such
 */

/** @typedef {{ accepted: true } | { refused: string }} Answer a refusal has the verifier's own code, or any text */

/**
 * A verifier that the kit is run against. What it does not have is left out, and the entries that need it do not apply.
 * Whatever it throws counts as a refusal.
 * @typedef {object} Adapter
 * @property {string} name
 * @property {boolean} [speaksCodes] whether its refusals have the kit's codes, which are then compared
 * @property {number} [patience] seconds that an answer may take, 30 by default; none at all never holds
 * @property {(question: { token: any } & World) => Promise<Answer>} verify
 * @property {(question: { token: any } & World) => Promise<Answer>} [authorize] by the rules of the world
 * @property {(token: unknown) => Travel} [travel] where tokens are not handed over as they are
 * @property {(source: KeyLocation) => Promise<{ verify(token: any): Promise<Answer>, close?(): Promise<void> }>} [connect]
 *   a verifier that fetches its keys, and stays for several questions
 * @property {boolean} [discovers] whether it finds keys by discovery
 * @property {readonly Door[]} [doors] what `serve` serves
 * @property {(world: World) => Promise<Service>} [serve] starts an HTTP edge
 * @property {(policy: { text: string }) => Promise<Answer>} [load]
 * @property {(policy: { files: any }) => Promise<Answer>} [loadFiles]
 */

/** @typedef {{ trust: Trust, jwksUri: string | undefined, clock: () => number, deadline: number }} KeyLocation */

/**
 * What is trusted when, and with which keys. Without rules every genuine token is accepted.
 * @typedef {{ jwks: { keys: any[] }, trust: Trust, now: number, rules?: readonly object[] | undefined }} World
 */

/**
 * How a token comes to the verifier: not at all, for a reason; or so that it is refused with one of some codes in place of the
 * entry's, before anybody takes it for a token.
 * @typedef {{ notApplicable?: string, expect?: readonly string[] }} Travel
 */

/**
 * Where requests come in: at a `gateway` that asks the verifier about each, at a `service` that has the verifier within, or at
 * an `exchange` of tokens.
 * @typedef {'gateway' | 'service' | 'exchange'} Door
 */

/** @typedef {{ request(sent: Sent): Promise<{ status: number, headers: Headers, body: string }>, close(): Promise<void> }} Service */

/**
 * A request to send as it is. From a `client`, it is sent to where only gateways have reason to ask.
 * @typedef {{ method: string, path: string, headers: readonly (readonly [string, string])[], form?: Record<string, string>, from?: 'client' }} Sent
 */

/** @typedef {{ held: boolean, got: string } | { notApplicable: string }} Outcome */

/**
 * Tries one entry of the kit.
 * @param {import('./read-entries.js').Entry} entry
 * @param {Adapter} adapter
 * @returns {Promise<Outcome>}
 */
export async function judge(entry, adapter) {
  if (entry.notApplicable !== undefined) return { notApplicable: entry.notApplicable };
  if (entry.steps !== undefined) return judgeSteps(entry, adapter);
  if (entry.request !== undefined) return judgeRequest(entry, adapter);
  if (entry.token === undefined) return judgePolicy(entry, adapter);
  const { verify, authorize } = adapter;
  const asked = { token: mint(entry.token), ...worldOf(entry) };
  const { notApplicable, expect = entry.expect } = adapter.travel?.(asked.token) ?? {};
  if (notApplicable !== undefined) return { notApplicable };
  const ask = entry.rules === undefined ? verify : authorize;
  if (ask === undefined) return { notApplicable: 'it has no rules' };
  return outcomeOf(() => ask(asked), { ...entry, expect }, adapter);
}

/**
 * @param {import('./read-entries.js').Entry} entry
 * @param {Adapter} adapter
 * @returns {Promise<Outcome>}
 */
async function judgePolicy(entry, adapter) {
  const { load, loadFiles } = adapter;
  const { policy, files } = fill({ policy: entry.policy, files: entry.files }, policyNames);
  const ask = policy === undefined ? loadFiles && (() => loadFiles({ files })) : load && (() => load({ text: policy }));
  return ask === undefined ? { notApplicable: 'it reads no policies' } : outcomeOf(ask, entry, adapter);
}

/**
 * @param {() => Promise<Answer>} ask
 * @param {{ expect: readonly string[] }} entry
 * @param {Adapter} adapter
 */
async function outcomeOf(ask, { expect }, adapter) {
  const got = await answerOf(ask, adapter);
  return { held: holds(got, expect, adapter), got };
}
