import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../../src/decision/index.ts';
import { createEngine } from '../../../src/engine/index.ts';
import type { TestIssuer } from '../../../src/idp/testing.ts';
import { publishIssuer } from '../published-issuer.ts';
import { challengesOf } from './challenges.ts';
import type { Running } from './listen.ts';
import { type RawResponse, send } from './raw-request.ts';
import { type Given, type Reading, Route, type Service, servicesOf } from './services.ts';
import { type Case, cases, POLICY_OF, type TokenName } from './table.ts';

/**
 * Serves `/<service>/secrets/<name>` for GET, HEAD and OPTIONS behind the service's engine and options, `/runs` with how
 * often a route ran, and answers what any of it throws with 500 and `x-handled: yes`.
 */
export type Serve<Request> = (services: Readonly<Record<string, Service<Request>>>, route: Route) => Promise<Running>;

/** Holds a framework on this runtime to the table. */
export function describeFramework<Request>(name: string, reading: Reading<Request>, serve: Serve<Request>): void {
  describeServer(name, async (given) => {
    const services = await servicesOf({ createEngine, parsePolicy }, given, reading);
    return serve(services, new Route());
  });
}

/** Holds a server to the table; `start` gets what it needs to make the services. */
export function describeServer(name: string, start: (given: Given) => Promise<Running>): void {
  describe(name, () => {
    let issuer: Awaited<ReturnType<typeof publishIssuer>>;
    let server: Running;
    let tokens: Readonly<Record<TokenName, string>>;

    beforeAll(async () => {
      issuer = await publishIssuer();
      tokens = await mintTokens(issuer);
      server = await start({ policy: POLICY_OF(issuer.url), issuer: issuer.url, keys: issuer.keys });
    }, 60_000);

    afterAll(async () => {
      await server?.close();
      await issuer?.close();
    });

    const withToken = (text: string): string =>
      text.replace(/<(\w+)>/g, (_, which: string) => tokens[which as TokenName]);
    const ask = ({ method = 'GET', target, authorization = [] }: Case): Promise<RawResponse> =>
      send(server.port, {
        method,
        target: `/${withToken(target)}`,
        headers: authorization.map((value) => ['Authorization', withToken(value)] as const),
      });
    const runs = async (): Promise<number> => Number((await send(server.port, { target: '/runs' })).body);

    test.each(cases)('answers $name with $expected.status', async (one) => {
      const before = await runs();
      const response = await ask(one);
      expect(response.status).toBe(one.expected.status);
      expectAnswer(response, one);
      expect(await runs()).toBe(before + (one.expected.status === 200 ? 1 : 0));
    });
  });
}

function expectAnswer({ status, headers, body }: RawResponse, { expected }: Case): void {
  const one = (header: string): readonly string[] | undefined => headers.get(header);
  if (expected.body !== undefined) expect(body.replace(DECISION_ID, 'ID')).toBe(expected.body);
  if (status === 500) expect(one('x-handled')).toEqual(['yes']);
  expect(one('retry-after')).toEqual(expected.retryAfter === undefined ? undefined : [expected.retryAfter]);
  const challenges = one('www-authenticate')?.map(challengesOf);
  expect(challenges).toEqual(expected.challenge && [[{ scheme: 'Bearer', parameters: expected.challenge }]]);
  if ([200, 404, 500].includes(status)) return;
  expect(one('content-type')).toEqual(['application/problem+json']);
  expect(one('cache-control')).toEqual(['no-store']);
}

const DECISION_ID = /(?<="decision":")[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=")/;

async function mintTokens(issuer: TestIssuer): Promise<Record<TokenName, string>> {
  const aud = 'https://api.example';
  const sub = 'org:acme/user:ada';
  return {
    reader: await issuer.token({ sub, aud }),
    stranger: await issuer.token({ sub: 'org:acme-evil/user:eve', aud }),
    expired: await issuer.token({ sub, aud }, { expiresIn: -3600 }),
  };
}
