import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerFrom, issuerUrlOf, publishedDocuments } from './discovery.ts';
import { isLoopbackHost } from './loopback.ts';
import { optionalPackage } from '../packages/optional-package.ts';
import type { SigningKey } from './signing-key.ts';

export interface ServeIssuerOptions {
  /** The key whose public half is published. */
  readonly key: Pick<SigningKey, 'publicJwk'>;
  /** A loopback address or `localhost`. Default `127.0.0.1`. */
  readonly host?: string;
  /** TCP port; 0 (the default) takes any free one. */
  readonly port?: number;
  /** The issuer to play, e.g. `https://app.gitpod.io`; reach it through `fetchVia`. Default: where it listens. */
  readonly issuerUrl?: string;
}

export interface ServedIssuer {
  /** Where it listens: `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** What its discovery document says and its tokens must carry as `iss`: `issuerUrl`, else `url`. */
  readonly issuer: string;
  /** Stops listening and drops open connections. May be called again. */
  close(): Promise<void>;
}

/**
 * Publishes the development issuer on loopback: `/.well-known/openid-configuration` and `/.well-known/jwks.json` (below
 * the path of `issuerUrl`, if it has one), both cacheable for 600 seconds; every other path is a 404 in JSON.
 *
 * Rejects with the system's error (`EADDRINUSE`, `EACCES`) where it cannot listen.
 *
 * @throws {TypeError} of a host that is not loopback, a port that is none, an ill-formed `issuerUrl`
 * @throws {CountersignError} `ERR_PACKAGE_MISSING` without `hono` or `@hono/node-server`
 */
export async function serveIssuer({
  key,
  host = '127.0.0.1',
  port = 0,
  issuerUrl,
}: ServeIssuerOptions): Promise<ServedIssuer> {
  if (!isLoopbackHost(host)) {
    throw new TypeError('the development issuer serves loopback only: host must be 127.0.0.1, ::1 or localhost');
  }
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new TypeError('port must be an integer, 0 to 65535');
  const named = issuerUrl === undefined ? undefined : issuerUrlOf('issuerUrl', issuerUrl);
  const why = ['the development issuer needs', 'hono @hono/node-server'] as const;
  const { Hono } = await optionalPackage('hono', () => import('hono'), ...why);
  const { createAdaptorServer } = await optionalPackage('@hono/node-server', () => import('@hono/node-server'), ...why);

  const app = new Hono();
  // The global `Request` and `Response` stay as they are: this may run in a service's own process.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  const { address, port: bound } = await listen(server, host, port);
  if (!isLoopbackHost(address)) {
    await stop(server);
    throw new TypeError(`the host ${JSON.stringify(host)} resolves to ${address}, which is not loopback`);
  }
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  const issuer = named ?? url;
  const documents = publishedDocuments(issuer, [key.publicJwk]);
  const { origin } = new URL(issuer);
  app.all('*', (c) => answerFrom(documents, new URL(`${origin}${c.req.path}`), c.req.method));
  return { url, issuer, close: () => stop(server) };
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
