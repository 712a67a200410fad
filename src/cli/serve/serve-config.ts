import type { AnswerOptions } from '../../http/answer.ts';
import type { RouteMapping } from '../../http/mapping/compile.ts';
import type { IdentityHeaders } from '../../http/sidecar/forward-auth/identity.ts';
import type { Limits } from '../../http/sidecar/limits.ts';

/** What `countersign.serve.yaml` may say (`schemas/serve.schema.json`); paths count from the working directory. */
export interface ServeConfig extends AnswerOptions {
  readonly policies?: readonly string[];
  readonly bundleKeys?: string;
  readonly audience?: string | readonly string[];
  readonly watch?: boolean;
  readonly listen?: string;
  readonly operations?: string;
  readonly limits?: Partial<Limits>;
  readonly forwardAuth?: ForwardAuthConfig;
  readonly authzen?: boolean | AuthzenConfig;
}

export interface ForwardAuthConfig {
  readonly peers?: readonly string[];
  readonly unmapped?: 'deny' | 'access';
  readonly headers?: Partial<IdentityHeaders>;
  readonly routes?: readonly RouteMapping[];
}

export interface AuthzenConfig {
  readonly url?: string;
  readonly audience?: string;
}
