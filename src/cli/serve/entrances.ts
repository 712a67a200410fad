import type { Engine } from '../../engine/engine.ts';
import type { Logger } from '../../engine/options.ts';
import { authzenRoutes } from '../../http/authzen/routes.ts';
import type { Observe } from '../../http/observe.ts';
import type { Route } from '../../http/route.ts';
import type { Settings } from './settings.ts';

/** What stands behind all entrances of a sidecar. */
export interface Behind {
  readonly engine: Engine;
  readonly logger: Logger;
  readonly observe: Observe;
}

/** What answers on the public port beside forward auth, as far as it is configured. */
export function publicRoutes({ authzen }: Settings, { engine, ...behind }: Behind): readonly Route[] {
  return authzen === undefined ? [] : authzenRoutes(engine, { ...authzen, ...behind });
}
