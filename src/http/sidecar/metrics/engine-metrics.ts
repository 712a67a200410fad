import type { Registry } from 'prom-client';
import type { EngineEvent, OnEngineEvent } from '../../../engine/events.ts';
import type { Prometheus } from './prometheus.ts';

interface EngineMetrics {
  readonly onEvent: OnEngineEvent;
  /** The policy's name of an issuer, by its url; `undefined` for one that the policy in force does not name. */
  readonly issuerName: (url: string | undefined) => string | undefined;
}

/** What policy is in force, and how old the keys of its issuers are. */
export function engineMetrics({ Counter, Gauge }: Prometheus, registry: Registry): EngineMetrics {
  const registers = [registry];
  const names = new Map<string, string>();
  /** Milliseconds since the epoch of the last good fetch, by the issuer's url. */
  const fetchedAt = new Map<string, number>();

  new Gauge({
    ...{ registers, name: 'countersign_jwks_age_seconds' },
    help: "Seconds since an issuer's keys were last fetched well; absent where they never were, or never are.",
    labelNames: ['issuer'],
    aggregator: 'max',
    collect() {
      this.reset();
      for (const [url, at] of fetchedAt) {
        const issuer = names.get(url);
        if (issuer !== undefined) this.set({ issuer }, Math.max(0, Date.now() - at) / 1000);
      }
    },
  });
  const fetches = new Counter({
    ...{ registers, name: 'countersign_jwks_fetches_total' },
    help: "Fetches of an issuer's keys that ended, failed ones included.",
    labelNames: ['issuer'],
  });
  const failures = new Counter({
    ...{ registers, name: 'countersign_jwks_fetch_failures_total' },
    help: "Fetches of an issuer's keys that came to nothing.",
    labelNames: ['issuer'],
  });
  const info = new Gauge({
    ...{ registers, name: 'countersign_policy_info' },
    help: 'Is 1 for the digest of the policy in force.',
    labelNames: ['digest'],
    aggregator: 'max',
  });
  const generation = new Gauge({
    ...{ registers, name: 'countersign_policy_generation' },
    help: 'How often policies came into force since the start, which counts as the first time.',
    aggregator: 'min',
  });
  const reloads = new Counter({
    ...{ registers, name: 'countersign_policy_reloads_total' },
    help: 'Reloads of the policies by outcome, `ok` or `failed`; after a failed one the last good policies stay in force.',
    labelNames: ['outcome'],
  });
  for (const outcome of ['ok', 'failed']) reloads.inc({ outcome }, 0);

  let loaded = 0;
  const take = ({ digest, issuers }: Extract<EngineEvent, { kind: 'policies_loaded' }>): void => {
    if ((loaded += 1) > 1) reloads.inc({ outcome: 'ok' });
    generation.set(loaded);
    info.reset();
    info.set({ digest }, 1);
    names.clear();
    for (const { name, url } of issuers) names.set(url, name);
    for (const url of fetchedAt.keys()) if (!names.has(url)) fetchedAt.delete(url);
  };
  const fetched = (url: string, isGood: boolean): void => {
    const issuer = names.get(url);
    if (issuer === undefined) return;
    fetches.inc({ issuer });
    failures.inc({ issuer }, isGood ? 0 : 1);
    if (isGood) fetchedAt.set(url, Date.now());
  };
  return {
    issuerName: (url) => (url === undefined ? undefined : names.get(url)),
    onEvent: (event) => {
      if (event.kind === 'policies_loaded') take(event);
      else if (event.kind === 'policies_refused') reloads.inc({ outcome: 'failed' });
      else fetched(event.issuer, event.kind === 'keys_fetched');
    },
  };
}
