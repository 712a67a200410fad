// @ts-check
/** @typedef {import('countersign').Decision} Decision */

/**
 * @typedef {object} Access What was asked, and what came of it.
 * @property {'login' | 'session' | 'token'} via
 * @property {string} [action]
 * @property {string} [resource]
 * @property {'allow' | 'deny'} effect
 * @property {readonly string[]} reasons codes; a sentence could quote a claim
 * @property {Decision} [decision] of the engine; for a session, that of its login
 */

/** @typedef {(access: Access) => Promise<void>} Audit Resolves once the line is written, and rejects where it cannot be. */

/**
 * An audit log of one JSON object a line, which holds no secret and no token. Wait for it before you answer: what cannot be
 * recorded does not happen.
 *
 * @param {import('node:stream').Writable} stream
 * @param {() => number} clock seconds since the epoch
 * @returns {Audit}
 */
export function createAudit(stream, clock) {
  // Each write tells its own caller; unheard, the event would end the process.
  stream.on('error', () => undefined);
  return ({ via, action, resource, effect, reasons, decision }) => {
    const time = new Date(clock() * 1000).toISOString();
    const { id, token, issuer, principal } = decision ?? {};
    const who = { decision: id, token: token?.id, issuer, principal: principal?.path };
    const line = JSON.stringify({ time, via, effect, action, resource, reasons, ...who });
    return new Promise((resolve, reject) => {
      stream.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
    });
  };
}
