import type { OnEngineEvent } from '../../engine/events.ts';
import type { Observe } from '../../http/observe.ts';
import { createDecisionLog } from '../../http/sidecar/decision-log.ts';
import { createMetrics, type MetricsSnapshot } from '../../http/sidecar/metrics/metrics.ts';
import { redactTokens } from '../redact-tokens.ts';
import type { Settings } from './settings.ts';

/** How a sidecar is watched. */
export interface Telemetry {
  readonly observe: Observe;
  readonly onEvent: OnEngineEvent;
  /** What `/metrics` tells of this process; `undefined` where nobody wants it. */
  readonly snapshot: (() => Promise<MetricsSnapshot>) | undefined;
}

/**
 * Starts what the settings ask to be watched by.
 *
 * @throws {CountersignError} `ERR_PACKAGE_MISSING`, naming the package and what does without it
 */
export async function startTelemetry({ operations, metrics: wanted, log }: Settings): Promise<Telemetry> {
  const metrics = wanted && operations !== undefined ? await createMetrics() : undefined;
  const write = await createDecisionLog(log, redactTokens);
  if (metrics === undefined) return { observe: write, onEvent: () => undefined, snapshot: undefined };
  const observe: Observe = (observation) => {
    metrics.observe(observation);
    write(observation);
  };
  return { observe, onEvent: metrics.onEvent, snapshot: metrics.snapshot };
}
