import { isThere } from '../config/folders-upwards.ts';
import type { AnswerOptions } from '../../http/answer.ts';
import type { ExchangeOptions } from '../../http/exchange/options.ts';
import { compileMapping, type Mapping } from '../../http/mapping/compile.ts';
import { type Address, parseAddress } from '../../http/sidecar/address.ts';
import type { DecisionLogOptions } from '../../http/sidecar/decision-log.ts';
import type { IdentityHeaders } from '../../http/sidecar/forward-auth/identity.ts';
import { DEFAULT_LIMITS, type Limits } from '../../http/sidecar/limits.ts';
import { DEFAULT_PEERS, parsePeers, type Peers } from '../../http/sidecar/peers.ts';
import { parseDuration } from '../../policy/parse/time.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import { parseWorkers } from '../option-values.ts';
import { DEFAULT_PATHS } from '../policy-files.ts';
import { ADDRESS_HELP, identityHeaders } from './check-serve-config.ts';
import type { AuthzenConfig, ForwardAuthConfig, ServeConfig } from './serve-config.ts';

/** The configuration that is read where none is named: of the working directory, never of one above. */
export const CONFIG_NAME = 'countersign.serve.yaml';

const DEFAULT_LISTEN = '127.0.0.1:8711';
const DEFAULT_ENVOY = '127.0.0.1:9191';
const DEFAULT_OPERATIONS = '127.0.0.1:8712';

export interface ServeFlags {
  readonly config?: string | false;
  readonly policies?: readonly string[];
  readonly audience?: readonly string[];
  readonly listen?: string;
  readonly operations?: string;
  readonly workers?: number;
}

/** What the sidecar runs with. */
export interface Settings {
  readonly policies: readonly string[];
  readonly bundleKeys: string | undefined;
  readonly audience: string | readonly string[] | undefined;
  readonly watch: boolean;
  readonly listen: Address;
  readonly operations: Address | undefined;
  readonly answer: AnswerOptions;
  readonly limits: Limits;
  readonly workers: number;
  readonly metrics: boolean;
  readonly log: DecisionLogOptions;
  readonly forwardAuth: ForwardAuthSettings;
  /** `undefined` where it is off. */
  readonly authzen: AuthzenConfig | undefined;
  readonly exchange: ExchangeOptions | undefined;
  /** Where Envoy asks over gRPC. */
  readonly envoy: Address | undefined;
}

export interface ForwardAuthSettings {
  readonly mapping: Mapping;
  readonly unmapped: 'deny' | 'access';
  readonly peers: Peers;
  readonly headers: IdentityHeaders;
}

/**
 * What flags, the environment and the configuration file come to, in this order of weight.
 *
 * @throws {CliError} of an address that is none
 * @throws {InvalidDocument | FileRefused} of a configuration that does not say what it should, or cannot be read
 */
export async function settle(flags: ServeFlags, environment: NodeJS.ProcessEnv): Promise<Settings> {
  const env = (name: string): string | undefined => {
    const value = environment[`COUNTERSIGN_${name}`];
    return value === '' ? undefined : value;
  };
  const config = await configOf(flags.config ?? env('CONFIG'));
  const address = (key: 'listen' | 'operations', fallback: string): Address | undefined => {
    const fromEnv = env(key.toUpperCase());
    const [text, from] =
      flags[key] !== undefined
        ? [flags[key], `--${key}`]
        : [fromEnv ?? config[key] ?? fallback, fromEnv === undefined ? key : `COUNTERSIGN_${key.toUpperCase()}`];
    return key === 'operations' && text === 'off' ? undefined : addressOf(text, from);
  };
  const listen = address('listen', DEFAULT_LISTEN);
  if (listen === undefined) throw new TypeError('an address to listen on is never off');
  const workers = env('WORKERS');
  const { realm, exposeReasons, resourceMetadata } = config;
  return {
    policies: flags.policies ?? env('POLICIES')?.split(':') ?? config.policies ?? DEFAULT_PATHS,
    bundleKeys: config.bundleKeys,
    audience: flags.audience ?? env('AUDIENCE')?.trim().split(/\s+/) ?? config.audience,
    watch: config.watch ?? true,
    listen,
    operations: address('operations', DEFAULT_OPERATIONS),
    answer: {
      ...(realm === undefined ? {} : { realm }),
      ...(exposeReasons === undefined ? {} : { exposeReasons }),
      ...(resourceMetadata === undefined ? {} : { resourceMetadata }),
    },
    limits: { ...DEFAULT_LIMITS, ...config.limits },
    workers:
      flags.workers ?? (workers === undefined ? (config.workers ?? 1) : parseWorkers('COUNTERSIGN_WORKERS')(workers)),
    metrics: config.metrics ?? true,
    log: { level: 'info', decisions: 'all', redact: [], ...config.log },
    forwardAuth: forwardAuthOf(config.forwardAuth),
    authzen: authzenOf(config),
    exchange: exchangeOf(config),
    envoy: envoyOf(config),
  };
}

async function configOf(named: string | false | undefined): Promise<ServeConfig> {
  if (named === false) return {};
  if (named === undefined && !(await isThere(CONFIG_NAME))) return {};
  const { readServeConfig } = await import('./read-serve-config.ts');
  return readServeConfig(named ?? CONFIG_NAME);
}

function addressOf(text: string, from: string): Address {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  throw new CliError(exitCode.usage, `\`${from}\` cannot be \`${text}\``, ADDRESS_HELP);
}

/** The file was checked when it was read: what does not hold here is a fault of this program. */
function forwardAuthOf({
  peers,
  unmapped = 'deny',
  headers,
  routes = [],
}: ForwardAuthConfig = {}): ForwardAuthSettings {
  const mapping = compileMapping(routes);
  const trusted = parsePeers(peers ?? DEFAULT_PEERS);
  if ('faults' in mapping || 'invalid' in trusted) throw new TypeError('the configuration was not checked');
  return { mapping, unmapped, peers: trusted, headers: identityHeaders(headers) };
}

function authzenOf({ authzen = false, exchange }: ServeConfig): AuthzenConfig | undefined {
  if (authzen === false) return undefined;
  return { ...(exchange === undefined ? {} : { url: exchange.issuer }), ...(authzen === true ? {} : authzen) };
}

function exchangeOf({ exchange, exposeReasons = false }: ServeConfig): ExchangeOptions | undefined {
  if (exchange === undefined) return undefined;
  const { maxLifetime, rotateEvery, publishAhead, ...same } = exchange;
  const seconds = Object.entries({ maxLifetime, rotateEvery, publishAhead }).flatMap(([key, text]) => {
    const duration = text === undefined ? undefined : parseDuration(text);
    return duration === undefined ? [] : [[key, duration] as const];
  });
  return { ...same, ...Object.fromEntries(seconds), exposeReasons };
}

function envoyOf({ envoy = false }: ServeConfig): Address | undefined {
  if (envoy === false) return undefined;
  return addressOf((envoy === true ? undefined : envoy.listen) ?? DEFAULT_ENVOY, 'envoy.listen');
}
