// @ts-check
import { AUDIENCE, ISSUER, projectId } from './many-rules.js';

/** A file is at most 1 MiB. */
const RULES_A_FILE = 2_000;

const ISSUERS = `issuers:
  gitpod:
    url: ${ISSUER}
    subject: gitpod
    audiences: [${AUDIENCE}]
`;

/**
 * The files that people would keep rules in.
 * @param {readonly string[]} rules each as YAML, an item of the list
 */
export function ruleFiles(rules) {
  const files = [];
  for (let from = 0; from < rules.length; from += RULES_A_FILE) {
    const text = rules.slice(from, from + RULES_A_FILE).join('');
    files.push({ file: `rules-${from}.yaml`, text: `version: 1\n${from === 0 ? ISSUERS : ''}rules:\n${text}` });
  }
  return files;
}

/**
 * A rule as people write them: of one project among those of fifty organisations, one in ten a deny.
 * @param {number} index
 */
export function ruleText(index) {
  return `  - id: rule-${index}
    description: What environments of one project may read.
    effect: ${index % 10 === 9 ? 'deny' : 'allow'}
    when:
      issuer: gitpod
      subject: org:${projectId(-1 - (index % 50))}/prj:${projectId(index)}
      kind: environment
    grants:
      - actions: [read]
        resources: ["secret/${index}/**"]
`;
}
