import type { Engine } from '../../engine/engine.ts';
import type { Logger } from '../../engine/options.ts';
import { authzenRoutes } from '../../http/authzen/routes.ts';
import { createExchange } from '../../http/exchange/exchange.ts';
import type { ExchangeOptions } from '../../http/exchange/options.ts';
import type { Observe } from '../../http/observe.ts';
import type { Route } from '../../http/route.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import type { Settings } from './settings.ts';

/** What stands behind all entrances of a sidecar. */
export interface Behind {
  readonly engine: Engine;
  readonly logger: Logger;
  readonly observe: Observe;
}

/**
 * What answers on the public port beside forward auth, as far as it is configured.
 *
 * @throws {CliError | FileRefused} of a key file that cannot be used
 */
export async function publicRoutes({ authzen, exchange }: Settings, behind: Behind): Promise<readonly Route[]> {
  const { engine, logger, observe } = behind;
  return [
    ...(authzen === undefined ? [] : authzenRoutes(engine, { ...authzen, logger, observe })),
    ...(exchange === undefined ? [] : await exchangeRoutes(exchange, behind)),
  ];
}

async function exchangeRoutes(options: ExchangeOptions, { engine, ...told }: Behind): Promise<readonly Route[]> {
  try {
    return (await createExchange(engine, { ...options, ...told })).routes;
  } catch (error) {
    // The options were checked when they were read: what is left to be wrong is what the key file holds.
    if (!(error instanceof TypeError)) throw error;
    const [message = '', help] = error.message.split('; ');
    throw new CliError(exitCode.usage, message, help);
  }
}
