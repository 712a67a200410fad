import type { Counterexample } from '../../../analysis/index.ts';
import type { Reason } from '../../../decision/reason.ts';
import { inWords } from '../../../policy/parse/source.ts';
import { quote, visible } from '../../../policy/quote.ts';
import { timestamp } from '../../../policy/time-in-words.ts';
import type { InvariantResult } from '../../../suite/run-invariant.ts';
import { formatJson } from '../json.ts';

/** Why an invariant did not pass, a line each; the first is the sentence. */
export function describeInvariant({ invariant, answer }: InvariantResult): readonly string[] {
  if (answer.outcome === 'undecided') {
    const rules = answer.rules.map(({ id, at }) => `by rule ${quote(id)} (${inWords(at)})`);
    return [
      'undecided: neither proven nor refuted, so that it must not be relied on',
      ...rules.map((rule) => `made hard ${rule}`),
    ];
  }
  if (answer.outcome === 'proven') return [];
  const { counterexample } = answer;
  return [
    `refuted: this must ${invariant.demand === 'never' ? 'never' : 'always'} be allowed, and is ${counterexample.decision.effect === 'allow' ? 'allowed' : 'denied'}`,
    `token    ${formatJson(claimsOf(counterexample), 0)}`,
    `request  ${visible(requestInWords(counterexample))}`,
    ...counterexample.decision.reasons.filter(isDeciding(counterexample)).map(reasonInWords),
  ];
}

/** The claims of a counterexample as `countersign explain --claims` reads them. */
export function claimsOf({ witness: { token } }: Counterexample): Readonly<Record<string, unknown>> {
  return { iss: token.issuer, ...token.claims };
}

function requestInWords({ witness: { request } }: Counterexample): string {
  const { action, resource, now } = request;
  const what = action === undefined ? 'plain access' : [action, resource].filter((one) => one !== undefined).join(' ');
  return `${what}, at ${timestamp(now)}`;
}

/** Audit rules decide nothing. */
function isDeciding({ decision }: Counterexample): (reason: Reason) => boolean {
  return ({ code }) => code === decision.reasons[0].code;
}

function reasonInWords({ code, message, rule, at }: Reason): string {
  const place = at === undefined ? '' : ` (${inWords(at)})`;
  if (code === 'rule_matched') return `allowed  by rule ${quote(rule)}${place}`;
  return `denied   ${code === 'denied_by_rule' ? `by rule ${quote(rule)}` : visible(message)}${place}`;
}
