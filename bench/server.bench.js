// @ts-check
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import autocannon from 'autocannon';
import { AUDIENCE, ISSUER, signedTokens } from './harness/signed-tokens.js';

/** @typedef {import('./harness/benchmark.js').Benchmark} Benchmark */

/** More than `@fastify/jwt` is told to remember, and their signatures are checked one by one without a cache. */
const TOKENS = 2_000;
const CONNECTIONS = 100;
const SECONDS = 3;

const NEW = [
  'fastify alone',
  'fastify, countersign, no cache',
  'fastify, countersign, inline, no cache',
  'fastify, countersign, pool, no cache',
  'fastify, jose',
  '@fastify/jwt',
  'express alone',
  'express, countersign, no cache',
  'express-jwt and jwks-rsa',
];
const AGAIN = ['fastify alone', 'fastify, a hook that does nothing', 'fastify, countersign', '@fastify/jwt, its cache'];

const policy = `version: 1
issuers:
  gitpod:
    url: ${ISSUER}
    subject: gitpod
    audiences: [${AUDIENCE}]
rules:
  - id: payments-environments-read
    effect: allow
    when:
      issuer: gitpod
      subject: org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198
      kind: environment
    grants:
      - actions: [read]
        resources: ["secret/payments/**"]
`;

/**
 * A server in a process of its own.
 * @param {string} name
 * @param {string} folder
 */
async function serve(name, folder) {
  const program = join(import.meta.dirname, 'harness/server.js');
  const child = spawn(process.execPath, [program, name, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout)) return { child, url: `http://127.0.0.1:${Number(line)}/` };
  throw new Error(`the server ${name} did not start`);
}

/**
 * Requests a second, all of them allowed.
 * @param {string} url
 * @param {readonly string[]} tokens
 */
async function rate(url, tokens) {
  const requests = tokens.map((token) => ({ headers: { authorization: `Bearer ${token}` } }));
  const {
    requests: done,
    errors,
    non2xx,
  } = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests,
  });
  if (errors + non2xx > 0) throw new Error(`${errors} errors and ${non2xx} refusals of good tokens at ${url}`);
  return done.average;
}

/** @type {Benchmark} */
export const benchmark = {
  title: 'A server behind 100 connections, RS256',
  axes: { y: 'requests a second' },
  rounds: 5,
  async *run(context) {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
    const { tokens, jwk } = signedTokens('RS256', TOKENS);
    mkdirSync(join(folder, 'policies'));
    writeFileSync(join(folder, 'policies/trust.yaml'), policy);
    writeFileSync(join(folder, 'jwks.json'), JSON.stringify({ keys: [jwk] }));
    /** @type {Map<string, Awaited<ReturnType<typeof serve>>>} */
    const servers = new Map();
    try {
      for (const name of new Set([...NEW, ...AGAIN])) servers.set(name, await serve(name, folder));
      for (const [names, kind, used] of /** @type {const} */ ([
        [NEW, 'new tokens', tokens],
        [AGAIN, 'one token again', tokens.slice(0, 1)],
      ])) {
        const series = Object.fromEntries(
          names.map((name) => [`${name}: ${kind}`, () => rate(servers.get(name)?.url ?? '', used)]),
        );
        yield* context.rows(await context.measure(series), { unit: '/s', baseline: `fastify alone: ${kind}` });
      }
    } finally {
      for (const { child } of servers.values()) child.stdin.end();
      rmSync(folder, { recursive: true });
    }
  },
};
