import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import autocannon from 'autocannon';
import { createTestIssuer, type TestIssuer } from '../../../src/idp/testing.ts';
import { directoryOf } from '../../files/directory.ts';
import { AUDIENCE, policyOf, serve, type Serving, SERVE } from './process.ts';
import { samplesOf } from './samples.ts';

/** Seconds under load. */
const SECONDS = Number(process.env['COUNTERSIGN_SOAK_SECONDS'] ?? 12);
const MiB = 1024 * 1024;

let issuer: TestIssuer;
let stranger: TestIssuer;
let server: Server;
let fetches = 0;
let serving: Serving;
let cwd: string;

/** Each second fetch of its keys fails. */
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' });
  stranger = await createTestIssuer({ algorithm: 'ES256', url: issuer.url });
  server = createServer((_, response) => {
    fetches += 1;
    response.writeHead(fetches % 2 === 1 ? 200 : 500).end(JSON.stringify(issuer.keys));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const config = `${SERVE}log: { level: error, decisions: denied }\n`;
  cwd = await directoryOf({ 'countersign.serve.yaml': config, 'policies/a.yaml': policy('first') });
  serving = await serve([], { cwd });
});
afterAll(async () => {
  // There is none where it did not start.
  await (serving as Serving | undefined)?.stop();
  server.close().closeAllConnections();
});

function policy(description: string): string {
  const { port } = server.address() as { port: number };
  const jwks = { uri: `http://127.0.0.1:${port}/` };
  const issuers = { shop: { url: issuer.url, subject: 'gitpod', audiences: [AUDIENCE], jwks } };
  const grants = [{ actions: ['read'], resources: ['secret/app/**'] }];
  const rule = { id: 'acme-app', description, effect: 'allow', when: { issuer: 'shop', subject: 'org:acme' }, grants };
  return policyOf(issuer, { issuers, rules: [rule] });
}

interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
}

/** Requests with the one answer that each may have. */
async function requests(): Promise<readonly Asked[]> {
  const claims = { sub: 'org:acme/user:ada', aud: AUDIENCE };
  const ask = (status: number, token: string, path = '/v1/secrets/app/db'): Asked => ({
    ...{ path: `/authorize/envoy${path}`, status },
    headers: { authorization: `Bearer ${token}` },
  });
  const good = await issuer.token(claims);
  const many = (each: (n: number) => Promise<Asked>): Promise<readonly Asked[]> =>
    Promise.all(Array.from({ length: 100 }, (_, n) => each(n)));
  return [
    ...(await many(async (n) => ask(200, await issuer.token({ ...claims, sub: `org:acme/user:u${n}` })))),
    // A flood of key ids that nobody published.
    ...(await many(async (n) => ask(401, await issuer.token(claims, { header: { kid: `flood-${n}` } })))),
    ...(await many(async (n) => ask(403, await issuer.token({ ...claims, sub: `org:acme-evil/user:u${n}` })))),
    ask(403, good, '/v1/secrets/other/db'),
    ask(403, good, '/v1/secrets/app%2fdb'),
    ask(401, await stranger.token(claims)),
    ask(401, await issuer.token({ ...claims, aud: 'https://other.test' })),
    ask(401, await issuer.token({ ...claims, exp: Math.floor(Date.now() / 1000) - 3600 })),
    ask(401, `${good.slice(0, -4)}AAAA`),
    ask(401, 'a.b.c'),
  ];
}

/** Asks with 100 connections, and counts the answers that are not the one that was due. */
async function load(asked: readonly Asked[], seconds: number): Promise<{ answers: number; wrong: readonly string[] }> {
  const wrong: string[] = [];
  let answers = 0;
  await autocannon({
    ...{ url: serving.url, connections: 100, duration: seconds },
    requests: asked.map(({ path, headers, status }) => ({
      path,
      headers,
      onResponse: (answered: number) => {
        answers += 1;
        if (answered !== status) wrong.push(`${path}: ${answered} instead of ${status}`);
      },
    })),
  });
  return { answers, wrong };
}

async function reloadUntil(end: () => boolean): Promise<number> {
  let reloads = 0;
  for (; !end(); reloads++) {
    // Each third is no policy at all: the one before stays in force.
    await writeFile(`${cwd}/policies/a.yaml`, reloads % 3 === 2 ? 'version: 1\nruls: []\n' : policy(`${reloads}`));
    if (reloads % 2 === 0) serving.kill('SIGHUP');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return reloads;
}

const memory = async (): Promise<number> =>
  (await samplesOf(serving.operations)).get('process_resident_memory_bytes') ?? NaN;

test(
  'every answer is the one that is due, under floods, a flapping issuer and reloads, and memory stays',
  async () => {
    const asked = await requests();
    // What is compiled, cached and pooled at first is no leak.
    const warm = await load(asked, SECONDS / 3);
    const before = await memory();
    let isOver = false;
    const reloading = reloadUntil(() => isOver);
    const { answers, wrong } = await load(asked, (SECONDS * 2) / 3);
    isOver = true;
    const reloads = await reloading;
    const samples = await samplesOf(serving.operations);
    expect([...new Set([...warm.wrong, ...wrong])]).toEqual([]);
    expect(answers).toBeGreaterThan(asked.length);
    expect(samples.get('countersign_policy_reloads_total{outcome="ok"}')).toBeGreaterThan(0);
    expect(samples.get('countersign_policy_reloads_total{outcome="failed"}')).toBeGreaterThan(0);
    expect(samples.get('countersign_jwks_fetch_failures_total{issuer="shop"}')).toBeGreaterThan(0);
    // One fetch a reload by signal, and one in thirty seconds for all key ids that nobody published.
    expect(fetches).toBeLessThan(reloads + 3 + SECONDS / 10);
    expect((await memory()) - before).toBeLessThan(96 * MiB);
  },
  (SECONDS + 60) * 1000,
);
