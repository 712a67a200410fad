import type { Logger } from '../../../engine/options.ts';
import type { Address } from '../../../http/sidecar/address.ts';
import { probeRoutes, type ReadinessReport } from '../../../http/sidecar/health.ts';
import { createWorkerMetrics } from '../../../http/sidecar/metrics/worker-metrics.ts';
import { metricsRoute } from '../../../http/sidecar/metrics/route.ts';
import { type Port, removeAbandoned } from '../../../http/sidecar/port.ts';
import { openRoutes } from '../../../http/sidecar/sidecar.ts';
import type { Route } from '../../../http/route.ts';
import { type ExitCode, exitCode } from '../../exit-code.ts';
import type { Settings } from '../settings.ts';
import type { Signals } from '../signals.ts';
import { Crew } from './crew.ts';

/** Milliseconds: keys that must be fetched first take five seconds at most. */
const READINESS_TIME = 8000;
const METRICS_TIME = 5000;
/** Beyond what a worker gives the requests under way. */
const END_TIME = 5000;

export interface Supervision {
  readonly signals: Signals;
  readonly logger: Logger;
  /** Is called once, when the workers listen. */
  readonly announce: (where: { readonly address: Address; readonly operations: Address | undefined }) => void;
}

/**
 * Runs the workers that the settings ask for, answers for all of them on the port for operations, passes on what signals ask
 * for, and ends with them.
 *
 * @throws {ListenFailed} where the port for operations cannot be listened on
 */
export async function supervise(settings: Settings, { signals, logger, announce }: Supervision): Promise<ExitCode> {
  const { listen, workers, limits } = settings;
  const crew = new Crew(workers, logger);
  let draining = false;
  const routes = await operationsRoutes(settings, crew, () => draining);
  const operations = settings.operations && (await openRoutes(settings.operations, routes, { limits, logger }));
  if ('socket' in listen) await removeAbandoned(listen.socket);
  const ending = signals.end();
  const started = await Promise.race([crew.start(), ending]);
  if (started !== undefined && 'exitCode' in started) {
    await close(operations);
    return started.exitCode === exitCode.ok ? exitCode.usage : (started.exitCode as ExitCode);
  }
  if (started !== undefined) announce({ address: started.address, operations: operations?.address });
  signals.reload(() => crew.reload());
  await ending;
  draining = true;
  void signals.end().then(() => crew.hurry());
  await crew.end(limits.drainSeconds * 1000 + END_TIME);
  await close(operations);
  return exitCode.ok;
}

async function close(port: Port | undefined): Promise<void> {
  const closed = port?.drain();
  port?.cut();
  await closed;
}

async function operationsRoutes(
  { operations, metrics, workers }: Settings,
  crew: Crew,
  isDraining: () => boolean,
): Promise<readonly Route[]> {
  if (operations === undefined) return [];
  const readiness = async (): Promise<ReadinessReport> =>
    together(await crew.ask('readiness', READINESS_TIME), workers);
  const probes = probeRoutes(readiness, isDraining);
  if (!metrics) return probes;
  const own = await createWorkerMetrics(crew);
  return [...probes, await metricsRoute(async () => [await own(), ...(await crew.ask('metrics', METRICS_TIME))])];
}

/** Ready where all workers are; what one that is not says, else what the first does. */
function together(reports: readonly ReadinessReport[], workers: number): ReadinessReport {
  const ready = reports.filter((report) => report.ready).length;
  const told = reports.find((report) => !report.ready) ?? reports[0];
  return { ...told, ready: ready === workers, workers: { ready, of: workers } };
}
