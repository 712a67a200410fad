import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cli } from '../../cli/cli.ts';
import { policyOf, serve, type Serving, type Shop, shopOf } from './process.ts';
import { samplesOf, until } from './samples.ts';
import { endOf, send } from '../wire.ts';

const ALLOWED = '/v1/secrets/app/db';
let shop: Shop;
let bearer: string;
let serving: Serving;

beforeAll(async () => {
  shop = await shopOf();
  bearer = `Authorization: Bearer ${await shop.token()}`;
  serving = await serve(['--workers', '2'], { cwd: shop.directory });
});
afterAll(() => serving.stop());

const ask = async ({ url }: Serving, headers: readonly string[] = [bearer]): Promise<number> =>
  (await send(endOf(url), `GET /authorize/envoy${ALLOWED} HTTP/1.1`, headers)).status;

/** The processes that a process started. */
async function workersOf(pid: number): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

/** Whether a process is gone, or only waits for its parent to ask how it ended. */
async function hasEnded(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return stat.includes(') Z');
}

const failedReloads = async (): Promise<number | undefined> =>
  (await samplesOf(serving.operations)).get('countersign_policy_reloads_total{outcome="failed"}');

const readiness = async ({ operations }: Serving): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(`${operations}/readyz`);
  return { status: response.status, body: await response.json() };
};

describe('two workers', () => {
  test('answer on one address, and tell their numbers together', async () => {
    expect(await workersOf(serving.pid)).toHaveLength(2);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => ask(serving)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const samples = await samplesOf(serving.operations);
    expect([
      samples.get('countersign_responses_total{entrance="forward-auth/envoy",status="200"}'),
      samples.get('countersign_decision_seconds_count{entrance="forward-auth/envoy"}'),
      samples.get('countersign_workers'),
      samples.get('countersign_worker_restarts_total'),
      samples.get('countersign_policy_generation'),
    ]).toEqual([20, 20, 2, 0, 1]);
    const lines = serving.stdout().trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { effect: string }).effect)).toEqual(lines.map(() => 'allow'));
    expect(lines).toHaveLength(20);
    expect(await readiness(serving)).toMatchObject({
      status: 200,
      body: { ready: true, issuers: [{ name: 'shop', keys: 1 }], workers: { ready: 2, of: 2 } },
    });
  });

  test('load their policies again together', async () => {
    await writeFile(`${shop.directory}/policies/trust.yaml`, policyOf(shop.issuer, { rules: [] }));
    await until(async () => (await samplesOf(serving.operations)).get('countersign_policy_generation') === 2);
    const statuses = await Promise.all(Array.from({ length: 10 }, () => ask(serving)));
    expect(new Set(statuses)).toEqual(new Set([403]));
    await writeFile(`${shop.directory}/policies/trust.yaml`, policyOf(shop.issuer));
    await until(async () => (await samplesOf(serving.operations)).get('countersign_policy_generation') === 3);
    serving.kill('SIGHUP');
    await until(async () => (await samplesOf(serving.operations)).get('countersign_policy_generation') === 4);
    expect(await ask(serving)).toBe(200);
  });

  test('are two again when one was killed, as soon as it can be replaced, and meanwhile not ready', async () => {
    const policies = `${shop.directory}/policies/trust.yaml`;
    await writeFile(policies, 'version: 1\nruls: []\n');
    await until(async () => (await failedReloads()) === 2);
    const [one = 0] = await workersOf(serving.pid);
    process.kill(one, 'SIGKILL');
    await serving.heard(/"SIGKILL".*a worker ended|a worker ended.*"SIGKILL"/);
    await until(async () => (await readiness(serving)).status === 503);
    expect(await readiness(serving)).toMatchObject({ body: { ready: false, workers: { ready: 1, of: 2 } } });
    expect(await ask(serving)).toBe(200);
    await writeFile(policies, policyOf(shop.issuer));
    await until(async () => (await readiness(serving)).status === 200);
    const samples = await samplesOf(serving.operations);
    expect(samples.get('countersign_workers')).toBe(2);
    expect(samples.get('countersign_worker_restarts_total')).toBeGreaterThan(0);
    expect(await workersOf(serving.pid)).toHaveLength(2);
  });

  test('end together, once, at a signal to all of them', async () => {
    const { directory: cwd } = shop;
    const own = await serve(['--workers', '2', '--listen', 'unix:w.sock'], { cwd });
    expect(own.url).toBe('unix:w.sock');
    expect((await send({ path: `${cwd}/w.sock` }, 'GET /none HTTP/1.1')).status).toBe(404);
    const workers = await workersOf(own.pid);
    for (const worker of workers) process.kill(worker, 'SIGINT');
    expect(await readiness(own)).toMatchObject({ status: 200 });
    own.kill('SIGINT');
    expect(await own.end).toBe(0);
    expect(own.stderr()).toMatch(/stopped\n$/);
    for (const worker of workers) expect(await hasEnded(worker)).toBe(true);
  });

  test('end with the process that supervises them', async () => {
    const own = await serve(['--workers', '2'], { cwd: shop.directory });
    const workers = await workersOf(own.pid);
    own.kill('SIGKILL');
    // Its streams close when the last process that holds them has ended.
    await own.end;
    for (const worker of workers) expect(await hasEnded(worker)).toBe(true);
  });
});

describe('a worker that cannot start', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['a policy that does not load', ['--policies', 'broken.yaml'], /^error\[unknown-key\](?![^]*error\[)/],
    ['an address in use', ['--listen', 'ADDRESS'], /^error: `127\.0\.0\.1:\d+` is in use\nhelp: [^\n]*\n$/],
    [
      'an address in use for operations',
      ['--operations', 'ADDRESS'],
      /^error: `127\.0\.0\.1:\d+` is in use\nhelp: [^\n]*\n$/,
    ],
  ])('says so once, and nothing starts: %s', async (_, args, stderr) => {
    await writeFile(`${shop.directory}/broken.yaml`, 'version: 1\nruls: []\n');
    const named = args.map((arg) => (arg === 'ADDRESS' ? serving.url.slice('http://'.length) : arg));
    const free = ['--listen', '--operations'].filter((flag) => !args.includes(flag));
    const others = free.flatMap((flag) => [flag, '127.0.0.1:0']);
    const run = await cli(['serve', '--workers', '2', ...named, ...others], { cwd: shop.directory });
    expect(run).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  test.each(['0', '65', 'two', '1.5'])('is never started for --workers %s', async (workers) => {
    const help = 'help: write a number from 1 to 64\n';
    expect(await cli(['serve', '--workers', workers], { cwd: shop.directory })).toMatchObject({
      code: 2,
      stderr: `error: \`--workers\` cannot be \`${workers}\`\n${help}`,
    });
    const env = { COUNTERSIGN_WORKERS: workers };
    expect((await cli(['serve'], { cwd: shop.directory, env })).stderr).toBe(
      `error: \`COUNTERSIGN_WORKERS\` cannot be \`${workers}\`\n${help}`,
    );
  });
});
