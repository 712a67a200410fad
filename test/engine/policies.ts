import { parsePolicy } from '../../src/policy/parse.ts';
import type { Policy } from '../../src/policy/policy.ts';

/** The text of a policy file; JSON is YAML. */
export const policyText = (policy: object): string => JSON.stringify({ version: 1, ...policy });

/** A policy that must load. */
export function policyOf(policy: object): Policy {
  const { policy: parsed, diagnostics } = parsePolicy([{ file: 'policy.json', text: policyText(policy) }]);
  if (parsed === undefined) throw new Error(JSON.stringify(diagnostics));
  return parsed;
}
