import type { MetricsSnapshot } from './metrics.ts';
import { loadPrometheus } from './prometheus.ts';

/**
 * What the process that supervises workers counts of them.
 *
 * @throws {CountersignError} `ERR_PACKAGE_MISSING` without `prom-client`
 */
export async function createWorkerMetrics(crew: {
  readonly listening: number;
  readonly restarts: number;
}): Promise<() => Promise<MetricsSnapshot>> {
  const { Counter, Gauge, Registry } = await loadPrometheus();
  const registry = new Registry();
  new Gauge({
    ...{ registers: [registry], name: 'countersign_workers' },
    help: 'Workers that listen.',
    collect() {
      this.set(crew.listening);
    },
  });
  new Counter({
    ...{ registers: [registry], name: 'countersign_worker_restarts_total' },
    help: 'Workers that took the place of one that ended unasked.',
    collect() {
      this.reset();
      this.inc(crew.restarts);
    },
  });
  return () => registry.getMetricsAsJSON();
}
