// @ts-check
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendRequest } from '../send-request.js';
import { AUDIENCE } from '../values.js';
import { edgeAdapter } from './countersign-edge.js';

/**
 * @typedef {import('../judge.js').Sent} Sent
 * @typedef {import('./countersign-edge.js').Library & Record<'compileMapping' | 'createExchange' | 'createForwardAuth' |
 *   'forwardAuthListener' | 'parsePeers' | 'startSidecar', Function> & { limits: { headerBytes: number }, identityHeaders: object }} Library
 */

/** What a gateway asks about; everything else is asked plain access for. */
const ROUTES = [
  { path: '/open', public: ['GET'] },
  ...['public', 'secret'].map((folder) => ({
    path: `/${folder}/{path+}`,
    methods: { GET: 'GET', POST: 'POST' },
    resource: `${folder}/{path}`,
  })),
];

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * The sidecar of Countersign, asked as a gateway asks, with its exchange of tokens.
 * @param {Library} library
 */
export function countersignSidecar(library) {
  const { limits } = library;
  /** @param {{ engine: any, peers: readonly string[], exposeReasons: boolean, routes: readonly object[] }} settings */
  async function open({ engine, peers, exposeReasons, routes }) {
    const forwardAuth = library.createForwardAuth({
      engine,
      mapping: library.compileMapping(ROUTES),
      unmapped: 'access',
      peers: library.parsePeers(peers),
      headers: { ...library.identityHeaders, subject: 'X-Auth-Sub' },
      answer: { exposeReasons },
      observe: () => {},
      logger: silent,
    });
    const listen = { host: '127.0.0.1', port: 0 };
    const first = library.forwardAuthListener(forwardAuth, false);
    const { address, drain } = await library.startSidecar({ engine, limits, logger: silent, listen, routes, first });
    return { request: (/** @type {Sent} */ sent) => sendRequest(address.port, sent), close: () => drain() };
  }

  return edgeAdapter(library, {
    name: 'countersign, sidecar',
    doors: ['gateway', 'exchange'],
    headerBytes: limits.headerBytes,
    start: async (engine, { clock, exposeReasons }) => {
      const folder = await mkdtemp(join(tmpdir(), 'countersign-conformance-'));
      const { routes } = await library.createExchange(engine, {
        issuer: 'https://exchange.example',
        keyFile: join(folder, 'keys.json'),
        targets: [{ audience: AUDIENCE }],
        clock,
      });
      const settings = { engine, exposeReasons, routes };
      const sidecar = await open({ ...settings, peers: ['127.0.0.1'] });
      return {
        request: async (sent) => {
          if (sent.path === '/token') return sidecar.request(sent);
          if (sent.from === undefined) return sidecar.request(asked(sent));
          const strict = await open({ ...settings, peers: [] });
          return strict.request({ ...sent, path: ASK }).finally(strict.close);
        },
        close: () => sidecar.close().finally(() => rm(folder, { recursive: true })),
      };
    },
  });
}

const ASK = '/authorize/caddy';

/**
 * What a gateway asks about a request: with all that the client sent, and its own headers after that.
 * @param {Sent} sent
 * @returns {Sent}
 */
function asked({ method, path, headers }) {
  const own = /** @type {const} */ ([
    ['x-forwarded-method', method],
    ['x-forwarded-uri', path],
  ]);
  return { method: 'GET', path: ASK, headers: [...headers, ...own] };
}
