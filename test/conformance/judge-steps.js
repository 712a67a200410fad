// @ts-check
import { answerOf, holds } from './answer.js';
import { FaultServer } from './fault-server.js';
import { mint } from './mint.js';
import { oneOf, only } from './strict.js';
import { NOW, usualNames } from './values.js';
import { trustOf } from './world.js';

/**
 * @typedef {import('./judge.js').Adapter} Adapter
 * @typedef {import('./judge.js').Answer} Answer
 * @typedef {import('./judge.js').Outcome} Outcome
 */

const STEP_FIELDS = ['serve', 'wait', 'down', 'verify', 'times', 'expect', 'asked'];

/**
 * A talk between a verifier and a key server: `serve` sets what the server does, `down` whether it refuses connections, `wait`
 * moves the clock, `verify` asks about a token (`times` at once), and `asked` bounds how often the server was asked so far. With
 * `serve.discovery` in the first step the verifier must find the keys by discovery.
 * @param {import('./read-entries.js').Entry} entry
 * @param {Adapter} adapter
 * @returns {Promise<Outcome>}
 */
export async function judgeSteps({ steps = [], deadline = 5 }, adapter) {
  const discovers = steps.some(({ serve }) => serve?.discovery !== undefined);
  if (adapter.connect === undefined) return { notApplicable: 'it fetches no keys' };
  if (discovers && !adapter.discovers) return { notApplicable: 'it finds no keys by discovery' };
  const server = await FaultServer.start();
  try {
    return await talk(steps, { server, adapter, deadline, jwksUri: discovers ? undefined : `${server.url}/jwks` });
  } finally {
    await server.goDown();
  }
}

/**
 * @param {readonly any[]} steps
 * @param {{ server: FaultServer, adapter: Adapter, deadline: number, jwksUri: string | undefined }} world
 * @returns {Promise<Outcome>}
 */
async function talk(steps, { server, adapter, deadline, jwksUri }) {
  const time = { now: NOW };
  const source = { trust: trustOf({}, server.url), jwksUri, clock: () => time.now, deadline };
  const verifier = await adapter.connect?.(source);
  if (verifier === undefined) throw new Error(`${adapter.name} does not connect`);
  try {
    for (const [i, step] of steps.entries()) {
      const fault = await take(step, { server, time, verifier, adapter });
      if (fault !== undefined) return { held: false, got: `step ${i + 1}: ${fault}` };
    }
    return { held: true, got: 'as expected' };
  } finally {
    await verifier.close?.();
  }
}

/**
 * @param {any} step
 * @param {{ server: FaultServer, time: { now: number }, verifier: { verify(token: any): Promise<Answer> }, adapter: Adapter }} world
 * @returns {Promise<string | undefined>} what was not as expected
 */
async function take(step, { server, time, verifier, adapter }) {
  only(step, STEP_FIELDS, 'a step');
  const { serve = {}, wait = 0, down, verify, times = 1, expect, asked } = step;
  only(serve, ['jwks', 'discovery'], 'what a step serves');
  Object.assign(server, serve);
  time.now += wait;
  if (down !== undefined) await (down ? server.goDown() : server.goUp());
  if (verify !== undefined) {
    const names = { ...usualNames, issuer: server.url };
    const tokens = Array.from({ length: times }, (_, i) => mint(numbered(verify, i), names));
    const answers = await Promise.all(tokens.map((token) => answerOf(() => verifier.verify(token), adapter)));
    const expected = [expect].flat();
    const other = answers.find((got) => !holds(got, expected, adapter));
    if (other !== undefined) return `${other} instead of ${expected.join(' or ')}`;
  }
  for (const [place, most] of Object.entries(asked ?? {})) {
    const [count] = oneOf(place, server.asked, 'a place of the key server');
    if (count > most) return `asked for ${place} ${count} times, not ${most}`;
  }
  return undefined;
}

/** A recipe with `#` in its key id replaced by a number, so that each of many differs. */
function numbered(/** @type {any} */ recipe, /** @type {number} */ i) {
  return JSON.parse(JSON.stringify(recipe).replaceAll('#', String(i)));
}
