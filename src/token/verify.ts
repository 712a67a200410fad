import { signatureCheck } from '#signature';
import { digestOf } from '#token-id';
import { CountersignError, quote, type Reason } from '../decision/reason.ts';
import { VerifiedTokenCache, type VerifiedEntry } from './cache.ts';
import { checkNames, checkTimes } from './claims.ts';
import { parseCompact, type CompactToken } from './compact.ts';
import { checkHeader, own, type TokenHeader } from './header.ts';
import { issuerTrust, type IssuerTrust } from './issuer-trust.ts';
import type { JsonObject } from './json.ts';
import type { KeySet } from './keys/key-set.ts';
import type { KeySource } from './keys/key-source.ts';
import { selectKey } from './keys/select.ts';
import { KnownHeaders } from './known-headers.ts';
import { knownOptions, mustBe } from './known-options.ts';
import { tokenLimits, type TokenLimits } from './limits.ts';
import { refuse, shown, type Refusal } from './refusal.ts';
import { type VerificationMode, verificationModes } from './signature.ts';

export type { IssuerTrust } from './issuer-trust.ts';

/** A token whose signature, times and shapes hold. Frozen through and through: it is shared. */
export interface VerifiedToken {
  /** The issuer's url, as configured and as in `iss`. */
  readonly issuer: string;
  readonly claims: JsonObject;
  readonly header: TokenHeader;
}

export type Verification = { readonly token: VerifiedToken } | { readonly reason: Reason };

export interface VerifierOptions {
  /** Trusted issuers by their exact url. Copied: a later change of the map has no effect. */
  readonly issuers: ReadonlyMap<string, IssuerTrust>;
  /** The key source of an issuer: the same one each time, since it is asked for every token. */
  readonly keys: (issuer: IssuerTrust) => KeySource;
  readonly cache?: VerifiedTokenCache;
  readonly limits?: Partial<TokenLimits>;
  /** Where signatures are computed on Node; elsewhere WebCrypto decides. Default: `auto`. */
  readonly verification?: VerificationMode;
}

/**
 * Whether a token is genuine at `now`, in seconds since the epoch. A bad token is a reason; only keys that cannot be had
 * reject, with `CountersignError`, and a `now` that is no number, with `TypeError`. `digest` is that of the token, for those
 * who have it at hand.
 */
export type Verifier = (token: unknown, now: number, digest?: string) => Promise<Verification>;

/** Makes a verifier for a fixed set of issuers. Throws a `TypeError` for options that are unknown or cannot be kept. */
export function createVerifier(options: VerifierOptions): Verifier {
  knownOptions('createVerifier', options, ['issuers', 'keys', 'cache', 'limits', 'verification']);
  const { keys, cache, verification = 'auto' } = options;
  const issuers = copyIssuers(options.issuers);
  const limits = tokenLimits(options.limits);
  mustBe(typeof keys === 'function', 'keys', 'a function from an issuer to its key source');
  mustBe(verificationModes.includes(verification), 'verification', verificationModes.join(', '));
  const verifySignature = signatureCheck(verification);
  const knownHeaders = new KnownHeaders();
  mustBe(cache === undefined || cache instanceof VerifiedTokenCache, 'cache', 'a VerifiedTokenCache');

  /** Nothing of the token is believed until its signature holds; each step bounds the next. */
  function verifyAnew(token: unknown, now: number, digest: string | undefined): Eventual<Verification> {
    const parsed = parseCompact(token, limits, knownHeaders);
    if ('reason' in parsed) return parsed;
    const trust = lookUpIssuer(parsed.unverifiedClaims);
    if ('reason' in trust) return trust;
    return whenAtHand(checkSignature(parsed, trust), (signed) => {
      if ('reason' in signed) return signed;
      const claims = parsed.unverifiedClaims;
      const fault = checkTimes(claims, trust, now) ?? checkNames(claims, limits.audiences);
      if (fault !== undefined) return { reason: fault };
      const entry: VerifiedEntry = { trust, claims, ...signed };
      if (digest !== undefined) cache?.set(token as string, entry, digest);
      return verified(entry);
    });
  }

  function checkSignature({ unverifiedHeader, parts }: CompactToken, trust: IssuerTrust): Eventual<Signed | Refusal> {
    const [text, , signature] = parts;
    const known = knownHeaders.get(text);
    const checked = known?.trust === trust ? known : checkHeader(unverifiedHeader, trust);
    if ('reason' in checked) return checked;
    if (signature === '') return refuse('token_malformed', { path: 'signature' });
    const { alg } = checked;
    return whenAtHand(keySetOf(trust, own(unverifiedHeader, 'kid')), (set) => {
      const selected = selectKey(set, unverifiedHeader, alg, trust);
      if ('reason' in selected) return selected;
      return whenAtHand(verifySignature(parts, selected.key, alg), (holds) => {
        if (!holds) return refuse('signature_invalid');
        if (checked === known) return { header: known.header, key: selected.key.id };
        const header = headerOf(unverifiedHeader, alg);
        knownHeaders.remember(text, { trust, alg, object: unverifiedHeader, header });
        return { header, key: selected.key.id };
      });
    });
  }

  /** What a full verification would say now, had it not to check the signature again; `undefined` if it must. */
  function verifyAgain(token: string, now: number, digest: string): Eventual<Verification | undefined> {
    const entry = cache?.get(token, digest);
    if (entry === undefined || issuers.get(entry.trust.url) !== entry.trust) return undefined;
    const { trust, header, claims } = entry;
    return whenAtHand(keySetOf(trust, header.kid), (set) => {
      const selected = selectKey(set, header, header.alg, trust);
      if ('reason' in selected || selected.key.id !== entry.key) return undefined;
      const fault = checkTimes(claims, trust, now);
      if (fault === undefined) return verified(entry);
      if (fault.code === 'token_expired') cache?.delete(token, digest);
      return { reason: fault };
    });
  }

  function lookUpIssuer(claims: JsonObject): IssuerTrust | Refusal {
    const iss = own(claims, 'iss');
    const trust = typeof iss === 'string' ? issuers.get(iss) : undefined;
    return trust ?? refuse('issuer_unknown', { actual: shown(iss) });
  }

  function keySetOf(trust: IssuerTrust, kid: unknown): Eventual<KeySet> {
    try {
      const answer = keys(trust).keySet({ kid });
      return isKeySet(answer) ? answer : awaited(answer, trust);
    } catch (error) {
      throw unavailable(error, trust);
    }
  }

  return async (token, now, known) => {
    mustBe(Number.isFinite(now), 'now', 'a number of seconds since the epoch');
    if (cache === undefined || typeof token !== 'string' || token.length > limits.tokenBytes) {
      return verifyAnew(token, now, undefined);
    }
    const digest = known ?? digestOf(token);
    return whenAtHand(verifyAgain(token, now, digest), (again) => again ?? verifyAnew(token, now, digest));
  };
}

type Signed = Pick<VerifiedEntry, 'header' | 'key'>;

type Eventual<Value> = Value | Promise<Value>;

/** Goes on in the same turn where a value is at hand: each wait costs as much as a step of the verification. */
function whenAtHand<Value, Next>(value: Eventual<Value>, next: (value: Value) => Eventual<Next>): Eventual<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}

function isKeySet(answer: unknown): answer is KeySet {
  return typeof answer === 'object' && answer !== null && 'keys' in answer && Array.isArray(answer.keys);
}

async function awaited(answer: unknown, trust: IssuerTrust): Promise<KeySet> {
  try {
    const set = await answer;
    if (!isKeySet(set)) throw new TypeError('what a key source yields must be a key set');
    return set;
  } catch (error) {
    throw unavailable(error, trust);
  }
}

function unavailable(error: unknown, { url }: IssuerTrust): CountersignError {
  if (error instanceof CountersignError) return error;
  const message = `the keys of issuer ${quote(url)} cannot be had`;
  return new CountersignError('ERR_KEYS_UNAVAILABLE', message, { cause: error });
}

function copyIssuers(issuers: ReadonlyMap<string, IssuerTrust>): ReadonlyMap<string, IssuerTrust> {
  mustBe(issuers instanceof Map, 'issuers', 'a Map from issuer url to its trust');
  const copy = new Map<string, IssuerTrust>();
  for (const [url, trust] of issuers) {
    mustBe(url === trust.url, 'issuers', 'keyed by the url of each issuer');
    copy.set(url, issuerTrust(trust));
  }
  return copy;
}

function headerOf(header: JsonObject, alg: string): TokenHeader {
  const { kid, typ } = { kid: own(header, 'kid'), typ: own(header, 'typ') };
  return Object.freeze({
    alg,
    ...(typeof kid === 'string' ? { kid } : {}),
    ...(typeof typ === 'string' ? { typ } : {}),
  });
}

function verified({ trust, claims, header }: VerifiedEntry): { readonly token: VerifiedToken } {
  return { token: Object.freeze({ issuer: trust.url, claims, header }) };
}
