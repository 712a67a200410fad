import type { TrustRule } from '../../policy/policy.ts';
import type { RuleVersions, Unchanged } from './policy-difference.ts';
import type { SharedRule } from './shared-rules.ts';

/** Rules that are not as they were, but for those that something was said of; by id. */
export function unchangedRules(
  before: readonly SharedRule[],
  after: readonly SharedRule[],
  told: readonly RuleVersions[],
): readonly Unchanged[] {
  const isTold = new Set(told.flatMap((one) => [one.before, one.after]));
  const were = new Map(before.map((one) => [one.rule.id, one]));
  const are = new Map(after.map((one) => [one.rule.id, one]));
  const gone = new Map<string, SharedRule>();
  for (const one of before) if (!are.has(one.rule.id)) gone.set(one.meaning, one);
  const found: Unchanged[] = [];
  const renamed = new Set<SharedRule>();
  for (const one of after) {
    const known = were.get(one.rule.id);
    const other = known ?? gone.get(one.meaning);
    if (known === undefined && other !== undefined) renamed.add(other);
    const how = howChanged(other, one);
    if (how !== undefined && !isTold.has(one.rule)) found.push({ ...(other && { before: other.rule }), after: one.rule, how }); // prettier-ignore
  }
  for (const one of gone.values()) {
    if (renamed.has(one) || isTold.has(one.rule)) continue;
    found.push({ before: one.rule, how: one.rule.mode === 'audit' ? 'audit' : 'rewritten' });
  }
  return found;
}

function howChanged(before: SharedRule | undefined, after: SharedRule): Unchanged['how'] | undefined {
  if (before?.meaning !== after.meaning) return isAudit(before?.rule ?? after.rule, after.rule) ? 'audit' : 'rewritten';
  if (before.rule.id !== after.rule.id) return 'renamed';
  if (before.rule.at.file !== after.rule.at.file) return 'moved';
  return before.rule.description === after.rule.description ? undefined : 'described';
}

function isAudit(...rules: readonly TrustRule[]): boolean {
  return rules.every(({ mode }) => mode === 'audit');
}
