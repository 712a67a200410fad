import { afterAll } from '@jest/globals';
import { parsePolicy } from '../../../src/decision/index.ts';
import { createEngine, type Engine } from '../../../src/engine/index.ts';
import { createTestIssuer } from '../../../src/idp/testing.ts';
import type { Running } from './listen.ts';
import { type RawResponse, send } from './raw-request.ts';
import { POLICY_OF } from './table.ts';

/** An engine and a token it allows, for a framework's own ways of use. */
export async function engineAndToken(): Promise<{ engine: Engine; token: string }> {
  const issuer = await createTestIssuer();
  const { policy } = parsePolicy([{ file: 'policy.yaml', text: POLICY_OF(issuer.url) }]);
  if (policy === undefined) throw new Error('the policy does not load');
  const engine = await createEngine({ policies: policy, fetch: issuer.fetch });
  return { engine, token: await issuer.token({ sub: 'org:acme/user:ada', aud: 'https://api.example' }) };
}

const running: Running[] = [];

afterAll(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

/** Asks a server that ends with the file: the answer to a target, with or without a token. */
export function client(server: Running): (target: string, token?: string) => Promise<RawResponse> {
  running.push(server);
  return (target, token) =>
    send(server.port, { target, ...(token === undefined ? {} : { headers: [['Authorization', `Bearer ${token}`]] }) });
}
