// @ts-check
import { maxHeaderSize } from 'node:http';
import express from 'express';
import { sendRequest } from '../send-request.js';
import { edgeAdapter } from './countersign-edge.js';

/**
 * An Express application that has Countersign in front of its routes: `/auth` asks for plain access, everything else for the
 * method on the path.
 * @param {import('./countersign-edge.js').Library & { trust: Function }} library
 */
export function countersignExpress(library) {
  const { trust } = library;
  return edgeAdapter(library, {
    name: 'countersign, Express',
    doors: ['service'],
    headerBytes: maxHeaderSize,
    start: async (engine, { exposeReasons }) => {
      const app = express();
      app.use('/auth', trust(engine, { exposeReasons }), show);
      app.use(trust(engine, { exposeReasons, action: methodOf, resource: pathOf }), show);
      const server = app.listen(0, '127.0.0.1');
      await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      return {
        request: (sent) => sendRequest(port, sent),
        close: () => new Promise((resolve) => void server.close(() => resolve())),
      };
    },
  });
}

/** @param {import('express').Request} request @param {import('express').Response} response */
function show({ trust }, response) {
  response.send(String(trust?.principal.path));
}

/** @param {import('express').Request} request */
const methodOf = ({ method }) => method;

/** @param {import('express').Request} request */
const pathOf = ({ path }) => decodeURIComponent(path.slice(1));
