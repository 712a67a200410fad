// @ts-check
import { keySetOf } from './published-keys.js';
import { only } from './strict.js';
import { AUDIENCE, fill, ISSUER, NOW } from './values.js';

/** @typedef {import('./judge.js').Trust} Trust */

/** @param {any} [changes] @param {string} [issuer] @returns {Trust} */
export function trustOf(changes = {}, issuer = ISSUER) {
  only(changes, ['audience', 'algorithms', 'tokenType', 'clockSkew', 'maxTokenAge', 'subject'], 'trust');
  return {
    issuer,
    audience: [AUDIENCE],
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    tokenType: ['JWT'],
    clockSkew: 30,
    maxTokenAge: undefined,
    subject: 'opaque',
    ...fill(changes),
    ...(changes.audience === null ? { audience: undefined } : {}),
  };
}

/**
 * @param {Pick<import('./read-entries.js').Entry, 'keys' | 'trust' | 'rules'>} entry
 * @returns {import('./judge.js').World}
 */
export function worldOf({ keys, trust, rules }) {
  return { jwks: keySetOf(keys), trust: trustOf(trust), now: NOW, rules };
}
