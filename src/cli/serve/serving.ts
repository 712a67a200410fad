import cluster from 'node:cluster';
import type { Engine } from '../../engine/engine.ts';
import type { Logger } from '../../engine/options.ts';
import { type ServedEnvoy, serveEnvoy } from '../../http/envoy/serve.ts';
import { createForwardAuth } from '../../http/sidecar/forward-auth/forward-auth.ts';
import { forwardAuthListener } from '../../http/sidecar/forward-auth/listener.ts';
import { metricsRoute } from '../../http/sidecar/metrics/route.ts';
import { type Sidecar, startSidecar } from '../../http/sidecar/sidecar.ts';
import { asCliError } from './cannot-listen.ts';
import { publicRoutes } from './entrances.ts';
import type { Settings } from './settings.ts';
import type { Signals } from './signals.ts';
import type { Telemetry } from './telemetry.ts';

/** All that listens. */
export interface Serving extends Pick<Sidecar, 'address' | 'operations'> {
  readonly sidecar: Sidecar;
  readonly envoy: ServedEnvoy | undefined;
}

/**
 * Starts all that the settings ask for.
 *
 * @throws {CliError} of an address that cannot be listened on; then nothing listens
 */
export async function startServing(
  settings: Settings,
  engine: Engine,
  logger: Logger,
  { observe, snapshot }: Telemetry,
): Promise<Serving> {
  const { listen, operations, limits, answer, forwardAuth } = settings;
  const behind = { engine, logger, observe };
  const asking = { ...forwardAuth, ...behind, answer };
  const operationsRoutes = snapshot === undefined ? [] : [await metricsRoute(async () => [await snapshot()])];
  const sidecar = await startSidecar({
    ...{ engine, limits, logger, listen, routes: await publicRoutes(settings, behind), operationsRoutes },
    first: forwardAuthListener(createForwardAuth(asking), 'socket' in listen),
    // For workers the primary tells.
    ...(operations === undefined || cluster.isWorker ? {} : { operations }),
  }).catch(asCliError);
  const envoy =
    settings.envoy &&
    (await serveEnvoy({ ...asking, listen: settings.envoy }).catch(async (error: unknown) => {
      await sidecar.drain();
      return asCliError(error);
    }));
  return { sidecar, envoy, address: sidecar.address, operations: sidecar.operations };
}

/** Loads the policies again at each signal for it, and ends all that listens at the signal for that. */
export async function untilEnded(
  { sidecar, envoy }: Serving,
  { limits }: Settings,
  engine: Engine,
  signals: Signals,
): Promise<void> {
  signals.reload(() => void engine.reload());
  await signals.end();
  const now = signals.end();
  await Promise.all([sidecar.drain(now), envoy?.drain(limits.drainSeconds, now)]);
  await engine.close();
}
