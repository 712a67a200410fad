import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { createEngine } from '../../src/engine/engine.ts';
import type { EngineEvent } from '../../src/engine/events.ts';
import { directoryOf } from '../files/directory.ts';
import { type IssuerServer, startIssuer } from '../token/keys/issuer-server.ts';
import { policyText } from './policies.ts';

let issuer: IssuerServer;
let cwd: string;
let events: EngineEvent[];

beforeEach(async () => {
  issuer = await startIssuer();
  const shop = { url: issuer.url, subject: 'opaque', audiences: ['https://api.test'] };
  cwd = await directoryOf({ 'policy.yaml': policyText({ issuers: { shop } }) });
  events = [];
});
afterEach(() => issuer.close());

test('tell of policies and of keys, in order', async () => {
  const engine = await createEngine({ policies: cwd, onEvent: (event) => events.push(event) });
  const digest = expect.stringMatching(/^[0-9a-f]{64}$/);
  const loaded = { kind: 'policies_loaded', digest, issuers: [{ name: 'shop', url: issuer.url }] };
  expect(events).toEqual([loaded]);
  await engine.ready();
  issuer.jwks = (response) => response.writeHead(500).end();
  await engine.reload();
  await writeFile(`${cwd}/policy.yaml`, 'version: 2');
  await engine.reload();
  await engine.close();
  const failed = {
    kind: 'keys_failed',
    issuer: issuer.url,
    error: expect.objectContaining({ name: 'CountersignError' }),
  };
  expect(events.slice(1)).toEqual([
    { kind: 'keys_fetched', issuer: issuer.url },
    loaded,
    failed,
    { kind: 'policies_refused', error: expect.objectContaining({ code: 'ERR_POLICY_INVALID' }) },
    failed,
  ]);
});

test('cost nothing where who is told throws', async () => {
  const onEvent = (): void => {
    throw new Error('full');
  };
  const engine = await createEngine({ policies: cwd, onEvent });
  expect(await engine.ready()).toMatchObject({ ready: true });
  expect(await engine.reload()).toMatchObject({ ok: true });
  await engine.close();
});

test('are told to functions alone', async () => {
  await expect(createEngine({ policies: cwd, onEvent: 'log' as never })).rejects.toThrow(/^onEvent must be a function/);
});
