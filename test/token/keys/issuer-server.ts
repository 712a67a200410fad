import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ecPair, jwk } from '../tokens.ts';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export const json =
  (value: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

/** An issuer on loopback that answers what a test wants, and counts what it was asked. */
export interface IssuerServer {
  readonly url: string;
  /** Requests for the key set, and the `Cache-Control` of each. */
  readonly asked: (string | undefined)[];
  discoveryAsked: number;
  discovery: Answer;
  jwks: Answer;
  /** Publishes one key for each id. */
  publish(...kids: string[]): void;
  close(): Promise<void>;
}

const keys = new Map<string, object>();
export const keyNamed = (kid: string): object => {
  if (!keys.has(kid)) keys.set(kid, jwk(ecPair(), { kid }));
  return keys.get(kid)!;
};

export async function startIssuer(): Promise<IssuerServer> {
  const server: Server = createServer((request, response) => {
    if (request.url === '/.well-known/openid-configuration') {
      issuer.discoveryAsked += 1;
      issuer.discovery(response, request);
    } else {
      issuer.asked.push(request.headers['cache-control']);
      issuer.jwks(response, request);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: IssuerServer = {
    url,
    asked: [],
    discoveryAsked: 0,
    discovery: json({ issuer: url, jwks_uri: `${url}/jwks` }),
    jwks: json({ keys: [] }),
    publish: (...kids) => {
      issuer.jwks = json({ keys: kids.map(keyNamed) });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  issuer.publish('one');
  return issuer;
}
