import type { Decision } from '../../decision/decision.ts';
import { CountersignError } from '../../decision/reason.ts';
import type { Engine } from '../../engine/engine.ts';
import { tokenLimits } from '../../token/limits.ts';
import { decodeUnverified } from '../../token/unverified.ts';
import type { Route } from '../route.ts';
import { accessTokenClaims, type Actor, actorOf } from './access-token.ts';
import { allowanceOf } from './allowance.ts';
import { readForm } from './form.ts';
import { Keyring } from './keyring.ts';
import { metadataRoutes, TOKEN_PATH } from './metadata.ts';
import { answer, answerRefusal, answerUnavailable, type OAuthRefusal, refused } from './oauth-answer.ts';
import { type ExchangeOptions, exchangeSettings, type ExchangeSettings, LONGEST_LIFETIME } from './options.ts';
import { type ExchangeRequest, parseRequest, tokenTypeUrn, unknownClient } from './request.ts';

/** What serves token exchange. */
export interface Exchange {
  /** `POST /token`, `GET /.well-known/jwks.json` and `GET /.well-known/oauth-authorization-server`. */
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
    handle: async (request) => {
      try {
        return await exchange(request, { engine, settings, keyring });
      } catch (error) {
        if (!(error instanceof CountersignError)) logger?.error({ error: String(error) }, 'a token exchange failed');
        return answerUnavailable();
      }
    },
  };
  return { routes: [token, ...metadataRoutes(settings.issuer, keyring)] };
}

interface Service {
  readonly engine: Engine;
  readonly settings: ExchangeSettings;
  readonly keyring: Keyring;
}

async function exchange(request: Request, service: Service): Promise<Response> {
  const { engine, settings, keyring } = service;
  if (request.headers.has('authorization')) return answerRefusal(unknownClient());
  const form = await readForm(request);
  if ('error' in form) return answerRefusal(form);
  const asked = parseRequest(form, { targets: settings.targets, types: settings.subjectTokenTypes });
  if ('error' in asked) return answerRefusal(asked);
  const subject = readSubject(asked, settings.issuer);
  if ('error' in subject) return answerRefusal(subject);
  const { subjectAudience } = asked.target;
  // One decision on everything, narrowed afterwards: between several the policy could change.
  const decision = await engine.authorize(
    asked.subjectToken,
    subjectAudience === undefined ? {} : { audience: subjectAudience },
  );
  settings.onDecision?.(decision);
  const claims = issue(decision, asked, subject, settings);
  if ('error' in claims) return answerRefusal(claims, aboutDecision(decision, settings.exposeReasons));
  const token = await keyring.sign(claims);
  if (token.length > tokenLimits().tokenBytes) {
    return answerRefusal(refused('invalid_scope', 'The grants are too many for a token: ask for a scope'));
  }
  return answer(200, {
    access_token: token,
    issued_token_type: tokenTypeUrn(asked.issuedTokenType),
    token_type: 'Bearer',
    expires_in: claims.exp - claims.iat,
    ...(claims.scope === undefined ? {} : { scope: claims.scope }),
    ...(claims.authorization_details === undefined ? {} : { authorization_details: claims.authorization_details }),
  });
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

function issue(
  decision: Decision,
  { audience, scope, resource }: ExchangeRequest,
  { issuer: subjectIssuer, exp: subjectExp, actor }: Subject,
  { issuer, maxLifetime, clock }: ExchangeSettings,
): ReturnType<typeof accessTokenClaims> | OAuthRefusal {
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
