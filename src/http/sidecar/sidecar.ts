import type { Engine } from '../../engine/engine.ts';
import type { Logger } from '../../engine/options.ts';
import type { Route } from '../route.ts';
import type { Address } from './address.ts';
import { healthRoutes } from './health.ts';
import type { Limits } from './limits.ts';
import { openPort, type Port } from './port.ts';
import { type Listener, routesListener } from './routes-app.ts';

export interface SidecarOptions {
  readonly engine: Engine;
  readonly limits: Limits;
  readonly logger: Logger;
  /** Where requests are answered. */
  readonly listen: Address;
  /** What answers there. */
  readonly routes: readonly Route[];
  /** Is asked before the routes are, with the request as it came over the wire; true where it answers. */
  readonly first?: (...request: Parameters<Listener>) => boolean;
  /** Where health is told, and whatever else only those who run it may see. */
  readonly operations?: Address;
  /** What answers there beside `/healthz` and `/readyz`. */
  readonly operationsRoutes?: readonly Route[];
}

/** A server that answers. */
export interface Sidecar {
  /** Where it listens. */
  readonly address: Address;
  readonly operations: Address | undefined;
  /**
   * Stops accepting requests and waits for those under way, at most `drainSeconds`; meanwhile it is not ready. Then, and
   * at once where `now` settles first, every connection is closed.
   */
  drain(now?: Promise<unknown>): Promise<void>;
}

/**
 * Serves routes on a public port, and health on one of its own.
 *
 * @throws {ListenFailed} where it cannot listen; then nothing listens
 * @throws {CountersignError} `ERR_PACKAGE_MISSING` without `hono` or `@hono/node-server`
 */
export async function startSidecar(options: SidecarOptions): Promise<Sidecar> {
  const { engine, limits, first } = options;
  let draining = false;
  const health = healthRoutes({ engine, isDraining: () => draining });
  const routes = await listenerOf(options.listen, options.routes, options);
  const operationsRoutes = [...health, ...(options.operationsRoutes ?? [])];
  const port = await open(options.listen, limits, (incoming, outgoing) => {
    if (first?.(incoming, outgoing) !== true) routes(incoming, outgoing);
  });
  const operations =
    options.operations &&
    (await openRoutes(options.operations, operationsRoutes, options).catch(async (error: unknown) => {
      await port.drain();
      throw error;
    }));
  return {
    address: port.address,
    operations: operations?.address,
    drain: async (now) => {
      draining = true;
      const late = timer(limits.drainSeconds * 1000);
      const drained = port.drain();
      await Promise.race([drained, late.passed, ...(now === undefined ? [] : [now])]);
      late.cancel();
      port.cut();
      await drained;
      const closed = operations?.drain();
      operations?.cut();
      await closed;
    },
  };
}

/**
 * Serves routes on a port.
 *
 * Rejects with `ListenFailed` where it cannot listen.
 *
 * @throws {CountersignError} `ERR_PACKAGE_MISSING` without `hono` or `@hono/node-server`
 */
export async function openRoutes(
  address: Address,
  routes: readonly Route[],
  { limits, logger }: Pick<SidecarOptions, 'limits' | 'logger'>,
): Promise<Port> {
  return open(address, limits, await listenerOf(address, routes, { limits, logger }));
}

function listenerOf(
  address: Address,
  routes: readonly Route[],
  { limits, logger }: Pick<SidecarOptions, 'limits' | 'logger'>,
): Promise<Listener> {
  return routesListener(routes, { bodyBytes: limits.bodyBytes, isUnix: 'socket' in address, logger });
}

async function open(address: Address, limits: Limits, listener: Listener): Promise<Port> {
  try {
    return await openPort(address, limits, listener);
  } catch (error) {
    throw new ListenFailed(address, error as NodeJS.ErrnoException);
  }
}

/** An address that cannot be listened on; `cause` is the system's error. */
export class ListenFailed extends Error {
  override readonly name = 'ListenFailed';
  readonly address: Address;
  readonly code: string | undefined;

  constructor(address: Address, cause: NodeJS.ErrnoException) {
    super(cause.message, { cause });
    this.address = address;
    this.code = cause.code;
  }
}

function timer(milliseconds: number): { readonly passed: Promise<void>; readonly cancel: () => void } {
  let timeout: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timeout = setTimeout(resolve, milliseconds);
  });
  return { passed, cancel: () => clearTimeout(timeout) };
}
