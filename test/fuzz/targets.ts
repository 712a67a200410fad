import type { Target } from './target.ts';
import { compactTarget } from './targets/compact.ts';
import { policyTarget } from './targets/policy.ts';
import { yamlTarget } from './targets/yaml.ts';

/** What is fuzzed, by the name that `npm run fuzz -- --target` takes. */
export const targets: Readonly<Record<string, Target>> = {
  yaml: yamlTarget,
  policy: policyTarget,
  compact: compactTarget,
};
