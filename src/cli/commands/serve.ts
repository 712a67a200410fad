import cluster from 'node:cluster';
import { type ReadinessReport, readinessReport } from '../../http/sidecar/health.ts';
import { CliCommand } from '../cli-command.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { parseWorkers } from '../option-values.ts';
import type { Terminal } from '../output/terminal.ts';
import { announce, type Where } from '../serve/announce.ts';
import { asCliError } from '../serve/cannot-listen.ts';
import { lineLogger } from '../serve/line-logger.ts';
import { startServing, untilEnded } from '../serve/serving.ts';
import { CONFIG_NAME, type ServeFlags, settle } from '../serve/settings.ts';
import { catchSignals } from '../serve/signals.ts';
import { startEngine } from '../serve/start-engine.ts';
import { startTelemetry } from '../serve/telemetry.ts';
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
  const serving = await startServing(settings, engine, logger, telemetry);
  const { snapshot = () => Promise.resolve([]) } = telemetry;
  const readiness = async (): Promise<ReadinessReport> => readinessReport(await engine.ready());
  if (cluster.isWorker) reportToPrimary(serving.address, { readiness, metrics: snapshot });
  else announce(serving, settings, terminal);
  await untilEnded(serving, settings, engine, signals);
  if (!cluster.isWorker) terminal.err.write('stopped\n');
  return exitCode.ok;
}
