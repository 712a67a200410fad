import { createEngine, type Engine } from '../../../src/engine/engine.ts';
import { type AuthzenOptions, authzenRoutes } from '../../../src/http/authzen/routes.ts';
import { createTestIssuer } from '../../../src/idp/testing.ts';
import { policyOf } from '../../engine/policies.ts';
import { type ServedRoutes, serveRoutes } from '../serve-routes.ts';

export const PDP = 'https://pdp.example';

export interface Service extends ServedRoutes {
  readonly engine: Engine;
  token(claims: object): Promise<string>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
}

/** A policy decision point over real HTTP, for tokens of an issuer with the subject scheme given. */
export async function startService(
  rules: readonly object[],
  subject: 'opaque' | 'gitpod',
  options: Partial<AuthzenOptions> = {},
): Promise<Service> {
  const issuer = await createTestIssuer({ algorithm: 'ES256' });
  const trusted = { url: issuer.url, subject, audiences: ['api', 'other'], algorithms: ['ES256'], jwks: issuer.keys };
  const policies = policyOf({ issuers: { people: trusted }, rules });
  const engine = await createEngine({ policies, audience: ['api', 'other'] });
  const served = await serveRoutes(authzenRoutes(engine, { url: PDP, audience: 'api', ...options }));
  return {
    ...served,
    engine,
    token: (claims) => issuer.token({ aud: 'api', ...claims }),
    async post(path, body, headers = {}) {
      const response = await fetch(`${served.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      const isJson = response.headers.get('content-type') === 'application/json';
      return {
        status: response.status,
        headers: response.headers,
        body: await (isJson ? response.json() : response.text()),
      };
    },
    async close() {
      await served.close();
      await engine.close();
    },
  };
}
