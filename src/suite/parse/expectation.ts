import { type ReasonCode, reasonCodes } from '../../decision/reason.ts';
import { isString, type Node, stringsAt, valueAt } from '../../policy/document/node.ts';
import { parseDuration } from '../../policy/parse/time.ts';
import type { Source } from '../../policy/parse/source.ts';
import type { Policy } from '../../policy/policy.ts';
import { quote } from '../../policy/quote.ts';
import { suggest } from '../../policy/suggest.ts';
import type { Expectation } from '../suite.ts';

/** Parses what must be decided; rules must be some of the policy, and of the effect that is expected. */
export function parseExpectation(node: Node | undefined, source: Source, policy: Policy): Expectation {
  const effect = node?.kind === 'map' ? valueAt(node, 'effect') : node;
  const isAllow = isString(effect) && effect.value === 'allow';
  const rules = valueAt(node, 'rules');
  const reasons = valueAt(node, 'reasons');
  const ttl = valueAt(node, 'ttl');
  const seconds = isString(ttl) ? parseDuration(ttl.value) : undefined;
  checkRules(rules, isAllow, source, policy);
  for (const code of stringsAt(reasons)) {
    if ((reasonCodes as readonly string[]).includes(code.value)) continue;
    source.problems.add('unknown-value', code, `${quote(code.value)} is not a reason code`, () =>
      suggest(code.value, reasonCodes),
    );
  }
  if (!isAllow && ttl !== undefined && ttl.kind === 'scalar')
    source.problems.add('invalid-value', ttl, 'a deny may not be relied on for any time', 'remove `ttl`');
  return {
    effect: isAllow ? 'allow' : 'deny',
    ...(rules === undefined ? {} : { rules: stringsAt(rules).map(({ value }) => value) }),
    ...(reasons === undefined ? {} : { reasons: stringsAt(reasons).map(({ value }) => value as ReasonCode) }),
    ...(seconds === undefined ? {} : { ttl: seconds }),
  };
}

function checkRules(node: Node | undefined, isAllow: boolean, { problems }: Source, policy: Policy): void {
  if (isAllow && node?.kind === 'list' && node.items.length === 0)
    problems.add('empty-list', node, 'nothing is allowed without a rule', 'name the rules, or remove the key');
  for (const id of stringsAt(node)) {
    const rule = policy.rules.find((one) => one.id === id.value);
    const effect = isAllow ? 'allow' : 'deny';
    if (rule === undefined)
      problems.add('unknown-value', id, `no rule of the policy is called ${quote(id.value)}`, () =>
        suggest(
          id.value,
          policy.rules.map((one) => one.id),
        ),
      );
    else if (rule.effect !== effect)
      problems.add(
        'invalid-value',
        id,
        `the effect of rule ${quote(id.value)} is \`${rule.effect}\`, so it never decides \`${effect}\``,
        'name the rules that decide, or expect the other effect',
      );
    else if (rule.mode === 'audit')
      problems.add(
        'invalid-value',
        id,
        `the rule ${quote(id.value)} is in audit mode and decides nothing`,
        'expect `reasons: [audit_rule_matched]`',
      );
  }
}
