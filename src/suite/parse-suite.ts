import type { Diagnostic } from '../policy/diagnostic.ts';
import { checkShape, type Shape } from '../policy/document/check-shape.ts';
import { stringsAt, valueAt } from '../policy/document/node.ts';
import { Problems } from '../policy/document/problems.ts';
import { readDocument } from '../policy/document/read-document.ts';
import type { PolicySource } from '../policy/parse.ts';
import type { Source } from '../policy/parse/source.ts';
import type { Policy } from '../policy/policy.ts';
import { testKeys, validateTest } from './generated/test-validator.ts';
import { CaseParser } from './parse/case.ts';
import { parseInvariant } from './parse/invariant.ts';
import { testWords } from './parse/words.ts';
import type { Suite } from './suite.ts';

const shape: Shape = { validate: validateTest, keys: testKeys, words: testWords };

/** A test file that was read, but not yet held against a policy. */
export interface SuiteDocument {
  readonly source: Source;
  /** The paths of the policy under test, relative to the directory of the file. */
  readonly policies: readonly string[];
}

/** Reads a test file (YAML or JSON, as a policy file). What is wrong with it, `parseSuite` tells. */
export function readSuite({ file, text }: PolicySource): SuiteDocument {
  const problems = new Problems(file, text);
  const source: Source = { file, problems, root: readDocument(text, problems) };
  if (source.root !== undefined) checkShape(source.root, problems, shape);
  const paths = stringsAt(valueAt(source.root, 'policies')).map(({ value }) => value);
  return { source, policies: paths.length === 0 ? ['.'] : paths };
}

/**
 * Parses a test file for a policy: names of issuers and rules must be some of it. All problems are reported at once, in
 * the order of the text; there is a suite only where there is no problem. Without a policy only the file itself is
 * looked at.
 */
export function parseSuite(
  { source }: SuiteDocument,
  policy: Policy | undefined,
): { suite?: Suite; diagnostics: readonly Diagnostic[] } {
  const { root, problems, file } = source;
  const isWellFormed = problems.count === 0;
  const parser = policy === undefined ? undefined : new CaseParser(source, policy);
  const tests = valueAt(root, 'tests');
  const cases = parser === undefined || tests?.kind !== 'list' ? [] : tests.items.flatMap((node) => parser.parse(node));
  const entries = valueAt(root, 'invariants');
  const invariants =
    policy === undefined || entries?.kind !== 'list'
      ? []
      : entries.items.map((node) => parseInvariant(node, source, policy));
  const diagnostics = problems.list();
  return isWellFormed && diagnostics.length === 0 && policy !== undefined
    ? { suite: { file, cases, invariants }, diagnostics }
    : { diagnostics };
}
