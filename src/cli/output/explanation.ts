import type { Decision } from '../../decision/decision.ts';
import type { Explanation, Step } from '../../decision/explain/explanation.ts';
import type { Hint } from '../../decision/explain/hints/hint.ts';
import { inline, visible } from '../../policy/quote.ts';
import { timestamp } from '../../policy/time-in-words.ts';
import { grantInWords, headline, inWords } from './decision.ts';
import { type ExplainedIn, ruleLines } from './explained-rule.ts';
import type { Paint } from './paint.ts';

/** What is said of a token; without a decision where the issuer's keys cannot be had. */
export type ShownExplanation = Omit<Explanation, 'decision'> & { readonly decision?: Decision };

export interface ExplanationFormat {
  readonly paint: Paint;
  /** Seconds since the epoch. */
  readonly now: number;
  /** How many rules are shown, from the nearest on; the rest is counted. Default: 3. */
  readonly rules?: number | 'all';
}

/**
 * An explanation as people read it: the verdict, the token's journey, then the nearest rules. Every line that rests on a
 * token whose signature does not hold, or was not checked, ends with `(unverified)`.
 */
export function formatExplanation(explanation: ShownExplanation, { paint, now, rules = 3 }: ExplanationFormat): string {
  const { decision, verified, steps } = explanation;
  const shown = rules === 'all' ? explanation.rules : explanation.rules.slice(0, rules);
  const left = explanation.rules.length - shown.length;
  const given: ExplainedIn = { paint, width: widthOf(steps, shown) };
  const mark = (line: string): string => (verified ? line : `${line}  ${paint('warning', '(unverified)')}`);
  return [
    ...verdict(explanation, { paint, now }).map(mark),
    ...section(`the token's journey`, paint),
    ...steps.flatMap((step) => stepLines(step, given).map(rests(step) ? mark : (line) => line)),
    ...(shown.length === 0 ? [] : section(decision?.effect === 'allow' ? 'rules' : 'rules, the nearest first', paint)),
    ...shown.flatMap((rule, i) => [...(i === 0 ? [] : ['']), ...ruleLines(rule, given).map(mark)]),
    ...(left > 0 && shown.length > 0 ? ['', paint('faint', `  and ${counted(left)}, not shown`)] : []),
  ].join('\n');
}

function verdict({ decision, steps }: ShownExplanation, { paint, now }: ExplanationFormat): readonly string[] {
  if (decision === undefined) {
    const error = steps.find((step) => step.error !== undefined)?.error;
    return [
      `${paint('warning', 'NO DECISION')}  ${paint('strong', visible(error?.code ?? ''))}`,
      ...(error === undefined ? [] : [`  ${visible(error.message)}`]),
    ];
  }
  const [first] = decision.reasons;
  const others = decision.reasons.filter(({ code }) => code === first.code).length - 1;
  const more = others > 0 ? paint('faint', `, and ${String(others)} more of the kind`) : '';
  const who = decision.principal === undefined ? [] : [`  ${paint('faint', `asked for ${visible(decision.principal.path)}, at ${timestamp(now)}`)}`]; // prettier-ignore
  const grants = decision.grants.map((grant) => `  grants ${visible(grantInWords(grant, 'allow'))}`);
  return [headline(decision, paint), `  ${visible(inWords(first))}${more}`, ...grants, ...who];
}

/** A step that was not reached, or judges the request alone, says nothing of the token. */
function rests({ name, status }: Step): boolean {
  return status !== 'not-reached' && name !== 'request';
}

function stepLines({ name, status, reason, error, actual, hints }: Step, given: ExplainedIn): readonly string[] {
  const { paint } = given;
  if (status === 'not-reached') return [`  ${paint('faint', `– ${name}`)}`];
  const label = name.padEnd(given.width);
  if (status === 'passed') return [`  ${paint('good', '✓')} ${`${label}  ${paint('faint', shownOf(name, actual))}`.trimEnd()}`]; // prettier-ignore
  const code = reason?.code ?? error?.code ?? '';
  const sentence = reason === undefined ? (error?.message ?? '') : inWords(reason);
  return [
    `  ${paint('bad', '✗')} ${label}  ${paint('strong', code)}  ${visible(sentence)}`,
    ...helpLines(hints, given),
  ];
}

function helpLines(hints: readonly Hint[], { paint, width }: ExplainedIn): readonly string[] {
  return hints.map(({ message }) => `    ${' '.repeat(width)}  ${paint('note', 'help:')} ${visible(message)}`);
}

function shownOf(name: Step['name'], actual: unknown): string {
  if (actual === undefined) return '';
  if (name === 'times' && typeof actual === 'number') return `until ${timestamp(actual)}`;
  return Array.isArray(actual) ? actual.map(inline).join(', ') : inline(actual);
}

function section(title: string, paint: Paint): readonly string[] {
  return ['', paint('strong', title)];
}

function widthOf(steps: readonly Step[], rules: Explanation['rules']): number {
  const paths = rules
    .flatMap(({ conditions, grants }) => [...conditions, ...(grants === undefined ? [] : [grants])])
    .map(({ path }) => path);
  return Math.min(32, Math.max(...[...steps.map(({ name }) => name), ...paths].map(({ length }) => length)));
}

function counted(rules: number): string {
  return rules === 1 ? 'one more rule' : `${String(rules)} more rules`;
}
