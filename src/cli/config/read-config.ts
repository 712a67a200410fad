import { beside } from '../../files/beside.ts';
import { lintRules } from '../../lint/registry.ts';
import type { ShapeWords } from '../../policy/document/check-shape.ts';
import { type Node, valueAt } from '../../policy/document/node.ts';
import type { Problems } from '../../policy/document/problems.ts';
import { quote } from '../../policy/quote.ts';
import { suggest } from '../../policy/suggest.ts';
import { readShaped } from '../read-shaped.ts';
import type { Config, LintConfig } from './config.ts';
import { configKeys, validateConfig } from './generated/config-validator.ts';

const words: ShapeWords = {
  language: 'the configuration',
  unknownValue: (place) => ['unknown-value', place.startsWith('/lint/rules/') ? 'a level' : 'a format'],
};

/**
 * Reads a configuration file.
 *
 * @throws {InvalidDocument} with all that is wrong with it
 * @throws {FileRefused} where it cannot be read
 */
export async function readConfig(file: string): Promise<Config> {
  const shape = { validate: validateConfig, keys: configKeys, words };
  const { policies, lint } = (await readShaped(file, shape, checkRules)) as Omit<Config, 'file'>;
  return {
    file,
    ...(policies === undefined ? {} : { policies: policies.map((path) => beside(file, path)) }),
    ...(lint === undefined ? {} : { lint: withBaseline(file, lint) }),
  };
}

function withBaseline(file: string, lint: LintConfig): LintConfig {
  return lint.baseline === undefined ? lint : { ...lint, baseline: beside(file, lint.baseline) };
}

function checkRules(root: Node, problems: Problems): void {
  const rules = valueAt(valueAt(root, 'lint'), 'rules');
  const ids = lintRules.map(({ id }) => id);
  for (const { key, keySpan } of rules?.kind === 'map' ? rules.entries : []) {
    if (ids.includes(key)) continue;
    const help = (): string => suggest(key, ids) ?? '`countersign lint --list-rules` lists them';
    problems.add('unknown-key', keySpan, `there is no lint rule ${quote(key)}`, help);
  }
}
