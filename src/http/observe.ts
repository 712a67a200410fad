import type { Decision } from '../decision/decision.ts';

/** One request that was answered, for logs and metrics. Never holds a token. */
export interface Observation {
  /** Where it came in, such as `forward-auth/nginx`. */
  readonly entrance: string;
  /** The id that the caller was told: of the decision, where there is one. */
  readonly id: string;
  /** The HTTP status it was answered with. */
  readonly status: number;
  readonly decision?: Decision;
  /** A stable code: why it was refused before any decision, or though the decision is an allow. */
  readonly refused?: string;
  /** Why no decision was possible. */
  readonly error?: Error;
  readonly request: ObservedRequest;
  /** Milliseconds from the request's headers to its answer. */
  readonly duration: number;
}

/** What was asked, as far as it was understood. */
export interface ObservedRequest {
  readonly method?: string;
  /** Without the query. */
  readonly path?: string;
  readonly host?: string;
  /** The template of the route that matched. */
  readonly route?: string;
  readonly audience?: string;
  readonly action?: string;
  readonly resource?: string;
  /** Where the connection came from: an address, or `unix`. */
  readonly peer?: string;
  /** As it came, unread (W3C Trace Context, section 3.2); absent where it came twice. */
  readonly traceparent?: string;
}

/** Is told every request, after it was decided on and before it is answered. What it throws is ignored. */
export type Observe = (observation: Observation) => void;

/** Tells an observation. Who watches may not stand in the way of a decision. */
export function tell(observe: Observe, observation: Observation): void {
  try {
    observe(observation);
  } catch {
    // As promised: the answer is the same whatever becomes of the record.
  }
}
