import { CountersignError, quote } from '../../decision/reason.ts';
import { knownOptions, mustBe } from '../known-options.ts';
import { discoveryUrl } from './discovery.ts';
import { fetchKeys, type FetchedKeys } from './fetch-keys.ts';
import { fetchableUrl } from './fetchable-url.ts';
import type { Fetch } from './fetch-json.ts';
import { keyLimits, type KeyLimitOptions } from './key-limits.ts';
import type { KeySet } from './key-set.ts';
import { keyWarnings, type KeyWarning } from './key-warning.ts';
import type { KeySource, WantedKey } from './key-source.ts';
import { RefetchPolicy } from './refetch-policy.ts';
import { knowsKid, LONGEST_KID } from './select.ts';

export interface RemoteKeysOptions {
  /** The issuer's exact url: https, or http on loopback. */
  readonly issuer: string;
  /** Where its JWKS is; by default the issuer's discovery document says. */
  readonly jwksUri?: string;
  readonly fetch?: Fetch;
  /** Seconds since the epoch. */
  readonly clock?: () => number;
  /** From 0 inclusive to 1 exclusive; spreads retries of many services. */
  readonly random?: () => number;
  readonly limits?: KeyLimitOptions;
  /** Told of each published key that is not used, once for each change of the set. Must not throw. */
  readonly onWarning?: (warning: KeyWarning) => void;
  /**
   * Told of the end of each fetch: nothing where its keys were taken, else why they were not. Not told of a good answer
   * that a later one overtook. Must not throw.
   */
  readonly onFetch?: (error?: Error) => void;
}

/** A key source that can be told to look again. */
export interface RemoteKeySource extends KeySource {
  /** Fetches now, whatever was fetched when; concurrent calls share one fetch. Rejects where the answer is no good. */
  refresh(): Promise<KeySet>;
}

/** An attempt that has not ended. */
interface Flight {
  readonly keys: Promise<KeySet>;
  readonly forced: boolean;
  readonly askedAt: number;
}

/** Seconds that an attempt may end after its deadline. */
const GRACE = 1;

const names = ['issuer', 'jwksUri', 'fetch', 'clock', 'random', 'limits', 'onWarning', 'onFetch'];

/**
 * The keys of an issuer, fetched and kept. Fresh keys answer at once and are fetched anew in the background before they grow
 * stale; an unknown key id causes at most one fetch per cooldown; while the issuer is down the last good set serves for
 * `maxStale`. A good answer replaces the set, a bad one never does. Starts nothing until asked, keeps no timer.
 */
export function remoteKeys(options: RemoteKeysOptions): RemoteKeySource {
  knownOptions('remoteKeys', options, names);
  const { issuer, fetch = globalThis.fetch, clock = systemClock, random = Math.random } = options;
  const { onWarning = nobody, onFetch = nobody } = options;
  const location = { issuer, jwksUri: locate(options) };
  const limits = keyLimits(options.limits);
  for (const [name, value] of Object.entries({ fetch, clock, random, onWarning, onFetch })) {
    mustBe(typeof value === 'function', name, 'a function');
  }
  const policy = new RefetchPolicy(limits, random);

  let current: KeySet | undefined;
  let applied = 0;
  let started = 0;
  let newest: Flight | undefined;

  /** Of attempts that overlap, the one started last decides, whichever ends last. */
  function attempt({ noCache = false, forced = false } = {}): Promise<KeySet> {
    const turn = (started += 1);
    const askedAt = clock();
    policy.began(askedAt);
    // Later, so that whoever asks again from within `fetch` finds this attempt under way.
    const fetching = Promise.resolve()
      .then(() => fetchKeys(location, { fetch, limits, noCache }))
      .then(worthHaving);
    const keys = fetching.then(
      (fetched) => accept(fetched, turn, askedAt),
      (error: unknown) => {
        if (turn === started) policy.failed(clock(), error);
        const problem = unavailable(error);
        tell(() => onFetch(problem));
        throw problem;
      },
    );
    const flight = { keys, forced, askedAt };
    newest = flight;
    const land = (): void => {
      if (newest === flight) newest = undefined;
    };
    keys.then(land, land);
    return keys;
  }

  /**
   * The attempt that all who ask now share. One past its deadline is given up: where a fetch and its timer end with the
   * request that began them, as in workerd, it would never end.
   */
  function underWay(now: number): Flight | undefined {
    if (newest !== undefined && now - newest.askedAt > limits.deadline + GRACE) newest = undefined;
    return newest;
  }

  /** Keys that are all unusable are an answer to a first question, but no reason to forget usable ones. */
  function worthHaving(fetched: FetchedKeys): FetchedKeys {
    const { keys, setAside } = fetched.set;
    if (keys.length > 0 || current === undefined || current.keys.length === 0) return fetched;
    throw new Error(`none of its keys is usable (${setAside.map(({ why }) => why).join(', ')})`);
  }

  function accept({ set, freshness }: FetchedKeys, turn: number, askedAt: number): KeySet {
    if (turn < applied && current !== undefined) return current;
    applied = turn;
    policy.succeeded(askedAt, freshness);
    const before = current;
    current = set;
    for (const warning of keyWarnings(issuer, set, before)) tell(() => onWarning(warning));
    tell(() => onFetch());
    return set;
  }

  function unavailable(cause: unknown): CountersignError {
    const why = cause instanceof Error ? cause.message : 'unknown cause';
    return new CountersignError('ERR_KEYS_UNAVAILABLE', `no keys of issuer ${quote(issuer)}: ${why}`, { cause });
  }

  function keySet(wanted: WantedKey = {}): KeySet | Promise<KeySet> {
    const now = clock();
    const state = policy.stateAt(now);
    const flight = underWay(now);
    if (current === undefined || state === 'unusable') {
      if (flight === undefined && !policy.mayRetry(now)) return Promise.reject(unavailable(policy.lastError));
      return flight?.keys ?? attempt();
    }
    const usable = current;
    const otherwise = (): KeySet => current ?? usable;
    if (isNewKid(usable, wanted.kid)) {
      const look = flight?.keys ?? (policy.mayLookAgain(now) ? attempt({ noCache: true }) : undefined);
      if (look !== undefined) return look.catch(otherwise);
    }
    if (state === 'fresh') return usable;
    const fetching = flight?.keys ?? (policy.mayRetry(now) ? attempt() : undefined);
    const answer = fetching?.catch(otherwise);
    const isWorthWaiting = state === 'stale' && !policy.knownDown(now);
    return (isWorthWaiting ? answer : undefined) ?? usable;
  }

  return Object.freeze({
    keySet,
    refresh: () => {
      const flight = underWay(clock());
      return flight?.forced === true ? flight.keys : attempt({ noCache: true, forced: true });
    },
  });
}

/** Who is told must not cost the keys. */
function tell(call: () => void): void {
  try {
    call();
  } catch {
    // There is nobody left to tell.
  }
}

function nobody(): void {
  // Whoever does not ask is not told.
}

/** Only a text that could be a key id is worth a fetch. */
function isNewKid(set: KeySet, kid: unknown): boolean {
  return typeof kid === 'string' && kid.length <= LONGEST_KID && !knowsKid(set, kid);
}

function locate({ issuer, jwksUri }: RemoteKeysOptions): URL | undefined {
  mustBe(typeof issuer === 'string' && issuer !== '', 'issuer', 'a url');
  if (jwksUri === undefined) {
    mustBe(
      discoveryUrl(issuer) !== undefined,
      'issuer',
      'an https url, or http on loopback, without query and fragment',
    );
    return undefined;
  }
  const url = fetchableUrl(jwksUri);
  mustBe(url !== undefined, 'jwksUri', 'an https url, or http on loopback, without credentials and fragment');
  return url;
}

function systemClock(): number {
  return Date.now() / 1000;
}
