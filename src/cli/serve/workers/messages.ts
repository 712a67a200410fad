import type { ReadinessReport } from '../../../http/sidecar/health.ts';
import type { MetricsSnapshot } from '../../../http/sidecar/metrics/metrics.ts';
import type { Address } from '../../../http/sidecar/address.ts';

/** What the primary may ask a worker, and what it is answered. */
export interface Answers {
  readonly readiness: ReadinessReport;
  readonly metrics: MetricsSnapshot;
}

/** From the primary to a worker: a question, or what a signal to the primary asks for. */
export type ToWorker =
  | { readonly kind: 'ask'; readonly id: number; readonly what: keyof Answers }
  | { readonly kind: 'reload' }
  | { readonly kind: 'end' };

/** From a worker to the primary. */
export type FromWorker =
  | { readonly kind: 'listening'; readonly address: Address }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown };
