import type { Decision, Grant, Outcome } from '../../decision/decision.ts';
import type { Reason } from '../../decision/reason.ts';
import { visible } from '../../policy/quote.ts';
import type { Paint } from './paint.ts';
import { distanceInWords, timestamp } from '../../policy/time-in-words.ts';

/** A decision as people read it: what was decided and by what, then everything else it says. `now` in seconds. */
export function formatDecision(decision: Decision, { paint, now }: { paint: Paint; now: number }): string {
  const { effect, principal, reasons, grants, denied, enforced, expiresAt } = decision;
  const giving = (grant: Grant, by: Decision['effect']): string =>
    `${visible(grantInWords(grant, by))}  ${paint('faint', visible(grant.rule))}`;
  const because = (reason: Reason): string =>
    `${paint('strong', reason.code)}  ${visible(inWords(reason))}${paint('faint', visible(atOf(reason)))}`;
  const otherwise = ({ effect: would, grants: given, denied: taken }: Outcome): readonly string[] => [
    `${would}, if rules in audit mode were enforced`,
    ...given.map((grant) => `  grants ${giving(grant, would)}`),
    ...taken.map((grant) => `  denied ${giving(grant, 'deny')}`),
  ];
  const rows: [name: string, values: readonly string[]][] = [
    ['principal', principal ? [`${visible(principal.path)} ${paint('faint', `(${visible(principal.kind)})`)}`] : []],
    ['reasons', reasons.map(because)],
    ['grants', grants.map((grant) => giving(grant, 'allow'))],
    ['denied', denied.map((grant) => giving(grant, 'deny'))],
    ['enforced', enforced ? otherwise(enforced) : []],
    ['until', effect === 'allow' ? [until(expiresAt, now, paint)] : []],
    ['policy', [paint('faint', decision.policy.digest)]],
  ];
  const body = rows.flatMap(([name, values]) =>
    values.map((value, index) => `  ${paint('note', (index === 0 ? name : '').padEnd(9))}  ${value}`),
  );
  return [headline(decision, paint), '', ...body].join('\n');
}

/** `ALLOW  payments-environments-read (policies/payments.yaml:6)`, or what a deny is for. */
export function headline({ effect, reasons }: Decision, paint: Paint): string {
  const [first] = reasons;
  const rule = first.rule === undefined ? '' : `${first.rule}${atOf(first)}`;
  if (effect === 'allow') {
    const others = reasons.filter(({ code }) => code === 'rule_matched').length - 1;
    const more = others > 0 ? ` and ${String(others)} more` : '';
    return `${paint('good', 'ALLOW')}  ${paint('strong', visible(rule))}${more}`;
  }
  const by = first.code === 'denied_by_rule' ? ` ${rule}` : '';
  return `${paint('bad', 'DENY')}  ${paint('strong', visible(`${first.code}${by}`))}`;
}

function until(time: number, now: number, paint: Paint): string {
  return `${timestamp(time)} ${paint('faint', `(${distanceInWords(time, now)})`)}`;
}

function atOf({ at }: Reason): string {
  return at === undefined ? '' : ` (${at.file}:${String(at.line)})`;
}

/** The sentence of a reason; where it speaks of times as numbers, with the distance in words. */
export function inWords({ code, message, expected: now, actual: time }: Reason): string {
  if (typeof now !== 'number' || typeof time !== 'number') return message;
  switch (code) {
    case 'token_expired':
      return `${message} (expired ${distanceInWords(time, now)})`;
    case 'token_not_yet_valid':
    case 'token_issued_in_future':
      return `${message} (${distanceInWords(time, now)})`;
    default:
      return message;
  }
}

/** `read, list on secret/payments/**`. */
export function grantInWords(
  { actions, resources }: Pick<Grant, 'actions' | 'resources'>,
  effect: Decision['effect'],
): string {
  const asked = actions.map((action) => (action === '*' ? 'any action' : action));
  if (resources !== undefined) return `${asked.join(', ')} on ${resources.join(', ')}`;
  return `${asked.join(', ')}${effect === 'deny' ? ' on everything' : ', where no resource is named'}`;
}
