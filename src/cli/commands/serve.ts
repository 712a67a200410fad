import cluster from 'node:cluster';
import { type ServedEnvoy, serveEnvoy } from '../../http/envoy/serve.ts';
import { formatAddress, isLocal } from '../../http/sidecar/address.ts';
import { createForwardAuth } from '../../http/sidecar/forward-auth/forward-auth.ts';
import { forwardAuthListener } from '../../http/sidecar/forward-auth/listener.ts';
import { type ReadinessReport, readinessReport } from '../../http/sidecar/health.ts';
import { metricsRoute } from '../../http/sidecar/metrics/route.ts';
import { ListenFailed, type Sidecar, startSidecar } from '../../http/sidecar/sidecar.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Logger } from '../../engine/options.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { parseWorkers } from '../option-values.ts';
import type { Terminal } from '../output/terminal.ts';
import { CONFIG_NAME, type ServeFlags, type Settings, settle } from '../serve/settings.ts';
import { publicRoutes } from '../serve/entrances.ts';
import { lineLogger } from '../serve/line-logger.ts';
import { type Signals, catchSignals } from '../serve/signals.ts';
import { startEngine } from '../serve/start-engine.ts';
import { startTelemetry, type Telemetry } from '../serve/telemetry.ts';
import { supervise } from '../serve/workers/supervise.ts';
import { reportToPrimary, workerSignals } from '../serve/workers/worker.ts';

export function serveCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('serve', terminal)
    .description('Answer the questions of proxies and services: a sidecar that decides by trust rules.')
    .option('--policies <paths...>', 'policy files and directories, or one bundle (default: policies/)')
    .single('--config <file>', `read the configuration from a file (default: ${CONFIG_NAME}, here)`)
    .option('--no-config', 'read no configuration')
    .single('--listen <address>', 'where to answer: HOST:PORT or unix:PATH; port 0 is any (default: 127.0.0.1:8711)')
    .single('--operations <address>', 'where to tell health and metrics, or `off` (default: 127.0.0.1:8712)')
    .single('--workers <number>', 'how many processes answer (default: 1)', parseWorkers('--workers'))
    .option('--audience <names...>', 'the names of the service behind (default: the one audience of the policies)')
    .addHelpText(
      'after',
      `
A proxy asks at /authorize/nginx, /authorize/caddy, /authorize/traefik or /authorize/envoy; \`forwardAuth.routes\` in the
configuration says what a method and a path ask for; \`envoy\`, \`authzen\` and \`exchange\` in it turn on further
entrances. \`countersign schema serve\` prints what else it may say.

Flags win over the environment (COUNTERSIGN_POLICIES, separated by colons; COUNTERSIGN_CONFIG, COUNTERSIGN_LISTEN,
COUNTERSIGN_OPERATIONS, COUNTERSIGN_WORKERS; COUNTERSIGN_AUDIENCE, separated by spaces), and that over the file.

SIGHUP, and any change of the policies, loads them again; if they do not load, the last good ones stay in force.
SIGTERM and SIGINT end it when requests under way are answered; a second one ends it at once.

Examples:
  countersign serve --policies policies
  countersign serve --config ${CONFIG_NAME} --listen unix:serve.sock

Exit codes:
  0  ended by SIGINT or SIGTERM
  2  wrong usage, an address in use, a configuration or a policy that does not load`,
    );
  return command.action(async (flags: ServeFlags) => {
    // The channel to the primary would keep a worker that failed.
    const code = await serve(flags, terminal).finally(() => cluster.worker?.disconnect());
    // A fetch of keys that is still under way would keep the process.
    process.exit(code);
  });
}

async function serve(flags: ServeFlags, terminal: Terminal): Promise<ExitCode> {
  const signals = cluster.isWorker ? workerSignals() : catchSignals();
  const settings = await settle(flags, process.env);
  const logger = lineLogger(terminal.err, settings.log.level);
  if (settings.workers > 1 && cluster.isPrimary) {
    const envoy = settings.envoy && { address: settings.envoy };
    const announced = (where: Where): void => announce({ ...where, envoy }, settings, terminal);
    const code = await supervise(settings, { signals, logger, announce: announced }).catch(asCliError);
    if (code === exitCode.ok) terminal.err.write('stopped\n');
    return code;
  }
  const telemetry = await startTelemetry(settings);
  const engine = await startEngine(settings, terminal, { logger, onEvent: telemetry.onEvent });
  if (engine === undefined) return exitCode.usage;
  const serving = await start(settings, engine, logger, telemetry);
  const { snapshot = () => Promise.resolve([]) } = telemetry;
  const readiness = async (): Promise<ReadinessReport> => readinessReport(await engine.ready());
  if (cluster.isWorker) reportToPrimary(serving.address, { readiness, metrics: snapshot });
  else announce(serving, settings, terminal);
  await untilEnded(serving, settings, engine, signals);
  if (!cluster.isWorker) terminal.err.write('stopped\n');
  return exitCode.ok;
}

/** All that listens. */
interface Serving extends Pick<Sidecar, 'address' | 'operations'> {
  readonly sidecar: Sidecar;
  readonly envoy: ServedEnvoy | undefined;
}

async function start(
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

function asCliError(error: unknown): never {
  throw error instanceof ListenFailed ? cannotListen(error) : error;
}

function cannotListen({ address, code, message }: ListenFailed): CliError {
  const known: Readonly<Record<string, string>> = {
    EADDRINUSE: 'is in use',
    EACCES: 'may not be used',
    EADDRNOTAVAIL: 'is not an address of this machine',
    ENOTFOUND: 'is not a host that is known',
    ENOENT: 'is in a directory that does not exist',
  };
  const why = known[code ?? ''] ?? `cannot be listened on (${message})`;
  const help = 'socket' in address ? 'name another path' : 'name another port, or port 0 for any that is free';
  return new CliError(exitCode.usage, `\`${formatAddress(address)}\` ${why}`, help);
}

/** Where it answers. */
type Where = Pick<Serving, 'address' | 'operations'> & { readonly envoy?: Pick<ServedEnvoy, 'address'> | undefined };

function announce({ address, operations, envoy }: Where, settings: Settings, { err }: Terminal): void {
  const { forwardAuth, policies, authzen, exchange } = settings;
  const url = (at: Sidecar['address']): string => ('socket' in at ? formatAddress(at) : `http://${formatAddress(at)}`);
  const lines: readonly (readonly [name: string, what: string | undefined])[] = [
    ['operations', operations === undefined ? 'off' : url(operations)],
    ['policies', policies.join(', ')],
    ['forward auth', routesInWords(forwardAuth)],
    ['envoy', envoy && `${formatAddress(envoy.address)}, over gRPC`],
    ['authzen', authzen && '/access/v1/evaluation and /access/v1/evaluations'],
    ['exchange', exchange && `/token, as ${exchange.issuer}`],
  ];
  const said = lines.flatMap(([name, what]) => (what === undefined ? [] : [`  ${name.padEnd(14)}${what}\n`]));
  err.write(`${err.paint('good', 'serving')} ${url(address)}\n${said.join('')}`);
  for (const at of [address, operations, envoy?.address]) {
    if (at === undefined || isLocal(at)) continue;
    err.write(`${err.paint('warning', 'warning:')} \`${formatAddress(at)}\` can be reached from other machines\n`);
  }
}

function routesInWords({ mapping: { size }, unmapped }: Settings['forwardAuth']): string {
  const others = unmapped === 'deny' ? 'denies' : 'asks for plain access by';
  if (size === 0) return `no routes: it ${others} every request`;
  return `${size} ${size === 1 ? 'route' : 'routes'}; it ${others} every other request`;
}

async function untilEnded(
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
