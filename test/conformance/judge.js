// @ts-check
import { answerOf, holds } from './answer.js';
import { judgeRequest } from './judge-request.js';
import { judgeSteps } from './judge-steps.js';
import { mint } from './mint.js';
import { keySetOf } from './published-keys.js';
import { trustOf } from './trust.js';
import { fill, NOW, policyNames } from './values.js';

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
 * @property {(question: { token: any, jwks: { keys: any[] }, trust: Trust, now: number }) => Promise<Answer>} verify
 * @property {(question: { token: any, jwks: { keys: any[] }, trust: Trust, now: number, rules: readonly object[] }) => Promise<Answer>} [authorize]
 * @property {(source: KeyLocation) => Promise<{ verify(token: any): Promise<Answer>, close?(): Promise<void> }>} [connect]
 *   a verifier that fetches its keys, and stays for several questions
 * @property {boolean} [discovers] whether it finds keys by discovery
 * @property {(asked: Asked) => Promise<{ status: number, headers: Headers, body: string }>} [request]
 *   a service behind it that answers at `/auth`, `/token`, `/public` and `/secret`
 * @property {(policy: { text: string }) => Promise<Answer>} [load]
 * @property {(policy: { files: any }) => Promise<Answer>} [loadFiles]
 */

/** @typedef {{ trust: Trust, jwksUri: string | undefined, clock: () => number, deadline: number }} KeyLocation */

/**
 * @typedef {{ method: string, path: string, headers: [string, string][], form?: Record<string, string>, jwks: { keys: any[] },
 *   trust: Trust, now: number, rules: readonly object[] | undefined }} Asked
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
  const ask = question(entry, adapter);
  if (typeof ask === 'string') return { notApplicable: ask };
  const got = await answerOf(ask, adapter);
  return { held: holds(got, entry.expect, adapter), got };
}

/** @param {import('./read-entries.js').Entry} entry @param {Adapter} adapter */
function question({ token, keys, trust, rules, policy, files }, adapter) {
  const { authorize, load, loadFiles } = adapter;
  if (policy !== undefined) return load ? () => load({ text: fill(policy, policyNames) }) : 'it reads no policies';
  if (files !== undefined)
    return loadFiles ? () => loadFiles({ files: fill(files, policyNames) }) : 'it reads no policies';
  const asked = { token: mint(token), jwks: keySetOf(keys), trust: trustOf(trust), now: NOW };
  if (rules === undefined) return () => adapter.verify(asked);
  return authorize ? () => authorize({ ...asked, rules }) : 'it has no rules';
}
