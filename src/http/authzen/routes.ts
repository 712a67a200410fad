import { CountersignError, statusOf } from '../../decision/reason.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Logger } from '../../engine/options.ts';
import { type Credentials, readCredentials } from '../credentials.ts';
import { readJsonBody } from '../json-body.ts';
import type { Observe } from '../observe.ts';
import { observed, type Seen } from '../observe-route.ts';
import type { Route } from '../route.ts';
import { answerDecision, answerError, answerMisfit, answerUnauthorized, type EvaluationAnswer } from './answers.ts';
import { isAbout, parseEvaluation } from './evaluation.ts';
import { isFinal, parseEvaluations } from './evaluations.ts';

/** How this service is a policy decision point (AuthZEN Authorization API 1.0). */
export interface AuthzenOptions {
  /** Where it is reached, without a final `/`: `https://pdp.example`. Where left out, no configuration is published. */
  readonly url?: string;
  /** One of the engine's audiences; any of them where left out. */
  readonly audience?: string;
  /** Default: silence. */
  readonly logger?: Logger;
  /** Is told every decision: one of each question. */
  readonly observe?: Observe;
}

const EVALUATION = '/access/v1/evaluation';
const EVALUATIONS = '/access/v1/evaluations';
const CONFIGURATION = '/.well-known/authzen-configuration';

/**
 * `POST /access/v1/evaluation`, `POST /access/v1/evaluations` and `GET /.well-known/authzen-configuration`. A decision is
 * a 200, whichever way it falls. The token of the principal comes in the Authorization header, where a bad one is a 401, or
 * as `context.token`, where it is a denial; in both, the request is refused.
 *
 * @throws {TypeError} of a `url` that is none
 */
export function authzenRoutes(engine: Engine, options: AuthzenOptions): readonly Route[] {
  const { url, observe = () => undefined } = options;
  const post = (path: string, entrance: string, respond: Responder): Route => ({
    method: 'POST',
    path,
    handle: (request, peer) =>
      observed(observe, { entrance, request, peer }, (see) => {
        const service = { engine, options, see };
        return identified(request, () => safely(() => respond(request, service), service));
      }),
  });
  return [
    post(EVALUATION, 'authzen/evaluation', evaluateOne),
    post(EVALUATIONS, 'authzen/evaluations', evaluateAll),
    ...(url === undefined ? [] : [configurationRoute(url)]),
  ];
}

/** Whether a text may stand for `url`. */
export function isServiceUrl(text: string): boolean {
  return /^https?:\/\/[^?#]*[^?#/]$/.test(text) && URL.canParse(text);
}

function configurationRoute(url: string): Route {
  if (!isServiceUrl(url)) {
    throw new TypeError('url must be an https: url without query and final slash, such as https://pdp.example');
  }
  const configuration = {
    policy_decision_point: url,
    access_evaluation_endpoint: `${url}${EVALUATION}`,
    access_evaluations_endpoint: `${url}${EVALUATIONS}`,
  };
  const headers = { 'Cache-Control': 'max-age=600' };
  return { method: 'GET', path: CONFIGURATION, handle: async () => Response.json(configuration, { headers }) };
}

interface Service {
  readonly engine: Engine;
  readonly options: AuthzenOptions;
  readonly see: (seen: Seen) => void;
}

type Responder = (request: Request, service: Service) => Promise<Response>;

const evaluateOne: Responder = async (request, service) => {
  const body = await readJsonBody(request);
  if ('fault' in body) return answerError(400, body.fault);
  return respondToOne(body.object, credentialsOf(request), service);
};

const evaluateAll: Responder = async (request, service) => {
  const body = await readJsonBody(request);
  if ('fault' in body) return answerError(400, body.fault);
  const asked = parseEvaluations(body.object);
  if ('misfit' in asked) return answerError(400, asked.misfit);
  const credentials = credentialsOf(request);
  if (asked.evaluations === undefined) return respondToOne(body.object, credentials, service);
  const evaluations: EvaluationAnswer[] = [];
  for (const question of asked.evaluations) {
    const judged = await judge(question, credentials, service);
    if ('response' in judged) return judged.response;
    evaluations.push(judged.answer);
    if (isFinal(asked.semantic, judged.answer.decision)) break;
  }
  return answered({ evaluations });
};

async function respondToOne(question: unknown, credentials: Credentials, service: Service): Promise<Response> {
  const judged = await judge(question, credentials, service);
  if ('response' in judged) return judged.response;
  const { error } = judged.answer.context;
  return error === undefined || judged.isDecided ? answered(judged.answer) : answerError(error.status, error.message);
}

type Judged = { readonly answer: EvaluationAnswer; readonly isDecided: boolean } | { readonly response: Response };

/** Decides on one question; `response` where the whole request is at fault. */
async function judge(question: unknown, credentials: Credentials, { engine, options, see }: Service): Promise<Judged> {
  const asked = parseEvaluation(question);
  if ('misfit' in asked) {
    see({ refused: 'request_malformed' });
    return { answer: answerMisfit(asked.misfit), isDecided: false };
  }
  const { action, resource, token } = asked;
  const isInContext = 'refused' in credentials && credentials.refused === 'token_missing' && token !== undefined;
  const request = { action, resource, ...(options.audience === undefined ? {} : { audience: options.audience }) };
  const decision = isInContext
    ? await engine.authorize(token, request)
    : 'refused' in credentials || token !== undefined
      ? engine.refuse('refused' in credentials ? credentials.refused : 'multiple_credentials')
      : await engine.authorize(credentials.token, request);
  const isAnother = decision.principal !== undefined && !isAbout(asked, decision.principal);
  see({ decision, request, ...(isAnother ? { refused: 'subject_not_principal' } : {}) });
  const [{ code }] = decision.reasons;
  if (code === 'resource_not_canonical')
    return { answer: answerMisfit('the resource is not a canonical path'), isDecided: false };
  if (!isInContext && [400, 401].includes(statusOf(code))) return { response: answerUnauthorized(decision) };
  if (isAnother) {
    return { answer: answerMisfit('the subject is not the principal of the token'), isDecided: true };
  }
  return { answer: answerDecision(decision), isDecided: true };
}

function credentialsOf(request: Request): Credentials {
  const authorization = request.headers.get('authorization');
  return readCredentials({ authorization: authorization === null ? [] : [authorization], url: request.url });
}

function answered(body: object): Response {
  return Response.json(body, { headers: { 'Cache-Control': 'no-store' } });
}

/** What is printable fits into a header of any server; nobody needs more of an id. */
const REQUEST_ID = /^[\x20-\x7e]{1,256}$/;

/** Repeats the request's id in the response, which is a must; one that cannot be repeated is refused. */
async function identified(request: Request, respond: () => Promise<Response>): Promise<Response> {
  const id = request.headers.get('x-request-id');
  if (id === null) return respond();
  if (!REQUEST_ID.test(id)) return answerError(400, 'X-Request-ID must be printable ASCII, at most 256 characters');
  const response = await respond();
  response.headers.set('X-Request-ID', id);
  return response;
}

async function safely(
  respond: () => Promise<Response>,
  { options: { logger }, see }: Pick<Service, 'options' | 'see'>,
): Promise<Response> {
  try {
    return await respond();
  } catch (error) {
    see({ error: error instanceof Error ? error : new Error(String(error)) });
    if (!(error instanceof CountersignError)) logger?.error({ error: String(error) }, 'an evaluation failed');
    return answerError(503, 'no decision can be made at present', { 'Retry-After': '5' });
  }
}
