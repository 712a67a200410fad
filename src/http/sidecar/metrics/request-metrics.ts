import type { Registry } from 'prom-client';
import { CountersignError } from '../../../decision/reason.ts';
import type { Observation, Observe } from '../../observe.ts';
import type { Prometheus } from './prometheus.ts';

/** Stands in a label where there is nothing to say. */
const NONE = 'none';

/** Seconds: a cached token takes tens of microseconds, a verified one hundreds, one whose keys are fetched up to five seconds. */
const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What requests came to. `issuerName` gives the policy's name of an issuer's url. */
export function requestMetrics(
  { Counter, Histogram }: Prometheus,
  registry: Registry,
  issuerName: (url: string | undefined) => string | undefined,
): Observe {
  const registers = [registry];
  const decisions = new Counter({
    ...{ registers, name: 'countersign_decisions_total' },
    help: 'Decisions by effect, by the code of the leading reason, and by the issuer and the rule as the policy names them.',
    labelNames: ['effect', 'reason', 'issuer', 'rule'],
  });
  const failures = new Counter({
    ...{ registers, name: 'countersign_decision_failures_total' },
    help: 'Requests on which no decision was possible, by the code of the error.',
    labelNames: ['code'],
  });
  const seconds = new Histogram({
    ...{ registers, name: 'countersign_decision_seconds' },
    help: 'Seconds from the headers of a request to the decision on its token, keys that had to be fetched included.',
    labelNames: ['entrance'],
    buckets: BUCKETS,
  });
  const responses = new Counter({
    ...{ registers, name: 'countersign_responses_total' },
    help: 'Answers by entrance and HTTP status.',
    labelNames: ['entrance', 'status'],
  });
  return (observation) => {
    const { entrance, status, decision, refused, error, duration } = observation;
    responses.inc({ entrance, status: String(status) });
    if (decision !== undefined || error !== undefined) seconds.observe({ entrance }, duration / 1000);
    if (error !== undefined) failures.inc({ code: error instanceof CountersignError ? error.code : 'internal' });
    else if (decision !== undefined || refused !== undefined) decisions.inc(labelsOf(observation, issuerName));
  };
}

/** A reason's rule comes from the policy, and so does the name that an issuer's url is given. */
function labelsOf(
  { decision, refused }: Observation,
  issuerName: (url: string | undefined) => string | undefined,
): Record<'effect' | 'reason' | 'issuer' | 'rule', string> {
  if (decision === undefined || refused !== undefined)
    return { effect: 'deny', reason: refused ?? NONE, issuer: issuerName(decision?.issuer) ?? NONE, rule: NONE };
  const { effect, reasons, issuer } = decision;
  const [{ code, rule = NONE }] = reasons;
  return { effect, reason: code, issuer: issuerName(issuer) ?? NONE, rule };
}
