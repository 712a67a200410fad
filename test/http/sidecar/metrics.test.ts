import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestIssuer, type TestIssuer } from '../../../src/idp/testing.ts';
import { directoryOf } from '../../files/directory.ts';
import { AUDIENCE, policyOf, serve, type Serving, SERVE, shopOf } from './process.ts';
import { read, type Samples, samplesOf, until } from './samples.ts';
import { endOf, send } from '../wire.ts';

let issuer: TestIssuer;
let server: Server;
let isUp: boolean;
let cwd: string;
let serving: Serving;

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' });
  isUp = true;
  server = createServer((_, response) => response.writeHead(isUp ? 200 : 500).end(JSON.stringify(issuer.keys)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  cwd = await directoryOf({ 'countersign.serve.yaml': `watch: false\n${SERVE}`, 'policies/a.yaml': policyWith(port) });
  serving = await serve([], { cwd });
});
afterAll(() => {
  server.close().closeAllConnections();
});

const policyWith = (port: number): string =>
  policyOf(issuer, {
    issuers: {
      shop: { url: issuer.url, subject: 'gitpod', audiences: [AUDIENCE], jwks: { uri: `http://127.0.0.1:${port}/` } },
    },
  });

const ask = async (path: string, ...headers: string[]): Promise<number> =>
  (await send(endOf(serving.url), `GET /authorize/envoy${path} HTTP/1.1`, headers)).status;
const bearer = async (claims: object = {}): Promise<string> =>
  `Authorization: Bearer ${await issuer.token({ sub: 'org:acme/user:ada', aud: AUDIENCE, ...claims })}`;
const metrics = (): Promise<Samples> => samplesOf(serving.operations);

describe('metrics', () => {
  test('count decisions and answers, never by what a caller chose', async () => {
    expect(await ask('/v1/secrets/app/db', await bearer())).toBe(200);
    expect(await ask('/v1/secrets/app/db', await bearer())).toBe(200);
    expect(await ask('/v1/secrets/other/x', await bearer())).toBe(403);
    expect(await ask('/v1/secrets/app/db', await bearer({ iss: 'https://evil.test' }))).toBe(401);
    expect(await ask('/v1/secrets/app/db', 'Authorization: Bearer evil')).toBe(401);
    expect(await ask('/evil-path')).toBe(403);
    expect(await ask('/health')).toBe(200);
    const text = await read(serving.operations);
    expect(text).not.toMatch(/evil|ada|acme\/|secrets/);
    const samples = await metrics();
    const decisions = (labels: string): number | undefined => samples.get(`countersign_decisions_total{${labels}}`);
    expect([
      decisions('effect="allow",reason="rule_matched",issuer="shop",rule="acme-app"'),
      decisions('effect="deny",reason="no_grant_for_request",issuer="shop",rule="acme-app"'),
      decisions('effect="deny",reason="issuer_unknown",issuer="none",rule="none"'),
      decisions('effect="deny",reason="token_malformed",issuer="none",rule="none"'),
      decisions('effect="deny",reason="path_unmapped",issuer="none",rule="none"'),
    ]).toEqual([2, 1, 1, 1, 1]);
    const answers = (status: number): number | undefined =>
      samples.get(`countersign_responses_total{entrance="forward-auth/envoy",status="${status}"}`);
    expect([200, 401, 403].map(answers)).toEqual([3, 2, 2]);
    const seconds = 'countersign_decision_seconds';
    expect(samples.get(`${seconds}_count{entrance="forward-auth/envoy"}`)).toBe(5);
    expect(samples.get(`${seconds}_bucket{le="+Inf",entrance="forward-auth/envoy"}`)).toBe(5);
    expect(samples.get(`${seconds}_sum{entrance="forward-auth/envoy"}`)).toBeGreaterThan(0);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  test('tell the policy in force, its reloads, and how its keys fare', async () => {
    const before = await metrics();
    expect(before.get('countersign_policy_generation')).toBe(1);
    expect(before.get('countersign_jwks_fetches_total{issuer="shop"}')).toBe(1);
    expect(before.get('countersign_jwks_fetch_failures_total{issuer="shop"}')).toBe(0);
    expect(before.get('countersign_jwks_age_seconds{issuer="shop"}')).toBeGreaterThan(0);
    const { policy } = (await (await fetch(`${serving.operations}/readyz`)).json()) as { policy: { digest: string } };
    expect(before.get(`countersign_policy_info{digest="${policy.digest}"}`)).toBe(1);

    isUp = false;
    serving.kill('SIGHUP');
    await serving.heard(/policies reloaded/);
    await until(async () => (await metrics()).get('countersign_jwks_fetch_failures_total{issuer="shop"}') === 1);
    await writeFile(`${cwd}/policies/a.yaml`, 'version: 1\nruls: []\n');
    serving.kill('SIGHUP');
    await serving.heard(/policies not reloaded/);
    const after = await metrics();
    expect(after.get('countersign_policy_reloads_total{outcome="ok"}')).toBe(1);
    expect(after.get('countersign_policy_reloads_total{outcome="failed"}')).toBe(1);
    expect(after.get('countersign_policy_generation')).toBe(2);
    const names = [...after.keys()].filter((name) => name.startsWith('countersign_policy_info'));
    expect(names).toEqual([`countersign_policy_info{digest="${policy.digest}"}`]);
  });

  test('count requests on which no decision was possible', async () => {
    const down = {
      url: 'https://down.test',
      subject: 'gitpod',
      audiences: [AUDIENCE],
      jwks: { uri: 'http://127.0.0.1:9/' },
    };
    const trust = policyOf(issuer, { issuers: { shop: { ...down, url: issuer.url } } });
    const own = await serve([], {
      cwd: await directoryOf({ 'countersign.serve.yaml': SERVE, 'policies/a.yaml': trust }),
    });
    const line = 'GET /authorize/envoy/v1/secrets/app/db HTTP/1.1';
    expect((await send(endOf(own.url), line, [await bearer()])).status).toBe(503);
    const samples = await samplesOf(own.operations);
    expect(samples.get('countersign_decision_failures_total{code="ERR_KEYS_UNAVAILABLE"}')).toBe(1);
    expect(samples.has('countersign_jwks_age_seconds{issuer="shop"}')).toBe(false);
    await own.stop();
  });

  test('are told in the text format, on the port for operations alone', async () => {
    const response = await fetch(`${serving.operations}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toMatch(
      /^# HELP countersign_decisions_total .+\n# TYPE countersign_decisions_total counter$/m,
    );
    expect((await fetch(`${serving.url}/metrics`)).status).toBe(404);
    await serving.stop();
  });

  test('are not told where nobody wants them', async () => {
    const { directory } = await shopOf({ 'countersign.serve.yaml': 'version: 1\nmetrics: false\n' });
    const quiet = await serve([], { cwd: directory });
    expect((await fetch(`${quiet.operations}/metrics`)).status).toBe(404);
    await quiet.stop();
  });
});
