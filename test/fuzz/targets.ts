import type { Target } from './target.ts';
import { compactTarget } from './targets/compact.ts';
import { credentialsTarget } from './targets/credentials.ts';
import { mappingTarget } from './targets/mapping.ts';
import { pathTarget } from './targets/path.ts';
import { policyTarget } from './targets/policy.ts';
import { yamlTarget } from './targets/yaml.ts';

/** What is fuzzed, by the name that `npm run fuzz -- --target` takes. */
export const targets: Readonly<Record<string, Target>> = {
  yaml: yamlTarget,
  policy: policyTarget,
  compact: compactTarget,
  path: pathTarget,
  mapping: mappingTarget,
  credentials: credentialsTarget,
};
