// @ts-check
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { clearInterval, setInterval } from 'node:timers';
import { gzipSync } from 'node:zlib';
import { keySetOf } from './published-keys.js';
import { oneOf } from './strict.js';

/**
 * @typedef {import('node:http').ServerResponse} ServerResponse
 * @typedef {(response: ServerResponse, argument: any, server: FaultServer) => unknown} Answer
 */

const MEBIBYTE = Buffer.alloc(2 ** 20, ' ');

/** @param {number} mebibytes */
function* padded(mebibytes) {
  for (let i = 0; i < mebibytes; i += 1) yield MEBIBYTE;
  yield JSON.stringify(keySetOf());
}

/** @param {ServerResponse} response @param {unknown} value */
const json = (response, value) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));

/** What a key server may do, by name; a fault that takes an argument is written `{ status: 500 }`.
 * @type {Readonly<Record<string, Answer>>}
 */
export const faults = {
  /** Keys, as entries write them; the server's own fine set by default. */
  keys: (response, recipes) => json(response, keySetOf(recipes)),
  /** As many keys, all alike but for their ids. */
  'many-keys': (response, count) => {
    const [key] = keySetOf().keys;
    json(response, { keys: [...Array.from({ length: count - 1 }, (_, i) => ({ ...key, kid: `k${i}` })), key] });
  },
  silence: () => undefined,
  /** A document that never ends, a byte at a time. */
  drip: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 5);
    response.on('close', () => clearInterval(timer));
  },
  'hang-up': (response) => response.destroy(),
  status: (response, code) => response.writeHead(code).end(code === 204 ? undefined : JSON.stringify(keySetOf())),
  page: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(JSON.stringify(keySetOf())),
  text: (response, text) => response.writeHead(200, { 'content-type': 'application/json' }).end(text),
  'not-utf8': (response) => response.writeHead(200).end(Buffer.from('7b22ff227d', 'hex')),
  /** As many MiB of white space in front of a fine set, as fast as they are taken. */
  endless: (response, mebibytes = 200) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    // It fails as soon as nobody listens.
    return pipeline(Readable.from(padded(mebibytes)), response).catch(() => undefined);
  },
  /** The same, which is about 1 KB a MiB on the wire. */
  bomb: (response, mebibytes = 200) => {
    const packed = [...Array(mebibytes).fill(gzipSync(MEBIBYTE)), gzipSync(JSON.stringify(keySetOf()))];
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(Buffer.concat(packed));
  },
  'many-codings': (response) => {
    response.writeHead(200, { 'content-encoding': Array(100).fill('gzip').join(', ') });
    response.end(gzipSync(JSON.stringify(keySetOf())));
  },
  /** To a place of this server that has a fine set and a fine discovery document. */
  redirect: (response, code, { url }) => response.writeHead(code, { location: `${url}/elsewhere` }).end(),
  /** A discovery document with other members; `{url}` stands for the server's own url. */
  discovery: (response, changes = {}, { url }) => {
    const text = JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks`, ...changes });
    response.writeHead(200, { 'content-type': 'application/json' }).end(text.replaceAll('{url}', url));
  },
};

/** An issuer on loopback that misbehaves as it is told, and counts what it is asked and what it sends. */
export class FaultServer {
  url = '';
  /** What it does when asked for its keys and its discovery document: the name of a fault, or `{ name: argument }`. */
  jwks = /** @type {unknown} */ ('keys');
  discovery = /** @type {unknown} */ ('discovery');
  /** How often each was asked for, and anything else. */
  asked = { jwks: 0, discovery: 0, other: 0 };
  /** The `Cache-Control` of each request. */
  cacheControls = /** @type {(string | undefined)[]} */ ([]);
  /** Bytes that left on connections that are closed. */
  bytesSent = 0;
  #server = createServer((request, response) => void this.#answer(request, response));
  #port = 0;

  static async start() {
    const server = new FaultServer();
    server.#server.on('connection', (socket) => {
      socket.on('close', () => (server.bytesSent += socket.bytesWritten));
    });
    await server.goUp();
    return server;
  }

  /** Listens, on the port it had before. */
  async goUp() {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    this.url = `http://127.0.0.1:${this.#port}`;
  }

  /** Refuses connections, those it has included. */
  async goDown() {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** @param {import('node:http').IncomingMessage} request @param {ServerResponse} response */
  async #answer(request, response) {
    response.on('error', () => undefined);
    this.cacheControls.push(request.headers['cache-control']);
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    const place = isDiscovery ? 'discovery' : request.url === '/jwks' ? 'jwks' : 'other';
    this.asked[place] += 1;
    const told = place === 'other' ? { text: this.#everything() } : this[place];
    const [answer, argument] = oneOf(told, faults, 'what a key server does');
    await answer(response, argument, this);
  }

  #everything() {
    return JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}/jwks`, ...keySetOf() });
  }
}
