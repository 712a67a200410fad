import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from '../../../src/engine/engine.ts';
import { createExchange } from '../../../src/http/exchange/exchange.ts';
import type { ExchangeOptions } from '../../../src/http/exchange/options.ts';
import { createTestIssuer, type TestIssuer } from '../../../src/idp/testing.ts';
import { policyOf } from '../../engine/policies.ts';
import { serveRoutes } from '../serve-routes.ts';

export const NOW = 1_800_000_000;
export const STS = 'https://sts.example';
export const VAULT = 'https://vault.example/v1';
export const SUB = 'org:acme/prj:shop/env:e1';

export const rule = (id: string, more: object): object => ({
  id,
  effect: 'allow',
  when: { issuer: 'gitpod', subject: 'org:acme/prj:shop' },
  ...more,
});

/** Everything there is to grant: with and without resources, with a wildcard, and a denial. */
export const RULES = [
  rule('plain', { grants: [{ actions: ['list', 'delete', 'admin:*'] }], ttl: '15m' }),
  rule('secrets', { grants: [{ actions: ['read'], resources: ['secret/shop/**'] }] }),
  rule('no-delete', { effect: 'deny', grants: [{ actions: ['delete'], resources: ['secret/shop/keep'] }] }),
];

export interface Service {
  readonly url: string;
  readonly time: { now: number };
  readonly issuer: TestIssuer;
  readonly engine: Engine;
  /** The directory that holds the key file, `keys.json`. */
  readonly directory: string;
  token(claims?: object, options?: object): Promise<string>;
  /** Posts a form: text as it is, or parameters beside those of a good request; `undefined` leaves one out. */
  exchange(parameters: Readonly<Record<string, string | undefined>> | string, headers?: object): Promise<Answer>;
  get(path: string): Promise<Answer>;
  close(): Promise<void>;
}

/** What JSON may hold; tests look into it. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface ServiceOptions extends Partial<ExchangeOptions> {
  readonly rules?: readonly object[];
  readonly audiences?: readonly string[];
  readonly issuers?: object;
}

export const URN = 'urn:ietf:params:oauth:token-type:';

/** An exchange over real HTTP, at a time that a test can move. */
export async function startService(given: ServiceOptions = {}): Promise<Service> {
  const { rules = RULES, audiences = ['sidecar'], issuers = {}, ...options } = given;
  const time = { now: NOW };
  const clock = (): number => time.now;
  const issuer = await createTestIssuer({ url: 'https://issuer.test', algorithm: 'ES256', clock });
  const gitpod = { url: issuer.url, subject: 'gitpod', audiences, jwks: { keys: issuer.keys.keys } };
  const algorithms = { algorithms: ['ES256'], tokenType: ['JWT', 'at+jwt'] };
  const policies = policyOf({ issuers: { gitpod: { ...gitpod, ...algorithms }, ...issuers }, rules });
  const engine = await createEngine({ policies, audience: audiences, clock });
  const directory = options.keyFile === undefined ? await mkdtemp(join(tmpdir(), 'countersign-exchange-')) : '';
  const { routes } = await createExchange(engine, {
    issuer: STS,
    keyFile: join(directory, 'keys.json'),
    targets: [{ audience: 'vault', url: VAULT }],
    clock,
    ...options,
  });
  const { url, close } = await serveRoutes(routes);
  const token: Service['token'] = (claims = {}, more = {}) =>
    issuer.token({ sub: SUB, aud: audiences[0], ...claims }, more);
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  return {
    url,
    time,
    issuer,
    engine,
    directory,
    token,
    get: (path) => ask(path, {}),
    async exchange(parameters, headers = {}) {
      const body = typeof parameters === 'string' ? parameters : await formOf(parameters, token);
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      return ask('/token', { method: 'POST', headers: { ...type, ...headers }, body });
    },
    async close() {
      await close();
      await engine.close();
      if (directory !== '') await rm(directory, { recursive: true });
    },
  };
}

async function formOf(
  parameters: Readonly<Record<string, string | undefined>>,
  token: Service['token'],
): Promise<string> {
  const all = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: 'subject_token' in parameters ? undefined : await token(),
    subject_token_type: `${URN}jwt`,
    audience: 'vault',
    ...parameters,
  };
  const present = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return new URLSearchParams(present).toString();
}
