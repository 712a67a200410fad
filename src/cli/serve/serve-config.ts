import type { AnswerOptions } from '../../http/answer.ts';
import type { ExchangeOptions } from '../../http/exchange/options.ts';
import type { RouteMapping } from '../../http/mapping/compile.ts';
import type { DecisionLogOptions } from '../../http/sidecar/decision-log.ts';
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
  readonly workers?: number;
  readonly metrics?: boolean;
  readonly log?: Partial<DecisionLogOptions>;
  readonly forwardAuth?: ForwardAuthConfig;
  readonly authzen?: boolean | AuthzenConfig;
  readonly exchange?: ExchangeConfig;
  readonly envoy?: boolean | { readonly listen?: string };
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

/** As `ExchangeOptions`, with durations as the policy language writes them. */
export interface ExchangeConfig extends Pick<
  ExchangeOptions,
  'issuer' | 'keyFile' | 'algorithm' | 'targets' | 'subjectTokenTypes'
> {
  readonly maxLifetime?: string;
  readonly rotateEvery?: string;
  readonly publishAhead?: string;
}
