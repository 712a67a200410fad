import type { OnEngineEvent } from '../../engine/events.ts';
import type { Observe } from '../../http/observe.ts';
import type { Route } from '../../http/route.ts';
import { createDecisionLog } from '../../http/sidecar/decision-log.ts';
import { createMetrics } from '../../http/sidecar/metrics/metrics.ts';
import { metricsRoute } from '../../http/sidecar/metrics/route.ts';
import { redactTokens } from '../redact-tokens.ts';
import type { Settings } from './settings.ts';

/** How a sidecar is watched. */
export interface Telemetry {
  readonly observe: Observe;
  readonly onEvent: OnEngineEvent;
  /** What the port for operations answers beside health. */
  readonly routes: readonly Route[];
}

/**
 * Starts what the settings ask to be watched by.
 *
 * @throws {CountersignError} `ERR_PACKAGE_MISSING`, naming the package and what does without it
 */
export async function startTelemetry({ operations, metrics: wanted, log }: Settings): Promise<Telemetry> {
  const metrics = wanted && operations !== undefined ? await createMetrics() : undefined;
  const write = await createDecisionLog(log, redactTokens);
  if (metrics === undefined) return { observe: write, onEvent: () => undefined, routes: [] };
  const observe: Observe = (observation) => {
    metrics.observe(observation);
    write(observation);
  };
  return { observe, onEvent: metrics.onEvent, routes: [await metricsRoute(async () => [await metrics.snapshot()])] };
}
