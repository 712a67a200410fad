import type { Engine, Readiness } from '../../engine/engine.ts';
import type { Route } from '../route.ts';

/** Milliseconds for which an answer of the engine is given again: probes and floods of them cost the same. */
const FRESH = 1000;

/** What the health routes ask of the server they belong to. */
export interface Health {
  readonly engine: Pick<Engine, 'ready'>;
  readonly isDraining: () => boolean;
}

/**
 * `/healthz`: 200 as long as the process answers. `/readyz`: 200 where policies are loaded and every issuer has a key at
 * hand, else 503, as while it drains; the body says which issuer lacks keys, and why.
 */
export function healthRoutes({ engine, isDraining }: Health): readonly Route[] {
  return probeRoutes(async () => readinessReport(await engine.ready()), isDraining);
}

/** What `/readyz` says, as plain data. */
export interface ReadinessReport {
  readonly ready: boolean;
  readonly policy?: Readiness['policy'];
  readonly issuers?: readonly { name: string; url: string; keys: number; error?: string }[];
  /** How many of several processes are ready. */
  readonly workers?: { readonly ready: number; readonly of: number };
}

/** The health routes of whatever can say how ready it is. */
export function probeRoutes(report: () => Promise<ReadinessReport>, isDraining: () => boolean): readonly Route[] {
  const ready = remembered(report);
  return [
    { method: 'GET', path: '/healthz', handle: async () => answer(200, { alive: true }) },
    {
      method: 'GET',
      path: '/readyz',
      handle: async () => {
        if (isDraining()) return answer(503, { ready: false, draining: true });
        const readiness = await ready();
        return answer(readiness.ready ? 200 : 503, readiness);
      },
    },
  ];
}

/** One call at a time; all that come meanwhile, and shortly after, share its answer. */
function remembered<T>(call: () => Promise<T>): () => Promise<T> {
  let last: { readonly until: number; readonly value: T } | undefined;
  let current: Promise<T> | undefined;
  return () => {
    if (last !== undefined && performance.now() < last.until) return Promise.resolve(last.value);
    current ??= call()
      .then((value) => {
        last = { until: performance.now() + FRESH, value };
        return value;
      })
      .finally(() => {
        current = undefined;
      });
    return current;
  };
}

export function readinessReport({ ready, policy, issuers }: Readiness): ReadinessReport {
  return {
    ready,
    policy,
    issuers: issuers.map(({ name, url, keys, error }) => ({
      name,
      url,
      keys,
      ...(error === undefined ? {} : { error: error.message }),
    })),
  };
}

function answer(status: number, body: object): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  });
}
