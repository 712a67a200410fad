import type { Decision } from '../decision/decision.ts';
import { CountersignError } from '../decision/reason.ts';
import type { AuthorizeRequest, Engine } from '../engine/engine.ts';
import type { Principal } from '../policy/subject/principal.ts';
import { knownOptions, mustBe } from '../token/known-options.ts';
import { type Answer, type AnswerOptions, answerDenied, answerUnavailable, checkAnswerOptions } from './answer.ts';
import { type IncomingCredentials, readCredentials } from './credentials.ts';

/** A value, or what gives it for a request. */
export type FromRequest<Request> = string | ((request: Request) => string);

/** What a guard asks of each request, and how it answers. `Request` is the framework's own. */
export interface TrustOptions<Request> extends AnswerOptions {
  /** One of the engine's audiences; any of them where left out. */
  readonly audience?: FromRequest<Request>;
  readonly action?: FromRequest<Request>;
  /** A canonical path such as `secret/payments/db`; anything else is refused with 400. Needs an action. */
  readonly resource?: FromRequest<Request>;
  /** Lets requests without credentials pass, with no decision. Credentials that are presented must hold all the same. */
  readonly optional?: boolean;
  /**
   * Requests that pass unasked, where it gives `true` and nothing else. A preflight (`OPTIONS`, Fetch standard, section
   * 4.8) never carries credentials and is refused unless this lets it pass, or what answers it stands in front.
   */
  readonly skip?: (request: Request) => boolean;
  /** Is told every decision, and waited for, before the caller is answered. */
  readonly onDecision?: (decision: Decision, request: Request) => unknown;
}

/** Who was let in, and by what. */
export interface Trust {
  readonly decision: Decision;
  readonly principal: Principal;
}

/** Whether a request may go on. `trust` is there unless the request was skipped, or came without optional credentials. */
export type Outcome =
  | { readonly passes: true; readonly trust?: Trust }
  | { readonly passes: false; readonly answer: Answer; readonly decision?: Decision };

/** Decides on one request. Rejects with an `Error`, whatever the caller's own functions threw. */
export type Guard<Request> = (credentials: IncomingCredentials, request: Request) => Promise<Outcome>;

const NAMES = [
  'audience',
  'action',
  'resource',
  'realm',
  'exposeReasons',
  'resourceMetadata',
  'optional',
  'skip',
  'onDecision',
] as const;

/**
 * Makes what stands in front of a route in every framework. Whatever goes wrong, the request does not pass: it is answered,
 * or the guard rejects with what the caller's own functions threw.
 *
 * @throws {TypeError} of an engine that is none, and of an option that is unknown or of the wrong type
 */
export function createGuard<Request>(engine: Engine, options: TrustOptions<Request> = {}): Guard<Request> {
  checkEngine(engine);
  checkOptions(options);
  return async (incoming, request) => {
    try {
      if (options.skip?.(request) === true) return { passes: true };
      const credentials = readCredentials(incoming);
      const isAnonymous = 'refused' in credentials && credentials.refused === 'token_missing';
      if (isAnonymous && options.optional === true) return { passes: true };
      const decision =
        'refused' in credentials
          ? engine.refuse(credentials.refused)
          : await engine.authorize(credentials.token, asked(options, request));
      if (options.onDecision !== undefined) await options.onDecision(decision, request);
      return outcomeOf(decision, options);
    } catch (error) {
      if (error instanceof CountersignError) return { passes: false, answer: answerUnavailable() };
      throw errorFrom(error);
    }
  };
}

function outcomeOf(decision: Decision, options: AnswerOptions): Outcome {
  const { effect, principal } = decision;
  if (effect === 'allow' && principal !== undefined) return { passes: true, trust: { decision, principal } };
  return { passes: false, answer: answerDenied(decision, options), decision };
}

/** Frameworks take some values that are no errors for leave to go on: Express `undefined` and `'route'`. */
function errorFrom(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error('a function given to `trust` threw what is not an Error', { cause: thrown });
}

function asked<Request>(options: TrustOptions<Request>, request: Request): AuthorizeRequest {
  const asks: { -readonly [Name in keyof AuthorizeRequest]: AuthorizeRequest[Name] } = {};
  for (const name of ['audience', 'action', 'resource'] as const) {
    const of = options[name];
    if (of !== undefined) asks[name] = typeof of === 'function' ? given(name, of(request)) : of;
  }
  return asks;
}

/** A request that asks for less than was meant may be granted more: what a function forgot is not left out. */
function given(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`${name} must give a string for every request`);
  return value;
}

function checkEngine(engine: unknown): void {
  const holds = typeof engine === 'object' && engine !== null && 'authorize' in engine && 'refuse' in engine;
  mustBe(holds, 'engine', 'what createEngine gives');
}

function checkOptions<Request>(options: TrustOptions<Request>): void {
  knownOptions('trust', options, NAMES);
  const given = options as Readonly<Record<(typeof NAMES)[number], unknown>>;
  const may = (holds: (value: unknown) => boolean, what: string, ...names: (typeof NAMES)[number][]): void => {
    for (const name of names) mustBe(given[name] === undefined || holds(given[name]), name, what);
  };
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
  const isFunction = (value: unknown): boolean => typeof value === 'function';
  may(
    (value) => isText(value) || isFunction(value),
    'a string, or a function of the request',
    'audience',
    'action',
    'resource',
  );
  may(isText, 'a string', 'realm', 'resourceMetadata');
  may((value) => typeof value === 'boolean', 'true or false', 'exposeReasons', 'optional');
  may(isFunction, 'a function', 'skip', 'onDecision');
  checkAnswerOptions(options);
}
