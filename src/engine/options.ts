import type { Policy } from '../policy/policy.ts';
import type { VerifiedTokenCacheOptions } from '../token/cache.ts';
import type { KeySource } from '../token/keys/key-source.ts';
import { knownOptions, mustBe } from '../token/known-options.ts';
import { type VerificationMode, verificationModes } from '../token/signature.ts';
import type { OnEngineEvent } from './events.ts';

/** Where an engine says what happened; a pino logger fits. Nothing it is given ever holds a token. */
export interface Logger {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** A JSON Web Key Set (RFC 7517, section 5), parsed. */
export interface JsonWebKeySet {
  readonly keys: readonly object[];
}

export interface EngineOptions {
  /** A directory, files, a bundle (`*.bundle.json`, alone), or what `parsePolicy` returned. */
  readonly policies: string | readonly string[] | Policy;
  /** Public JWKs (EdDSA or ES256), one of which must have signed the bundle; then nothing but a bundle is taken. */
  readonly bundleKeys?: readonly object[];
  /**
   * The name or names of this service: the bound of what a request may ask. May be left out only where the policies
   * name exactly one audience.
   */
  readonly audience?: string | readonly string[];
  /** Keys of issuers, by issuer url, instead of those that discovery or the policy's `jwks` would find. */
  readonly keys?: Readonly<Record<string, JsonWebKeySet | KeySource>>;
  /** Bounds of the verified-token cache (10,000 tokens and 32 MiB by default), or `false` for none. */
  readonly cache?: false | VerifiedTokenCacheOptions;
  /**
   * Where signatures are computed: `inline` is the least work, `pool` leaves the event loop free, and `auto`, the default,
   * does the first of each of its turns inline and any further ones on the pool. Means nothing where there is no Node.
   */
  readonly verification?: VerificationMode;
  /** Seconds since the epoch. Default: the system's clock. */
  readonly clock?: () => number;
  /** Reload when policy files change. Default: false. */
  readonly watch?: boolean;
  /** Fetches discovery documents and key sets. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Default: silence. */
  readonly logger?: Logger;
  /** Is told of reloads and of fetches of keys, for metrics. */
  readonly onEvent?: OnEngineEvent;
}

const NAMES = [
  'policies',
  'bundleKeys',
  'audience',
  'keys',
  'cache',
  'verification',
  'clock',
  'watch',
  'fetch',
  'logger',
  'onEvent',
] as const;

/** Refuses what is unknown or of the wrong type with a `TypeError` that says what would be right. */
export function checkOptions(options: EngineOptions): void {
  knownOptions('createEngine', options, NAMES);
  const { policies, bundleKeys, audience, keys, cache, verification, clock, watch, fetch, logger, onEvent } =
    options as Readonly<Record<(typeof NAMES)[number], unknown>>;
  mustBe(
    isText(policies) || isTexts(policies) || isPolicy(policies),
    'policies',
    'a directory, a list of paths, or what parsePolicy returned',
  );
  mustBe(
    bundleKeys === undefined || (Array.isArray(bundleKeys) && bundleKeys.length > 0 && bundleKeys.every(isObject)),
    'bundleKeys',
    'a list of public JWKs',
  );
  mustBe(
    audience === undefined || isText(audience) || isTexts(audience),
    'audience',
    'a name, or a list of names, of this service',
  );
  mustBe(
    keys === undefined || (isObject(keys) && Object.values(keys).every(isKeys)),
    'keys',
    'an object from issuer url to a JWK set ({ keys: […] }) or a key source',
  );
  mustBe(cache === undefined || cache === false || isObject(cache), 'cache', 'false, or { entries?, bytes? }');
  mustBe(
    verification === undefined || verificationModes.some((mode) => mode === verification),
    'verification',
    verificationModes.join(', '),
  );
  mustBe(
    clock === undefined || typeof clock === 'function',
    'clock',
    'a function that returns seconds since the epoch',
  );
  mustBe(watch === undefined || typeof watch === 'boolean', 'watch', 'true or false');
  mustBe(watch !== true || !isPolicy(policies), 'watch', 'false where `policies` is no path');
  mustBe(fetch === undefined || typeof fetch === 'function', 'fetch', 'a function like the global fetch');
  mustBe(logger === undefined || isLogger(logger), 'logger', 'an object with the methods info, warn and error');
  mustBe(onEvent === undefined || typeof onEvent === 'function', 'onEvent', 'a function');
}

/** The paths of policies; `undefined` where they came parsed. */
export function pathsOf(policies: EngineOptions['policies']): readonly string[] | undefined {
  if (typeof policies === 'string') return [policies];
  return isTexts(policies) ? policies : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPolicy(value: unknown): boolean {
  return isObject(value) && Array.isArray(value['issuers']) && Array.isArray(value['rules']);
}

function isKeys(value: unknown): boolean {
  return isObject(value) && (Array.isArray(value['keys']) || typeof value['keySet'] === 'function');
}

function isLogger(value: unknown): boolean {
  return isObject(value) && ['info', 'warn', 'error'].every((method) => typeof value[method] === 'function');
}

/** A logger that fails must not cost a decision, a reload or the keys. */
export function unfailing(logger: Logger | undefined): Logger {
  const safely =
    (method: keyof Logger) =>
    (data: object, message: string): void => {
      try {
        logger?.[method](data, message);
      } catch {
        // There is nobody left to tell.
      }
    };
  return { info: safely('info'), warn: safely('warn'), error: safely('error') };
}
