// @ts-check
import { clearTimeout, setTimeout } from 'node:timers';
import { FaultServer } from './fault-server.js';
import { keySetOf } from './published-keys.js';
import { mint } from './mint.js';
import { oneOf, only } from './strict.js';
import { AUDIENCE, fill, ISSUER, NOW, usualNames } from './values.js';

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

/** @param {any} [changes] @param {string} [issuer] @returns {Trust} */
function trustOf(changes = {}, issuer = ISSUER) {
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
  if (policy !== undefined) return load ? () => load({ text: started(fill(policy)) }) : 'it reads no policies';
  if (files !== undefined) return loadFiles ? () => loadFiles({ files: started(fill(files)) }) : 'it reads no policies';
  const asked = { token: mint(token), jwks: keySetOf(keys), trust: trustOf(trust), now: NOW };
  if (rules === undefined) return () => adapter.verify(asked);
  return authorize ? () => authorize({ ...asked, rules }) : 'it has no rules';
}

/** Where the text of a policy begins that is about something else. */
const START = 'version: 1\nissuers: { g: { url: "https://g.example", audiences: [a] } }\n';

/** @param {any} value @returns {any} */
const started = (value) =>
  typeof value === 'string'
    ? value.replaceAll('{start}', START)
    : Object.fromEntries(
        Object.entries(value).map(([name, one]) => [
          name,
          typeof one === 'string' ? one.replaceAll('{start}', START) : one,
        ]),
      );

/**
 * @param {import('./read-entries.js').Entry} entry
 * @param {Adapter} adapter
 * @returns {Promise<Outcome>}
 */
async function judgeRequest({ request, token = {}, before, answer, keys, trust, rules }, adapter) {
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

/** @param {() => Promise<Answer>} ask @param {Adapter} adapter */
async function answerOf(ask, { patience = 30 }) {
  const { promise: silence, stop } = silent(patience);
  try {
    const answer = await Promise.race([ask(), silence]);
    if (answer === undefined) return 'no answer';
    return 'accepted' in answer ? 'accept' : answer.refused;
  } catch (error) {
    return `threw: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    stop();
  }
}

/** @param {number} seconds @returns {{ promise: Promise<undefined>, stop(): void }} */
function silent(seconds) {
  let stop = () => {};
  const promise = new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), seconds * 1_000);
    stop = () => clearTimeout(timer);
  });
  return { promise, stop };
}

/** @param {string} got @param {readonly string[]} expected @param {Adapter} adapter */
function holds(got, expected, { speaksCodes }) {
  if (got === 'no answer') return false;
  return speaksCodes || got === 'accept' || expected.includes('accept') ? expected.includes(got) : true;
}

const STEP_FIELDS = ['serve', 'wait', 'down', 'verify', 'times', 'expect', 'asked'];

/**
 * A talk between a verifier and a key server: `serve` sets what the server does, `down` whether it refuses connections, `wait`
 * moves the clock, `verify` asks about a token (`times` at once), and `asked` bounds how often the server was asked so far. With
 * `serve.discovery` in the first step the verifier must find the keys by discovery.
 * @param {import('./read-entries.js').Entry} entry
 * @param {Adapter} adapter
 * @returns {Promise<Outcome>}
 */
async function judgeSteps({ steps = [], deadline = 5 }, adapter) {
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
