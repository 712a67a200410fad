/**
 * What each server of the table serves, in whatever framework and runtime: services by name, each an engine behind options.
 * Only types are imported: the engine comes from src/ or from the built package.
 */
import type { parsePolicy } from '../../../src/decision/index.ts';
import type { createEngine, Engine } from '../../../src/engine/index.ts';
import type { Trust, TrustOptions } from '../../../src/http/guard.ts';

/** What a server is started with; it may come as JSON. */
export interface Given {
  readonly policy: string;
  readonly issuer: string;
  readonly keys: { readonly keys: readonly object[] };
}

/** How a framework's requests are read. */
export interface Reading<Request> {
  readonly method: (request: Request) => string;
  /** The last segment of the path. */
  readonly name: (request: Request) => string;
}

export interface Service<Request> {
  readonly engine: Engine;
  readonly options: TrustOptions<Request>;
}

export interface Library {
  readonly createEngine: typeof createEngine;
  readonly parsePolicy: typeof parsePolicy;
}

export async function servicesOf<Request>(
  { createEngine, parsePolicy }: Library,
  { policy: text, issuer, keys }: Given,
  { method, name }: Reading<Request>,
): Promise<Readonly<Record<string, Service<Request>>>> {
  const { policy } = parsePolicy([{ file: 'policy.yaml', text }]);
  if (policy === undefined) throw new Error('the policy does not load');
  const engine = await createEngine({ policies: policy, keys: { [issuer]: keys } });
  const fetched = await createEngine({ policies: policy });
  const down = await createEngine({ policies: policy, fetch: () => Promise.reject(new TypeError('fetch failed')) });
  const closed = await createEngine({ policies: policy, keys: { [issuer]: keys } });
  await closed.close();
  const thrown = (value: unknown): Service<Request> => ({
    engine,
    options: {
      action: () => {
        throw value;
      },
    },
  });
  return {
    plain: { engine, options: {} },
    named: { engine, options: { realm: "A's secrets, all", resourceMetadata: 'https://api.example/r' } },
    exposing: { engine, options: { exposeReasons: true, realm: 'r', action: 'write' } },
    optional: { engine, options: { optional: true } },
    skipping: { engine, options: { skip: (request) => method(request) === 'OPTIONS' } },
    reading: {
      engine,
      options: { audience: 'https://api.example', action: 'read', resource: (request) => `secret/${name(request)}` },
    },
    elsewhere: { engine, options: { audience: 'https://elsewhere.example' } },
    fetched: { engine: fetched, options: {} },
    down: { engine: down, options: { exposeReasons: true, optional: true } },
    closed: { engine: closed, options: {} },
    throwing: thrown(new Error('broken')),
    'throwing-nothing': thrown(undefined),
    'throwing-route': thrown('route'),
    forgetful: { engine, options: { action: 'read', resource: () => undefined as unknown as string } },
    'failing-to-tell': { engine, options: { onDecision: () => Promise.reject(new Error('the log is full')) } },
  };
}

/** The route behind every service, and how often it ran. */
export class Route {
  #runs = 0;

  run(trust: Trust | undefined): string {
    this.#runs += 1;
    return JSON.stringify({ principal: trust?.principal.path ?? null, effect: trust?.decision.effect ?? null });
  }

  get runs(): string {
    return String(this.#runs);
  }
}
