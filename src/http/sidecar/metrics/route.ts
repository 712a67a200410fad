import type { Route } from '../../route.ts';
import type { MetricsSnapshot } from './metrics.ts';
import { loadPrometheus } from './prometheus.ts';

/**
 * `/metrics`: the numbers of one or more processes together, as Prometheus reads them (text format 0.0.4).
 *
 * @throws {CountersignError} `ERR_PACKAGE_MISSING` without `prom-client`
 */
export async function metricsRoute(snapshots: () => Promise<readonly MetricsSnapshot[]>): Promise<Route> {
  const { AggregatorRegistry } = await loadPrometheus();
  return {
    method: 'GET',
    path: '/metrics',
    handle: async () => {
      const registry = AggregatorRegistry.aggregate((await snapshots()) as object[]);
      const headers = { 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' };
      return new Response(await registry.metrics(), { headers });
    },
  };
}
