import { compilePolicy } from '../../../src/decision/compile.ts';
import { decide } from '../../../src/decision/decide.ts';
import { formatPolicy } from '../../../src/policy/fmt/format-policy.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { corpus, dictionary, yaml } from '../documents.ts';
import { derive } from '../grammar.ts';
import { hold, holdDiagnostics, holdEqual } from '../hold.ts';
import { mutate } from '../mutate.ts';
import type { Target } from '../target.ts';

const NOW = 1_767_225_600; // 2026-01-01T00:00:00Z
const token = {
  issuer: 'https://g.example',
  claims: { sub: 'org:A/prj:p/env:E', aud: ['x', 'y'], exp: NOW + 600, team: 'a', n: 1, email: 'a@x.io' },
};

/** The parser of policies, and all that takes what it accepts. */
export const policyTarget: Target = {
  draw: (random) => {
    const text = random.onceIn(5) ? derive(yaml, random) : random.pick(corpus);
    return mutate(text, corpus, dictionary, random);
  },
  check(text) {
    const file = 'p.yaml';
    const { policy, diagnostics } = parsePolicy([{ file, text }]);
    hold((policy === undefined) === diagnostics.length > 0, 'neither a policy nor diagnostics, or both');
    holdDiagnostics(diagnostics, file, text);
    if (policy === undefined) return false;
    const compiled = compilePolicy(policy);
    const formatted = formatPolicy({ file, text }).text ?? '';
    const again = parsePolicy([{ file, text: formatted }]);
    hold(again.policy !== undefined, 'a policy that no longer loads once formatted', again.diagnostics);
    if (again.policy !== undefined) holdEqual(compilePolicy(again.policy).digest, compiled.digest, 'another digest');
    for (const request of [{}, { action: 'read' }, { action: 'read', resource: 's/a' }]) {
      const { effect, reasons } = decide(compiled, token, { ...request, now: NOW });
      hold(reasons.length > 0 && (effect === 'allow' || effect === 'deny'), 'no decision');
    }
    return true;
  },
};
