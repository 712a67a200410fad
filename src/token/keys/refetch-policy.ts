import type { KeyLimits } from './key-limits.ts';

/** How far the last good set may be relied on. */
export type SetState = 'fresh' | 'ageing' | 'stale' | 'unusable';

const AGEING_FROM = 0.8;
const LEAST_BACKOFF = 1;
const MOST_BACKOFF = 60;

/**
 * When to fetch again, and how long to rely on what was fetched. Pure bookkeeping in seconds: it reads no clock and sets no
 * timer. A clock that was set back makes a set stale, not younger.
 */
export class RefetchPolicy {
  readonly #limits: KeyLimits;
  readonly #random: () => number;
  #askedAt = Number.NaN;
  #freshness = 0;
  #attemptAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #failedAt = 0;
  #backoff = 0;
  #lastError: unknown;

  constructor(limits: KeyLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  /** Why the last attempt failed. */
  get lastError(): unknown {
    return this.#lastError;
  }

  began(now: number): void {
    this.#attemptAt = now;
  }

  /** Counts from when the answer was asked for: it may have been true only then. */
  succeeded(askedAt: number, freshness: number): void {
    this.#askedAt = askedAt;
    this.#freshness = freshness;
    this.#failures = 0;
    this.#lastError = undefined;
  }

  failed(now: number, error: unknown): void {
    const doubled = LEAST_BACKOFF * 2 ** this.#failures;
    this.#backoff = Math.min(doubled, (MOST_BACKOFF * 2) / 3) * (1 + this.#random() / 2);
    this.#failures += 1;
    this.#failedAt = now;
    this.#lastError = error;
  }

  stateAt(now: number): SetState {
    const age = now - this.#askedAt;
    if (!(Math.abs(age) <= this.#freshness + this.#limits.maxStale)) return 'unusable';
    if (age >= this.#freshness || age < 0) return 'stale';
    return age >= this.#freshness * AGEING_FROM ? 'ageing' : 'fresh';
  }

  /** Whether the time to back off after a failure is over. */
  mayRetry(now: number): boolean {
    return this.#failures === 0 || Math.abs(now - this.#failedAt) >= this.#backoff;
  }

  /** Whether an unknown key id may cause a fetch now. */
  mayLookAgain(now: number): boolean {
    return Math.abs(now - this.#attemptAt) >= this.#limits.cooldown && this.mayRetry(now);
  }

  /** Whether the issuer was found down so lately that nobody should wait to find it so again. */
  knownDown(now: number): boolean {
    return this.#failures > 0 && Math.abs(now - this.#failedAt) < 2 * MOST_BACKOFF;
  }
}
