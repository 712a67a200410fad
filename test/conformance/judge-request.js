// @ts-check
import { mint } from './mint.js';
import { only } from './strict.js';
import { fill } from './values.js';
import { worldOf } from './world.js';

/**
 * @typedef {import('./judge.js').Adapter} Adapter
 * @typedef {import('./judge.js').Outcome} Outcome
 */

const DOORS = ['gateway', 'service', 'exchange'];

/**
 * @param {import('./read-entries.js').Entry} entry
 * @param {Adapter} adapter
 * @returns {Promise<Outcome>}
 */
export async function judgeRequest(entry, adapter) {
  const { request, token = {}, before, answer } = entry;
  only(request, ['door', 'from', 'method', 'path', 'headers', 'form'], 'a request');
  only(answer, ['status', 'headers', 'has', 'lacks'], 'an answer');
  const { door, ...given } = request;
  if (door !== undefined && !DOORS.includes(door)) throw new Error(`a door must be one of ${DOORS.join(', ')}`);
  const { serve, doors = [] } = adapter;
  if (serve === undefined) return { notApplicable: 'it has no HTTP edge' };
  if (!doors.includes(door ?? doors[0])) return { notApplicable: `it serves no ${door}` };
  const service = await serve(worldOf(entry));
  /** @param {any} recipe */
  const ask = (recipe) => {
    const text = JSON.stringify(fill(given)).replaceAll('{token}', String(mint(recipe)));
    return service.request({ method: 'GET', headers: [], ...JSON.parse(text) });
  };
  try {
    if (before !== undefined) await ask(before);
    const faults = faultsOf(await ask(token), answer);
    return { held: faults.length === 0, got: faults.join(', ') || 'as expected' };
  } finally {
    await service.close();
  }
}

/**
 * @param {{ status: number, headers: Headers, body: string }} got
 * @param {any} answer
 * @returns {string[]}
 */
function faultsOf({ status, headers, body }, answer) {
  const whole = [...[...headers].map(([name, value]) => `${name}: ${value}`), body].join('\0');
  return [
    ...(answer.status.includes(status) ? [] : [`status ${status}`]),
    ...Object.entries(answer.headers ?? {}).flatMap(([name, value]) =>
      headers.get(name) === value ? [] : [`${name} is ${headers.get(name)}`],
    ),
    ...(answer.has ?? []).filter((/** @type {string} */ text) => !whole.includes(text)),
    ...(answer.lacks ?? []).filter((/** @type {string} */ text) => whole.includes(text)),
  ];
}
