/** Which tokens an answer speaks of, worked out from what it says and from deciding about each rule alone. */
import type { Whom } from '../../src/analysis/index.ts';
import { compilePolicy } from '../../src/decision/compile.ts';
import { decide, type DecisionToken } from '../../src/decision/decide.ts';
import type { Decision } from '../../src/decision/decision.ts';
import type { Policy, SubjectPattern } from '../../src/policy/policy.ts';
import type { Principal } from '../../src/policy/subject/principal.ts';
import { globMatches } from '../policy/glob-oracle.ts';
import type { Request } from './universe.ts';

/** Whether a token is one of those that are described. */
export function memberOf(whom: Whom, policy: Policy): (token: DecisionToken, request: Request) => boolean {
  const { rule, issuer, kinds, subjects, demands, audiences } = whom;
  const alone = compilePolicy({ ...policy, rules: [{ ...rule, mode: 'enforce' }] });
  return (token, { now, audience }) => {
    if (token.issuer !== issuer.url) return false;
    const { aud } = token.claims as { aud: string | string[] };
    if (![aud].flat().some((name) => audiences.includes(name))) return false;
    const decision = decide(alone, token, { now, ...(audience === undefined ? {} : { audience }) });
    const { principal } = decision;
    return (
      principal !== undefined &&
      applies(decision, rule.effect) &&
      kinds.includes(principal.kind) &&
      (subjects?.some((pattern) => covers(pattern, principal)) ?? true) &&
      demands.every(({ variable, is }) => {
        const value = 'claim' in variable ? token.claims[variable.claim] : idOf(principal, variable.segment);
        const isFilled = typeof value === 'string' && !/^\.{0,2}$|[/\p{Cc}]/u.test(value);
        return typeof is === 'object' ? isFilled && value === is.value : isFilled === (is === 'fillable');
      })
    );
  };
}

function applies({ effect, denied, reasons }: Decision, of: 'allow' | 'deny'): boolean {
  return of === 'allow' ? effect === 'allow' : denied.length > 0 || reasons[0].code === 'denied_by_rule';
}

function covers(pattern: SubjectPattern, { kind, path }: Principal): boolean {
  if ('glob' in pattern) return globMatches(pattern.glob, path);
  if ('equals' in pattern || kind === 'subject') return path === Object.values(pattern)[0];
  return `${path}/`.startsWith(`${pattern.prefix}/`);
}

function idOf({ segments }: Principal, kind: string): string | undefined {
  return segments.find((segment) => segment.kind === kind)?.id;
}
