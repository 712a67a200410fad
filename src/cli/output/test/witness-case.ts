import { timestamp } from '../../../policy/time-in-words.ts';
import type { Survivor } from '../../../suite/mutation/tally-mutants.ts';
import type { Mutant } from '../../../suite/mutation/mutants.ts';
import { flowYaml } from './flow-yaml.ts';

/** The most characters that a case's name may have. */
const MOST_NAME = 256;

/** The example that tells a mutant from its policy, as a case in YAML that the policy passes and the mutant does not. */
export function witnessCase({ policy, mutant, difference }: Survivor): string {
  const { witness, before, after } = difference;
  const { now, ...when } = witness.request;
  const isAboutTime = before.effect === after.effect;
  const { issuer: url, claims } = witness.token;
  const { sub, aud, exp, ...rest } = claims;
  const issuer = policy.issuers.find((one) => one.url === url);
  const more = isAboutTime ? { ...rest, exp } : rest;
  const given = {
    ...(policy.issuers.length === 1 ? {} : { issuer: issuer?.name ?? url }),
    ...(issuer?.audiences.length === 1 && issuer.audiences[0] === aud ? {} : { audience: aud }),
    ...(sub === undefined ? {} : { sub }),
    ...(Object.keys(more).length === 0 ? {} : { claims: more }),
  };
  const ttl = `${String(before.expiresAt - now)}s`;
  return [
    `  - name: ${flowYaml([...nameOf(mutant)].slice(0, MOST_NAME).join(''))}`,
    `    given: ${flowYaml(given)}`,
    `    at: ${timestamp(now)}`,
    ...(Object.keys(when).length === 0 ? [] : [`    when: ${flowYaml(when)}`]),
    `    expect: ${flowYaml(isAboutTime ? { effect: before.effect, ttl } : before.effect)}`,
    '',
  ].join('\n');
}

function nameOf({ rule, mutated, description }: Mutant): string {
  return mutated === undefined ? `${rule.id} is there` : `${rule.id} is not one ${description}`;
}
