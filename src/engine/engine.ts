import { watchPaths } from '#files';
import { digestOf, tokenId } from '#token-id';
import { refusal } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import { CountersignError, reason } from '../decision/reason.ts';
import { VerifiedTokenCache } from '../token/cache.ts';
import { mustBe } from '../token/known-options.ts';
import { type OnEngineEvent, unfailingListener } from './events.ts';
import { loadCompiled } from './load-records.ts';
import { checkOptions, type EngineOptions, type Logger, pathsOf, unfailing } from './options.ts';
import { type EngineExplanation, explainToken } from './explain-token.ts';
import { type IssuerReadiness, keysReadiness } from './readiness.ts';
import { buildTrustState, type TrustState } from './trust-state.ts';

/** What a caller may ask with a token. */
export interface AuthorizeRequest {
  /** One of the engine's audiences; any of them where left out. */
  readonly audience?: string;
  readonly action?: string;
  /** A canonical path such as `secret/payments/db`. Needs an action. */
  readonly resource?: string;
}

/** What came of a reload. */
export interface ReloadReport {
  /** Whether the policies on disk are in force now. If not, the last good ones still are. */
  readonly ok: boolean;
  /** The digest of the policy in force. */
  readonly policy: { readonly digest: string };
  /**
   * Why not: `ERR_POLICY_INVALID` with diagnostics, `ERR_POLICY_UNREADABLE`, or a `TypeError` where the new policies
   * leave open which audience this service is.
   */
  readonly error?: Error;
  readonly issuers: readonly IssuerReadiness[];
}

/** What an engine has at hand. */
export interface Readiness {
  /** Whether every issuer has a key at hand that can be used. */
  readonly ready: boolean;
  readonly policy: { readonly digest: string };
  readonly issuers: readonly IssuerReadiness[];
}

/** Verifies tokens and decides by policy. Safe for any number of concurrent calls. */
export interface Engine {
  /**
   * The policy in force.
   *
   * @throws {CountersignError} `ERR_ENGINE_CLOSED` after `close()`
   */
  readonly policy: { readonly digest: string };
  /**
   * Verifies a token and decides what it may do. A bad token is a deny with its reason; `undefined` or an empty string
   * is `token_missing`.
   *
   * @throws {CountersignError} `ERR_KEYS_UNAVAILABLE` where the issuer's keys cannot be had: answer 503, never allow;
   *   `ERR_ENGINE_CLOSED` after `close()`.
   */
  authorize(token: unknown, request?: AuthorizeRequest): Promise<Decision>;
  /**
   * Denies a request before there is a token to verify, for code that reads tokens from where they arrive: what it found
   * becomes a decision like any other.
   *
   * @throws {CountersignError} `ERR_ENGINE_CLOSED` after `close()`
   */
  refuse(code: 'token_missing' | 'credentials_malformed' | 'multiple_credentials'): Decision;
  /**
   * Explains what `authorize` says of the same: each step of the token's journey, then every trust rule with each of its
   * conditions, nearest misses first. Far slower; meant for people who were denied. Until the signature holds,
   * `verified` is false on all that rests on the token. Where the issuer's keys cannot be had there is no `decision`, the
   * step `key` holds the error, and the rules are explained on what the token claims. A token that cannot be read at all
   * leaves no rules. Never holds the token.
   *
   * @throws {CountersignError} `ERR_ENGINE_CLOSED` after `close()`
   */
  explain(token: unknown, request?: AuthorizeRequest): Promise<EngineExplanation>;
  /**
   * Reads the policies again and fetches the issuers' keys anew. Where that fails the last good policy stays in force,
   * and the report and the log say so. Never rejects for what it finds.
   */
  reload(): Promise<ReloadReport>;
  /** Fetches the keys of each issuer, or says why they cannot be had. Never rejects for what it finds. */
  ready(): Promise<Readiness>;
  /** Stops watching and refuses further calls. May be called again. */
  close(): Promise<void>;
}

/**
 * Makes an engine from policies. Refuses to start with policies that cannot be read or do not load.
 *
 * @throws {TypeError} of an option that is unknown or of the wrong type, and of a missing `audience`
 * @throws {CountersignError} `ERR_POLICY_UNREADABLE` naming the path, `ERR_POLICY_INVALID` with all diagnostics
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  checkOptions(options);
  const engine = new TrustEngine({
    ...options,
    logger: unfailing(options.logger),
    onEvent: unfailingListener(options.onEvent),
  });
  await engine.start();
  return engine;
}

/** Tokens longer than this are refused before they are hashed. */
const LONGEST_HASHED = 16_384;

function hashOf(token: unknown): string | undefined {
  return typeof token === 'string' && token !== '' && token.length <= LONGEST_HASHED ? digestOf(token) : undefined;
}

/** The id by which a token is spoken of, where it has one. */
function named(digest: string | undefined): Pick<Decision, 'token'> {
  return digest === undefined ? {} : { token: { id: tokenId(digest) } };
}

/** What an engine tells of itself goes somewhere, if only to nobody. */
type Told = EngineOptions & { readonly logger: Logger; readonly onEvent: OnEngineEvent };

class TrustEngine implements Engine {
  readonly #options: Told;
  readonly #clock: () => number;
  readonly #cache: VerifiedTokenCache | undefined;
  #state: TrustState | undefined;
  #stopWatching: (() => void) | undefined;
  #reloads = 0;
  #applied = 0;
  #closed = false;

  constructor(options: Told) {
    this.#options = options;
    this.#clock = options.clock ?? ((): number => Date.now() / 1000);
    this.#cache = options.cache === false ? undefined : new VerifiedTokenCache(options.cache);
  }

  async start(): Promise<void> {
    const paths = this.#options.watch === true ? pathsOf(this.#options.policies) : undefined;
    const watch =
      paths &&
      watchPaths(paths, () => this.#loadAndReport(), {
        onError: (error) => this.#options.logger.error({ error: String(error) }, 'watching policies failed'),
      });
    this.#stopWatching = () => watch?.close();
    await watch?.ready;
    try {
      this.#take(await this.#load());
    } catch (error) {
      watch?.close();
      throw error;
    }
  }

  get policy(): Engine['policy'] {
    const { digest } = this.#current().policy;
    return { digest };
  }

  async authorize(token: unknown, request?: AuthorizeRequest): Promise<Decision> {
    const { policy, verify, decisions } = this.#current();
    const now = this.#now();
    const digest = hashOf(token);
    const verification = await verify(token, now, digest);
    const decision =
      'reason' in verification
        ? refusal(policy, verification.reason, now)
        : decisions.decide(verification.token, request, now);
    return { ...decision, ...named(digest), id: globalThis.crypto.randomUUID() };
  }

  refuse(code: Parameters<Engine['refuse']>[0]): Decision {
    const { policy } = this.#current();
    return { ...refusal(policy, reason(code), this.#now()), id: globalThis.crypto.randomUUID() };
  }

  async explain(token: unknown, request?: AuthorizeRequest): Promise<EngineExplanation> {
    return { ...named(hashOf(token)), ...(await explainToken(this.#current(), token, request, this.#now())) };
  }

  async reload(): Promise<ReloadReport> {
    const error = await this.#loadAndReport();
    const state = this.#current();
    const issuers = await keysReadiness(state, 'refresh');
    return {
      ok: error === undefined,
      policy: { digest: state.policy.digest },
      ...(error === undefined ? {} : { error }),
      issuers,
    };
  }

  async ready(): Promise<Readiness> {
    const state = this.#current();
    const issuers = await keysReadiness(state, 'fetch');
    return {
      ready: issuers.every(({ keys }) => keys > 0),
      policy: { digest: state.policy.digest },
      issuers,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWatching?.();
    this.#cache?.clear();
    await Promise.resolve();
  }

  #now(): number {
    const now = this.#clock();
    mustBe(Number.isFinite(now), 'clock', 'a function that returns seconds since the epoch');
    return now;
  }

  #current(): TrustState {
    if (this.#closed || this.#state === undefined)
      throw new CountersignError('ERR_ENGINE_CLOSED', 'the engine was closed');
    return this.#state;
  }

  async #load(): Promise<TrustState> {
    const loaded = await loadCompiled(this.#options);
    return buildTrustState(loaded, this.#options, { clock: this.#clock, cache: this.#cache, before: this.#state });
  }

  #take(state: TrustState): void {
    this.#state = state;
    const issuers = [...state.keys.values()].map(({ issuer: { name, url } }) => ({ name, url }));
    this.#options.onEvent({ kind: 'policies_loaded', digest: state.policy.digest, issuers });
  }

  /** Of reloads that overlap, the one started last decides. Resolves to what went wrong, if anything. */
  async #loadAndReport(): Promise<Error | undefined> {
    const turn = (this.#reloads += 1);
    const { logger } = this.#options;
    try {
      const state = await this.#load();
      if (turn < this.#applied || this.#closed) return undefined;
      this.#applied = turn;
      this.#take(state);
      logger.info({ digest: state.policy.digest }, 'policies reloaded');
      return undefined;
    } catch (error) {
      const problem = error instanceof Error ? error : new Error(String(error));
      const digest = this.#state?.policy.digest;
      logger.error({ digest, error: problem.message }, 'policies not reloaded; the last good ones stay in force');
      this.#options.onEvent({ kind: 'policies_refused', error: problem });
      return problem;
    }
  }
}
