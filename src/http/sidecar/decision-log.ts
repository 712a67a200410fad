import { CountersignError } from '../../decision/reason.ts';
import { optionalPackage } from '../../packages/optional-package.ts';
import type { Observation, Observe } from '../observe.ts';
import { parseTraceparent } from '../trace-context.ts';
import { bounded } from './bounded.ts';

/** The levels of what is logged, the least first. */
export const LOG_LEVELS = ['info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface DecisionLogOptions {
  /** Lines below it are left out: a decision is `info`, a request on which none was possible `error`. */
  readonly level: LogLevel;
  /** `denied`: whatever was not let through. */
  readonly decisions: 'all' | 'denied' | 'none';
  /** Fields whose value is not told, by their path, such as `principal.path`. */
  readonly redact: readonly string[];
}

/**
 * Writes one line of JSON a request to the standard output, each with one call and within 4096 bytes of ASCII, so that lines
 * of several processes never mix in a pipe (POSIX, PIPE_BUF). A line holds neither a token, nor a query, nor a header; `clean`
 * has the last word on it.
 *
 * @throws {CountersignError} `ERR_PACKAGE_MISSING` without `pino`
 */
export async function createDecisionLog(
  { level, decisions, redact }: DecisionLogOptions,
  clean: (line: string) => string,
): Promise<Observe> {
  if (decisions === 'none') return () => undefined;
  const needed = 'the decision log (unless the configuration says `log: { decisions: none }`) needs';
  const { pino, destination, stdTimeFunctions } = await optionalPackage('pino', () => import('pino'), needed);
  const stdout = destination({ fd: 1, sync: true });
  const log = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...redact], censor: '[redacted]' },
    },
    { write: (line) => void stdout.write(clean(ascii(line))) },
  );
  return (observation) => {
    const outcome = outcomeOf(observation);
    if (decisions === 'denied' && outcome.effect === 'allow') return;
    log[outcome.effect === 'none' ? 'error' : 'info'](recordOf(observation, outcome));
  };
}

/** Only strings of a line hold anything else, which JSON may escape (RFC 8259, section 7). */
function ascii(line: string): string {
  return line.replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

interface Outcome {
  readonly effect: 'allow' | 'deny' | 'none';
  readonly reason: string;
}

/** `none` where no decision was possible; what passes unasked has the reason `public`. */
function outcomeOf({ decision, refused, error }: Observation): Outcome {
  if (error !== undefined)
    return { effect: 'none', reason: error instanceof CountersignError ? error.code : 'internal' };
  // A token may be allowed what a caller was refused for another reason.
  if (refused !== undefined) return { effect: 'deny', reason: refused };
  return decision === undefined
    ? { effect: 'allow', reason: 'public' }
    : { effect: decision.effect, reason: decision.reasons[0].code };
}

/** JSON leaves out what is undefined. */
function recordOf(observation: Observation, outcome: Outcome): object {
  const { id, entrance, status, duration, decision, request } = observation;
  const { traceparent, ...asked } = request;
  const trace = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  const { token, principal, issuer, reasons } = decision ?? {};
  return {
    decision: id,
    token,
    ...outcome,
    rule: bounded(reasons?.[0].rule, 256),
    issuer: bounded(issuer, 256),
    principal: principal && { kind: bounded(principal.kind, 64), path: bounded(principal.path, 512) },
    request: {
      method: bounded(asked.method, 32),
      host: bounded(asked.host, 256),
      path: bounded(asked.path, 512),
      route: bounded(asked.route, 256),
      action: bounded(asked.action, 128),
      resource: bounded(asked.resource, 512),
      audience: bounded(asked.audience, 256),
      peer: bounded(asked.peer, 64),
    },
    entrance,
    status,
    duration: Math.round(duration * 1000) / 1000,
    trace_id: trace?.traceId,
    span_id: trace?.parentId,
    trace_flags: trace?.flags,
  };
}
