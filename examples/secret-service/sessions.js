// @ts-check
/**
 * Logins: what the engine decided of a workload's token, kept under a random token of our own. Only a hash of that is kept,
 * and only in memory: a restart ends every session.
 */
import { createHash, randomBytes } from 'node:crypto';

/** @typedef {import('countersign').Decision} Decision */

const SESSION_TOKEN = /^session_[\w-]{43}$/;

/** Whether a bearer token is one of ours; a JWT has dots. @param {string} token */
export function isSessionToken(token) {
  return SESSION_TOKEN.test(token);
}

export class Sessions {
  /** By hash of their token, the oldest first. @type {Map<string, Decision>} */
  #decisions = new Map();
  #clock;
  #limit;
  #limitEach;

  /**
   * @param {object} options
   * @param {() => number} options.clock seconds since the epoch
   * @param {number} [options.limit] sessions at once
   * @param {number} [options.limitEach] sessions at once of one principal
   */
  constructor({ clock, limit = 10_000, limitEach = 16 }) {
    this.#clock = clock;
    this.#limit = limit;
    this.#limitEach = limitEach;
  }

  /**
   * A new session's token; `undefined` where there are too many. One principal too many ends its own oldest session, never
   * another's.
   *
   * @param {Decision} decision an allow
   */
  start(decision) {
    const now = this.#clock();
    const ofSame = [];
    for (const [hash, kept] of this.#decisions) {
      if (now >= kept.expiresAt) this.#decisions.delete(hash);
      else if (isSame(kept, decision)) ofSame.push(hash);
    }
    const [oldest] = ofSame;
    if (oldest !== undefined && ofSame.length >= this.#limitEach) this.#decisions.delete(oldest);
    if (this.#decisions.size >= this.#limit) return undefined;
    const token = `session_${randomBytes(32).toString('base64url')}`;
    this.#decisions.set(hashOf(token), decision);
    return token;
  }

  /**
   * What was decided at login. `undefined` where the session has ended: with its decision, or with the policy by which it
   * was decided, for another might have denied it.
   *
   * @param {string} token
   * @param {string} digest of the policy in force
   */
  find(token, digest) {
    const hash = hashOf(token);
    const decision = this.#decisions.get(hash);
    if (decision === undefined) return undefined;
    if (this.#clock() < decision.expiresAt && decision.policy.digest === digest) return decision;
    this.#decisions.delete(hash);
    return undefined;
  }

  /** @param {string} token */
  end(token) {
    this.#decisions.delete(hashOf(token));
  }
}

/** @param {Decision} one @param {Decision} other */
function isSame(one, other) {
  return one.issuer === other.issuer && one.principal?.path === other.principal?.path;
}

/** @param {string} token */
function hashOf(token) {
  return createHash('sha256').update(token).digest('hex');
}
