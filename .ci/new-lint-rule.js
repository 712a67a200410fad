// @ts-check
// Starts a lint rule: `npm run new:lint-rule ID` writes its source and its page, and lists it in the registry and README.
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const RULES = 'src/lint/rules';
const REGISTRY = 'src/lint/registry.ts';

/**
 * Two words at least, so that no id becomes a reserved word; each begins with a letter, so that no two ids become one
 * name.
 */
const ID = /^(?=.{1,64}$)[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)+$/;

const EXAMPLE = `\`\`\`yaml
# yaml-language-server: $schema=.policy.schema.json
version: 1
issuers:
  gitpod: { url: https://app.gitpod.io, subject: gitpod, audiences: [https://secrets.example.com] }
rules:
  - id: payments-read
    description: Environments of the payments project read its secrets.
    effect: allow
    when:
      issuer: gitpod
      subject: org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198
    grants:
      - actions: [read]
        resources: ["secret/payments/**"]
\`\`\`
`;

try {
  const id = readId(process.argv.slice(2));
  writeAll({
    [`${RULES}/${id}.ts`]: sourceOf(id),
    [`${RULES}/${id}.md`]: pageOf(id),
    [REGISTRY]: withImport(id, withMember(id, read(REGISTRY))),
    'README.md': withRow(id, read('README.md')),
  });
  console.log(`wrote ${RULES}/${id}.ts and ${RULES}/${id}.md, and listed them in ${REGISTRY} and README.md
next: write over what says FILL IN, in the README's row too, and add cases to test/lint; test/lint/pages.test.ts fails until then`);
} catch (error) {
  console.error(`new:lint-rule: ${/** @type {Error} */ (error).message}; nothing was written`);
  process.exitCode = 2;
}

/** @param {readonly string[]} args */
function readId(args) {
  const [id, ...more] = args;
  if (id === undefined || more.length > 0) throw new Error('give one id, as in `npm run new:lint-rule dead-rule`');
  if (!ID.test(id))
    throw new Error(
      `${JSON.stringify(id)} is no id; an id is in kebab-case, as \`dead-rule\`: two or more words that begin with a letter, at most 64 characters`,
    );
  if ([`${RULES}/${id}.ts`, `${RULES}/${id}.md`].some((path) => existsSync(join(root, path))))
    throw new Error(`there is a lint rule \`${id}\` already`);
  if (read('src/policy/diagnostic.ts').includes(`| '${id}'`))
    throw new Error(`\`${id}\` is the code of a policy that does not load; choose another id`);
  if (new RegExp(`\\b${camelCase(id)}\\b`).test(read(REGISTRY)))
    throw new Error(`\`${camelCase(id)}\` is taken in ${REGISTRY}; choose another id`);
  return id;
}

/** @param {string} path */
function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

/**
 * Writes all files or none: first into a directory of its own, then into their places. New files come first in `texts`:
 * one that cannot take its place leaves the others as they were.
 * @param {Readonly<Record<string, string>>} texts by path
 */
function writeAll(texts) {
  const staged = mkdtempSync(join(root, '.new-lint-rule-'));
  try {
    const moves = Object.keys(texts).map((path) => ({
      path,
      from: join(staged, basename(path)),
      to: join(root, path),
    }));
    for (const { path, from } of moves) writeFileSync(from, texts[path] ?? '');
    for (const { from, to } of moves) renameSync(from, to);
  } finally {
    rmSync(staged, { recursive: true });
  }
}

/** @param {string} id */
function camelCase(id) {
  return id.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

/**
 * @param {string} id
 * @param {string} registry
 */
function withImport(id, registry) {
  return withLine(registry, {
    file: REGISTRY,
    block: /(?:^import \{ \w+ \} from '\.\/rules\/[\w-]+\.ts';\n)+/m,
    line: `import { ${camelCase(id)} } from './rules/${id}.ts';`,
    idOf: (line) => line.replace(/^.*\/(.*)\.ts.*$/, '$1'),
  });
}

/**
 * @param {string} id
 * @param {string} registry
 */
function withMember(id, registry) {
  return withLine(registry, {
    file: REGISTRY,
    block: /(?<=^export const lintRules.*\n)(?:^ {2}\w+,\n)+/m,
    line: `  ${camelCase(id)},`,
    idOf: (line) => line.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).slice(2, -1),
  });
}

/**
 * @param {string} id
 * @param {string} readme
 */
function withRow(id, readme) {
  return withLine(readme, {
    file: 'README.md',
    block: /(?:^\| \[`[\w-]+`\]\(src\/lint\/rules\/.*\n)+/m,
    line: `| [\`${id}\`](${RULES}/${id}.md) | FILL IN: what it finds |`,
    idOf: (line) => line.replace(/^\| \[`([\w-]+)`.*$/, '$1'),
  });
}

/**
 * Adds a line to a block of lines, in the order of their ids.
 * @param {string} text
 * @param {{ file: string, block: RegExp, line: string, idOf: (line: string) => string }} place
 */
function withLine(text, { file, block, line, idOf }) {
  if (!block.test(text)) throw new Error(`${file} lists the lint rules no longer as this script knows it`);
  return text.replace(block, (lines) => {
    const sorted = [...lines.trimEnd().split('\n'), line].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
    return `${sorted.join('\n')}\n`;
  });
}

/** @param {string} id */
function sourceOf(id) {
  return `import type { LintRule } from '../lint-rule.ts';

export const ${camelCase(id)}: LintRule = {
  id: '${id}',
  summary: 'FILL IN: what it finds',
  severity: 'warning',
  check({ policy, report }) {
    for (const { id, description } of policy.rules) {
      if (description !== 'FILL IN: the condition') continue;
      report({
        at: { rule: id },
        message: 'FILL IN: what is wrong here',
        help: 'FILL IN: how to mend it',
      });
    }
  },
};
`;
}

/** @param {string} id */
function pageOf(id) {
  return `# ${id}

FILL IN: what it finds, in a sentence or two.

## Avoid

FILL IN: change this policy until the lint rule finds something in it, and no other does.

${EXAMPLE}
## Prefer

FILL IN: change this policy until it shows what to write instead.

${EXAMPLE}
## Why

FILL IN: what goes wrong, and for whom.

## When not to use it

FILL IN: where what it finds is meant.
`;
}
