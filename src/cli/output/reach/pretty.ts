import type { Reached, Standing, Whom } from '../../../analysis/index.ts';
import type { TrustRule } from '../../../policy/policy.ts';
import { visible } from '../../../policy/quote.ts';
import { timestamp } from '../../../policy/time-in-words.ts';
import { grantInWords } from '../decision.ts';
import { type Paint, paintWith } from '../paint.ts';
import type { FormatOptions } from '../write-targets.ts';
import type { ReachReport } from './reach-report.ts';
import { isGiven, isTaken, withStanding } from './standing.ts';
import {
  conditionsInWords,
  givenInWords,
  placeInWords,
  principalsInWords,
  requestInWords,
  ttlInWords,
  validInWords,
} from './words.ts';
import { witnessClaims } from './witness-claims.ts';

/** Those who are allowed, a block each; then what denies take away, what audit mode would change, and other times. */
export function formatPretty({ asked, question, answer }: ReachReport, { color }: FormatOptions): string {
  const paint = paintWith(color);
  const style = { paint, isOfMany: question['command'] === 'can' };
  const section = (title: string, blocks: readonly (readonly string[])[]): readonly string[] =>
    blocks.length === 0 ? [] : ['', paint('strong', title), ...blocks.flat()];
  const given = withStanding(answer.rules, isGiven);
  const taken = withStanding(answer.rules, isTaken);
  const { audit, otherTimes } = answer;
  const head = `${paint('strong', visible(asked))}  ${paint('faint', `at ${timestamp(Number(question['at']))}`)}`;
  return [
    head,
    ...(given.length === 0
      ? ['', paint('warning', style.isOfMany ? 'nothing' : 'nobody')]
      : given.flatMap((one) => ['', ...block(one, style)])),
    ...section(
      'taken away by denies',
      taken.map((one) => block(one, style)),
    ),
    ...section(
      'in audit mode, would allow',
      withStanding(audit.rules, isGiven).map((one) => block(one, style)),
    ),
    ...section(
      'in audit mode, would deny',
      audit.denies.map((deny) => [`  ${denyLine(deny, paint)}`]),
    ),
    ...section(
      'at another time',
      otherTimes.map((rule) => [`  ${ruleLine(rule, paint)}  ${validInWords(rule) ?? ''}`]),
    ),
    '',
  ].join('\n');
}

function block(reached: Reached, { paint, isOfMany }: Style): readonly string[] {
  const { rule, issuer, audiences } = reached;
  const row: Row = (name, value) => (value === undefined ? [] : [`    ${paint('note', name.padEnd(8))}  ${value}`]);
  const shown = new Set<string>();
  return [
    `  ${paint('good', principalsInWords(reached))}`,
    ...row('rule', ruleLine(rule, paint)),
    ...row('issuer', `${visible(issuer.name)}  ${paint('faint', visible(issuer.url))}`),
    ...row('audience', visible(audiences.join(', '))),
    ...conditionsInWords(reached).flatMap((text, i) => row(i === 0 ? 'where' : '', text)),
    ...row('valid', validInWords(rule)),
    ...row('ttl', ttlInWords(rule)),
    ...reached.gives.flatMap(({ grant, standing }) => [
      ...(isOfMany ? row('gives', paint('strong', givenInWords(grant))) : []),
      ...standingRows(standing, row, { paint, isOfMany, shown }),
    ]),
  ];
}

interface Style {
  readonly paint: Paint;
  /** Whether a rule is shown with all it gives, and not with one request. */
  readonly isOfMany: boolean;
}

type Row = (name: string, value: string | undefined) => readonly string[];

/** `shown` are the tokens that were shown above. */
function standingRows(
  given: Standing,
  row: Row,
  { paint, isOfMany, shown }: Style & { readonly shown: Set<string> },
): readonly string[] {
  if ('takenBy' in given) return given.takenBy.flatMap((rule) => row('taken by', ruleLine(rule, paint)));
  const { witness, except } = given;
  const exceptions = except.flatMap((deny, i) => row(i === 0 ? 'except' : '', denyLine(deny, paint)));
  if (witness === undefined)
    return [...exceptions, ...row('possibly', 'it could not be shown that some token can be so')];
  const token = visible(JSON.stringify(witnessClaims(witness)));
  const request = isOfMany ? `${requestInWords(witness.request)} ` : '';
  const example = shown.has(token) ? 'with the token above' : token;
  shown.add(token);
  return [...exceptions, ...row('example', `${request}${paint('faint', example)}`)];
}

function denyLine(deny: Whom, paint: Paint): string {
  const { rule, grant } = deny;
  const where = conditionsInWords(deny);
  const what = grant === undefined ? '' : `${visible(grantInWords(grant, 'deny'))}, for `;
  return `${paint('bad', `${what}${principalsInWords(deny)}`)}${where.length === 0 ? '' : ` where ${where.join(' and ')}`}  ${ruleLine(rule, paint)}`;
}

function ruleLine({ id, at }: TrustRule, paint: Paint): string {
  return `${visible(id)}  ${paint('faint', placeInWords(at))}`;
}
