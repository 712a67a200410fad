import type { LintRule } from '../lint-rule.ts';

const COMMENT = /^[ \t]*#[ \t]*yaml-language-server:.*\$schema=/m;
const KEY = /^[ \t{]*["']?\$schema["']?[ \t]*:/m;
const LINE = '# yaml-language-server: $schema=https://unpkg.com/countersign/schemas/policy.schema.json';

export const missingSchemaLine: LintRule = {
  id: 'missing-schema-line',
  summary: 'a YAML file that does not tell editors its schema',
  severity: 'warning',
  fixable: true,
  check({ files, textOf, report }) {
    for (const file of files) {
      const text = textOf(file);
      if (!/\.ya?ml$/i.test(file) || COMMENT.test(text) || KEY.test(text)) continue;
      report({
        at: { file },
        message: 'editors cannot know the schema of this file',
        help: `begin the file with \`${LINE}\``,
        fix: [{ file, firstLine: LINE }],
      });
    }
  },
};
