import type { OnEngineEvent } from '../../../engine/events.ts';
import type { Observe } from '../../observe.ts';
import { engineMetrics } from './engine-metrics.ts';
import { loadPrometheus } from './prometheus.ts';
import { requestMetrics } from './request-metrics.ts';

/** The metrics of one process, as a Prometheus client can merge them with those of others. */
export type MetricsSnapshot = readonly object[];

/** The numbers by which a sidecar is watched. A label never holds what a caller chose. */
export interface Metrics {
  readonly observe: Observe;
  readonly onEvent: OnEngineEvent;
  readonly snapshot: () => Promise<MetricsSnapshot>;
}

/**
 * Makes metrics in a registry of their own.
 *
 * @throws {CountersignError} `ERR_PACKAGE_MISSING` without `prom-client`
 */
export async function createMetrics(): Promise<Metrics> {
  const prometheus = await loadPrometheus();
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  const { onEvent, issuerName } = engineMetrics(prometheus, registry);
  return {
    onEvent,
    observe: requestMetrics(prometheus, registry, issuerName),
    snapshot: () => registry.getMetricsAsJSON(),
  };
}
