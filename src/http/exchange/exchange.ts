import type { Decision } from '../../decision/decision.ts';
import { CountersignError } from '../../decision/reason.ts';
import type { Engine } from '../../engine/engine.ts';
import { tokenLimits } from '../../token/limits.ts';
import { decodeUnverified } from '../../token/unverified.ts';
import type { ObservedRequest } from '../observe.ts';
import { observed, type Seen } from '../observe-route.ts';
import type { Route } from '../route.ts';
import { type AccessTokenClaims, accessTokenClaims, type Actor, actorOf } from './access-token.ts';
import { allowanceOf } from './allowance.ts';
import { readForm } from './form.ts';
import { Keyring } from './keyring.ts';
import { metadataRoutes, TOKEN_PATH } from './metadata.ts';
import { answer, answerRefusal, answerUnavailable, type OAuthRefusal, refused } from './oauth-answer.ts';
import { type ExchangeOptions, exchangeSettings, type ExchangeSettings, LONGEST_LIFETIME } from './options.ts';
import { type ExchangeRequest, parseRequest, tokenTypeUrn, unknownClient } from './request.ts';

/** What serves token exchange. */
export interface Exchange {
  /**
   * `POST /token`, `GET /.well-known/jwks.json`, `GET /.well-known/oauth-authorization-server`, and the same document
   * where OpenID Connect Discovery looks for it.
   */
  readonly routes: readonly Route[];
}

/**
 * Exchanges tokens that policies allow for tokens of our own (RFC 8693): a subject token in, a JWT access token (RFC 9068)
 * for one target out, that allows no more than the decision permits and was asked for, and lives no longer than either.
 *
 * @throws {TypeError} of an option that is unknown or of the wrong type, and of a key file that does not hold keys
 * @throws {FileRefused} where the key file cannot be read or written, or others could read it
 */
export async function createExchange(engine: Engine, options: ExchangeOptions): Promise<Exchange> {
  const settings = exchangeSettings(options);
  const { keyFile: path, algorithm, rotateEvery: every, publishAhead: ahead, clock, logger } = settings;
  const schedule = { every, ahead, retain: LONGEST_LIFETIME };
  const keyring = await Keyring.open({ path, algorithm, schedule, clock, logger });
  const token: Route = {
    method: 'POST',
    path: TOKEN_PATH,
    handle: (request, peer) =>
      observed(settings.observe ?? (() => undefined), { entrance: 'exchange', request, peer }, async (see) => {
        try {
          return await exchange(request, { engine, settings, keyring, see });
        } catch (error) {
          see({ error: error instanceof Error ? error : new Error(String(error)) });
          if (!(error instanceof CountersignError)) logger?.error({ error: String(error) }, 'a token exchange failed');
          return answerUnavailable();
        }
      }),
  };
  return { routes: [token, ...metadataRoutes(settings.issuer, keyring)] };
}

interface Service {
  readonly engine: Engine;
  readonly settings: ExchangeSettings;
  readonly keyring: Keyring;
  readonly see: (seen: Seen) => void;
}

async function exchange(request: Request, service: Service): Promise<Response> {
  const read = await readRequest(request, service.settings);
  if ('error' in read) {
    service.see({ refused: read.error });
    return answerRefusal(read);
  }
  const { asked, subject } = read;
  const { subjectAudience } = asked.target;
  // One decision on everything, narrowed afterwards: between several the policy could change.
  const bound = subjectAudience === undefined ? {} : { audience: subjectAudience };
  const decision = await service.engine.authorize(asked.subjectToken, bound);
  const issued = await issue(decision, asked, subject, service);
  const refusal = 'error' in issued ? { refused: issued.error } : {};
  service.see({ decision, request: describedTarget(asked), ...refusal });
  if ('error' in issued) return answerRefusal(issued, aboutDecision(decision, service.settings.exposeReasons));
  const { token, claims } = issued;
  return answer(200, {
    access_token: token,
    issued_token_type: tokenTypeUrn(asked.issuedTokenType),
    token_type: 'Bearer',
    expires_in: claims.exp - claims.iat,
    ...(claims.scope === undefined ? {} : { scope: claims.scope }),
    ...(claims.authorization_details === undefined ? {} : { authorization_details: claims.authorization_details }),
  });
}

async function readRequest(
  request: Request,
  { targets, subjectTokenTypes: types, issuer }: ExchangeSettings,
): Promise<{ readonly asked: ExchangeRequest; readonly subject: Subject } | OAuthRefusal> {
  if (request.headers.has('authorization')) return unknownClient();
  const form = await readForm(request);
  if ('error' in form) return form;
  const asked = parseRequest(form, { targets, types });
  if ('error' in asked) return asked;
  const subject = readSubject(asked, issuer);
  return 'error' in subject ? subject : { asked, subject };
}

/** What a token was asked for, as far as policies know it. */
function describedTarget({ audience, scope, resource }: ExchangeRequest): ObservedRequest {
  return {
    audience,
    ...(scope === undefined ? {} : { action: scope.join(' ') }),
    ...(resource === undefined ? {} : { resource }),
  };
}

/** What a subject token says that a decision does not repeat. Believed only once the engine has allowed that token. */
interface Subject {
  readonly issuer: string;
  readonly exp: number;
  readonly actor?: Actor;
}

/** Judges a subject token by its declared type, before anything is verified. */
function readSubject(asked: ExchangeRequest, issuer: string): Subject | OAuthRefusal {
  const decoded = decodeUnverified(asked.subjectToken);
  if ('reason' in decoded) return notAccepted();
  const { unverifiedHeader: header, unverifiedClaims: claims } = decoded;
  const isAccessToken = /^(?:application\/)?at\+jwt$/i.test(String(header['typ']));
  if (claims['iss'] === issuer || (isAccessToken && asked.subjectTokenType !== 'access_token')) return notAccepted();
  const actor = actorOf(claims['act']);
  if (actor === 'malformed') return notAccepted();
  return {
    issuer: String(claims['iss']),
    exp: Number(claims['exp']),
    ...(actor === undefined ? {} : { actor }),
  };
}

async function issue(
  decision: Decision,
  asked: ExchangeRequest,
  subject: Subject,
  { settings, keyring }: Service,
): Promise<{ readonly token: string; readonly claims: AccessTokenClaims } | OAuthRefusal> {
  const claims = claimsFor(decision, asked, subject, settings);
  if ('error' in claims) return claims;
  const token = await keyring.sign(claims);
  return token.length > tokenLimits().tokenBytes
    ? refused('invalid_scope', 'The grants are too many for a token: ask for a scope')
    : { token, claims };
}

function claimsFor(
  decision: Decision,
  { audience, scope, resource }: ExchangeRequest,
  { issuer: subjectIssuer, exp: subjectExp, actor }: Subject,
  { issuer, maxLifetime, clock }: ExchangeSettings,
): AccessTokenClaims | OAuthRefusal {
  const { effect, principal, expiresAt } = decision;
  if (effect !== 'allow' || principal === undefined) return notAccepted();
  const now = clock();
  const allowance = allowanceOf(decision, {
    now,
    ...(scope === undefined ? {} : { scope }),
    ...(resource === undefined ? {} : { resource }),
  });
  if ('error' in allowance) return allowance;
  const iat = Math.floor(now);
  const exp = Math.floor(Math.min(subjectExp, expiresAt, iat + maxLifetime));
  if (!(exp > now)) return notAccepted();
  return accessTokenClaims({
    issuer,
    subjectIssuer,
    principal,
    audience,
    iat,
    exp,
    allowance,
    ...(actor === undefined ? {} : { actor }),
  });
}

/** One answer for a token that does not hold and for one that policies refuse (RFC 8693, section 2.2.2). */
function notAccepted(): OAuthRefusal {
  return refused('invalid_request', 'The subject_token is not accepted');
}

function aboutDecision({ id, reasons }: Decision, exposeReasons: boolean): Readonly<Record<string, unknown>> {
  return {
    ...(id === undefined ? {} : { decision: id }),
    ...(exposeReasons ? { reasons: [...new Set(reasons.map(({ code }) => code))] } : {}),
  };
}
