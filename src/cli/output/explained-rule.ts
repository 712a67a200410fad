import type { ConditionExplanation, RuleExplanation } from '../../decision/explain/explanation.ts';
import { inline, visible } from '../../policy/quote.ts';
import { timestamp } from '../../policy/time-in-words.ts';
import { grantInWords } from './decision.ts';
import type { Paint } from './paint.ts';

/** How an explanation is laid out: names of steps and conditions take `width` characters. */
export interface ExplainedIn {
  readonly paint: Paint;
  readonly width: number;
}

/** A rule and where it stands, then each of its conditions: what it has, or what it expects and what there is. */
export function ruleLines(explained: RuleExplanation, given: ExplainedIn): readonly string[] {
  const { rule, effect, mode, at, conditions, grants, hints } = explained;
  const { paint } = given;
  const is = mode === 'audit' ? `${effect}, in audit mode` : effect;
  const place = paint('faint', `${visible(at.file)}:${String(at.line)}`);
  return [
    `  ${paint('strong', visible(rule))}  ${is}  ${place}  ${paint('faint', standing(explained))}`,
    ...hints.map(({ message }) => `    ${paint('note', 'help:')} ${visible(message)}`),
    ...[...conditions, ...(grants === undefined ? [] : [grants])].flatMap((one) => conditionLines(one, explained, given)),
  ]; // prettier-ignore
}

function standing({ effect, decides, applies, conditions, grants }: RuleExplanation): string {
  if (decides) return 'decides';
  const failing = conditions.filter(({ status }) => status !== 'holds').length;
  if (failing > 0) return `${String(failing)} of ${counted(conditions.length)} ${failing === 1 ? 'does' : 'do'} not hold`;
  if (!applies) return 'its conditions hold; the token did not get here';
  if (grants === undefined || grants.status === 'holds') return 'applies';
  return effect === 'allow' ? 'applies, and grants something else' : 'applies, and takes something else away';
} // prettier-ignore

function conditionLines(
  condition: ConditionExplanation,
  { effect }: RuleExplanation,
  { paint, width }: ExplainedIn,
): readonly string[] {
  const { path, status, actual, hints } = condition;
  const label = visible(path).padEnd(width);
  const below = ' '.repeat(6 + width);
  if (status === 'holds') return [`    ${paint('good', '✓')} ${label}  ${paint('faint', valueOf(path, actual))}`];
  if (status === 'unknown') return [`    ${paint('faint', `– ${label}  the token did not get as far as telling`)}`];
  const expected = path === 'grants' && effect === 'deny' ? 'takes' : 'expected';
  return [
    `    ${paint('bad', '✗')} ${label}  ${paint('note', expected.padEnd(8))}  ${expectedOf(condition)}`,
    `${below}  ${paint('note', 'actual'.padEnd(8))}  ${valueOf(path, actual)}`,
    ...hints.map(({ message }) => `${below}  ${paint('note', 'help:')} ${visible(message)}`),
  ];
}

function expectedOf({ path, expected }: ConditionExplanation): string {
  if (path === 'grants') {
    const grants = expected as readonly { readonly actions: readonly string[]; readonly resources?: readonly string[] }[];
    return grants.length === 0 ? 'no grants' : visible(grants.map((one) => grantInWords(one, 'allow')).join('; '));
  }
  if (path === 'valid') {
    const { from, until } = expected as { readonly from?: number; readonly until?: number };
    return [...(from === undefined ? [] : [`from ${timestamp(from)}`]), ...(until === undefined ? [] : [`until ${timestamp(until)}`])].join(' ');
  }
  return valueOf(path, expected);
} // prettier-ignore

/** Claims as JSON, so that their type can be seen; what is always a text as it is. */
function valueOf(path: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (path === 'valid' && typeof value === 'number') return timestamp(value);
  if (path === 'grants') {
    const { action, resource } = value as { readonly action: string; readonly resource?: string };
    return visible(resource === undefined ? `${action} without a resource` : `${action} on ${resource}`);
  }
  return path.startsWith('claims.') && typeof value === 'string' ? `"${inline(value)}"` : inline(value);
}

function counted(conditions: number): string {
  return conditions === 1 ? '1 condition' : `${String(conditions)} conditions`;
}
