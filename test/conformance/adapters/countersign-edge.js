// @ts-check
import { travelAsBearer } from '../bearer-header.js';
import { engineOf, fetchingEngine } from './countersign-engine.js';

/**
 * @typedef {import('../judge.js').Service} Service
 * @typedef {import('../judge.js').World} World
 * @typedef {import('./countersign-engine.js').Library & { statusOf(code: any): number }} Library
 */

/**
 * An HTTP edge of Countersign. Every token is asked about as the bearer token of a request for `/auth`; the answer counts where
 * its status and its challenge are those of the reason that it exposes.
 * @param {Library} library
 * @param {object} edge
 * @param {string} edge.name
 * @param {readonly import('../judge.js').Door[]} edge.doors
 * @param {number} edge.headerBytes how much it reads of headers
 * @param {(engine: any, settings: { clock: () => number, exposeReasons: boolean }) => Promise<Service>} edge.start
 * @returns {import('../judge.js').Adapter}
 */
export function edgeAdapter(library, { name, doors, headerBytes, start }) {
  /**
   * @param {World} world
   * @param {boolean} exposeReasons
   * @returns {Promise<Service | { refused: string }>}
   */
  async function serve(world, exposeReasons) {
    const loaded = await engineOf(library, world);
    if ('refused' in loaded) return loaded;
    return begin(loaded.engine, { clock: () => world.now, exposeReasons });
  }

  /**
   * @param {any} engine
   * @param {{ clock: () => number, exposeReasons: boolean }} settings
   * @returns {Promise<Service>}
   */
  async function begin(engine, settings) {
    const { request, close } = await start(engine, settings);
    return { request, close: () => close().finally(() => engine.close()) };
  }

  /** @param {Service} service @param {unknown} token */
  async function ask({ request }, token) {
    const headers = /** @type {const} */ ([['authorization', `Bearer ${String(token)}`]]);
    return answerOf(await request({ method: 'GET', path: '/auth', headers }), library);
  }

  /** @type {NonNullable<import('../judge.js').Adapter['authorize']>} */
  async function authorize({ token, ...world }) {
    const service = await serve(world, true);
    return 'refused' in service ? service : ask(service, token).finally(service.close);
  }

  return {
    name,
    speaksCodes: true,
    verify: authorize,
    authorize,
    travel: (token) => travelAsBearer(token, headerBytes),
    discovers: true,
    connect: async (location) => {
      const engine = await fetchingEngine(library, location);
      const service = await begin(engine, { clock: location.clock, exposeReasons: true });
      return { verify: (token) => ask(service, token), close: service.close };
    },
    doors,
    serve: async (world) => {
      const service = await serve(world, false);
      if ('refused' in service) throw new Error(`the policy of a request does not load: ${service.refused}`);
      return service;
    },
  };
}

/** RFC 6750, section 3.1. @type {Readonly<Record<number, string>>} */
const ERRORS = { 400: 'invalid_request', 401: 'invalid_token', 403: 'insufficient_scope' };

/**
 * @param {Awaited<ReturnType<Service['request']>>} response
 * @param {Library} library
 * @returns {import('../judge.js').Answer}
 */
function answerOf({ status, headers, body }, { statusOf }) {
  if (status === 200) return { accepted: true };
  if (status === 503 && headers.has('retry-after')) return { refused: 'ERR_KEYS_UNAVAILABLE' };
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return { refused: `${status} ${body}` };
  const code = String(JSON.parse(body).reasons?.[0]);
  const challenge = String(headers.get('www-authenticate'));
  const isDue = status === statusOf(code) && challenge.startsWith(`Bearer error="${ERRORS[status]}"`);
  return { refused: isDue ? code : `${code}, but ${status} and ${challenge}` };
}
