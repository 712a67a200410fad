import type { Demand, Given, Reached, ReachAnswer, Whom } from '../../../analysis/index.ts';
import { variableName } from '../../../policy/glob/template.ts';
import type { TrustRule } from '../../../policy/policy.ts';
import { formatJson } from '../json.ts';
import type { ReachReport } from './reach-report.ts';
import { witnessClaims } from './witness-claims.ts';

/** JSON under `schemas/reach-output.schema.json`. */
export function formatReachJson({ question, answer }: ReachReport): string {
  return `${formatJson({ version: 1, question, ...answerAsJson(answer) })}\n`;
}

function answerAsJson({ rules, audit, otherTimes }: ReachAnswer): object {
  return {
    rules: rules.map(reachedAsJson),
    audit: { rules: audit.rules.map(reachedAsJson), denies: audit.denies.map(whomAsJson) },
    otherTimes: otherTimes.map((rule) => ({ ...ruleAsJson(rule), valid: rule.valid })),
  };
}

function reachedAsJson(reached: Reached): object {
  return { ...whomAsJson(reached), gives: reached.gives.map(givenAsJson) };
}

function whomAsJson({ rule, issuer, audiences, kinds, subjects, demands, grant }: Whom): object {
  const { claims } = rule.when;
  const { valid, ttl } = rule;
  return {
    ...ruleAsJson(rule),
    issuer: issuer.name,
    audiences,
    kinds,
    subjects,
    claims: claims.map(({ key, matcher }) => ({ key, matcher })),
    where: demands.map(demandAsJson),
    grant,
    valid,
    ttl,
  };
}

function ruleAsJson({ id, at }: TrustRule): object {
  return { rule: id, at };
}

function demandAsJson({ variable, is }: Demand): object {
  return {
    variable: variableName(variable),
    ...(typeof is === 'object' ? { is: is.value } : { fillable: is === 'fillable' }),
  };
}

function givenAsJson({ grant, standing }: Given): object {
  if ('takenBy' in standing) return { grant, certainty: 'taken away', takenBy: standing.takenBy.map(ruleAsJson) };
  const { witness, except } = standing;
  return {
    grant,
    certainty: witness === undefined ? 'possibly' : 'sure',
    except: except.map(whomAsJson),
    ...(witness && { witness: { claims: witnessClaims(witness), request: witness.request } }),
  };
}
