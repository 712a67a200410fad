import type { Reached, Standing, Whom } from '../../../analysis/index.ts';
import { timestamp } from '../../../policy/time-in-words.ts';
import { grantInWords } from '../decision.ts';
import type { TrustRule } from '../../../policy/policy.ts';
import { codeSpan } from '../markdown.ts';
import type { ReachReport } from './reach-report.ts';
import { isGiven, isTaken, withStanding } from './standing.ts';
import {
  conditionsInWords,
  placeInWords,
  givenInWords,
  principalsInWords,
  requestInWords,
  ttlInWords,
  validInWords,
} from './words.ts';

/** Tables for a pull request or a wiki. */
export function formatMarkdown({ asked, question, answer }: ReachReport): string {
  const { rules, audit, otherTimes } = answer;
  const isOfMany = question['command'] === 'can';
  const one = isOfMany ? undefined : requestInWords(question);
  const nobody = isOfMany ? 'nothing' : 'nobody';
  const given = withStanding(rules, isGiven);
  return [
    `### ${codeSpan(asked)}`,
    '',
    `At ${timestamp(Number(question['at']))}:${given.length === 0 ? ` **${nobody}**.` : ''}`,
    '',
    ...table('', given, one),
    ...table('Taken away by denies', withStanding(rules, isTaken), one),
    ...table('In audit mode, would allow', withStanding(audit.rules, isGiven), one),
    ...list('In audit mode, would deny', audit.denies.map(denyInWords)),
    ...list(
      'At another time',
      otherTimes.map((rule) => `${ruleInWords(rule)} ${validInWords(rule) ?? ''}`),
    ),
  ].join('\n');
}

/** `asked` is what all of them give, where that was the question. */
function table(title: string, rules: readonly Reached[], asked: string | undefined): readonly string[] {
  if (rules.length === 0) return [];
  const rows = rules.flatMap((reached) =>
    reached.gives.map(({ grant, standing }) => {
      const what = codeSpan(asked ?? givenInWords(grant));
      const cells = [whoInWords(reached), what, standingInWords(standing), ruleInWords(reached.rule)];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  return [...heading(title), '| who | what | except | rule |', '|---|---|---|---|', ...rows, ''];
}

function list(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...heading(title), ...lines.map((line) => `- ${line}`), ''];
}

function heading(title: string): readonly string[] {
  return title === '' ? [] : [`**${title}**`, ''];
}

function whoInWords(whom: Whom): string {
  const [valid, ttl] = [validInWords(whom.rule), ttlInWords(whom.rule)];
  const conditions = [
    `audience ${whom.audiences.join(', ')}`,
    ...conditionsInWords(whom),
    ...(valid === undefined ? [] : [valid]),
    ...(ttl === undefined ? [] : [`ttl ${ttl}`]),
  ];
  return [codeSpan(principalsInWords(whom)), ...conditions.map(codeSpan)].join('<br>');
}

function standingInWords(standing: Standing): string {
  if ('takenBy' in standing) return `taken by ${standing.takenBy.map(ruleInWords).join(', ')}`;
  return [...(standing.witness === undefined ? ['*possibly*'] : []), ...standing.except.map(denyInWords)].join('<br>');
}

function denyInWords(deny: Whom): string {
  const what = deny.grant === undefined ? [] : [codeSpan(grantInWords(deny.grant, 'deny'))];
  return [
    ...what,
    codeSpan(principalsInWords(deny)),
    ...conditionsInWords(deny).map(codeSpan),
    ruleInWords(deny.rule),
  ].join(' ');
}

function ruleInWords({ id, at }: TrustRule): string {
  return `${codeSpan(id)} (${codeSpan(placeInWords(at))})`;
}
