// @ts-check
import { mint } from './mint.js';
import { keySetOf } from './published-keys.js';
import { only } from './strict.js';
import { trustOf } from './trust.js';
import { fill, NOW } from './values.js';

/**
 * @typedef {import('./judge.js').Adapter} Adapter
 * @typedef {import('./judge.js').Outcome} Outcome
 */

/**
 * @param {import('./read-entries.js').Entry} entry
 * @param {Adapter} adapter
 * @returns {Promise<Outcome>}
 */
export async function judgeRequest({ request, token = {}, before, answer, keys, trust, rules }, adapter) {
  only(request, ['method', 'path', 'headers', 'form'], 'a request');
  only(answer, ['status', 'headers', 'has', 'lacks'], 'an answer');
  const { request: send } = adapter;
  if (send === undefined) return { notApplicable: 'it has no HTTP edge' };
  const world = { jwks: keySetOf(keys), trust: trustOf(trust), now: NOW, rules };
  /** @param {any} recipe */
  const ask = (recipe) => {
    const text = JSON.stringify(fill(request)).replaceAll('{token}', String(mint(recipe)));
    return send({ method: 'GET', headers: [], ...JSON.parse(text), ...world });
  };
  if (before !== undefined) await ask(before);
  const { status, headers, body } = await ask(token);
  const whole = [...[...headers].map(([name, value]) => `${name}: ${value}`), body].join('\0');
  const faults = [
    ...(answer.status.includes(status) ? [] : [`status ${status}`]),
    ...Object.entries(answer.headers ?? {}).flatMap(([name, value]) =>
      headers.get(name) === value ? [] : [`${name} is ${headers.get(name)}`],
    ),
    ...(answer.has ?? []).filter((/** @type {string} */ text) => !whole.includes(text)),
    ...(answer.lacks ?? []).filter((/** @type {string} */ text) => whole.includes(text)),
  ];
  return { held: faults.length === 0, got: faults.join(', ') || 'as expected' };
}
