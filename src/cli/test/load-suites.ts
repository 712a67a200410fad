import { CountersignError } from '../../decision/reason.ts';
import { loadPolicies, type LoadedPolicies } from '../../engine/load-policies.ts';
import { beside } from '../../files/beside.ts';
import { FileRefused } from '../../files/file-refused.ts';
import { readTextFile } from '../../files/read.ts';
import type { Diagnostic } from '../../policy/diagnostic.ts';
import { MOST_BYTES } from '../../policy/document/check-text.ts';
import { formatDiagnostics } from '../../policy/frame.ts';
import type { PolicySource } from '../../policy/parse.ts';
import { visible } from '../../policy/quote.ts';
import type { CoveredPolicy } from '../../suite/coverage/measure-coverage.ts';
import { parseSuite, readSuite, type SuiteDocument } from '../../suite/parse-suite.ts';
import type { Suite } from '../../suite/suite.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../output/terminal.ts';
import { DEFAULT_PATHS, filesAt, givenFiles, testFiles } from '../policy-files.ts';
import { redactTokens } from '../redact-tokens.ts';

/** A test file's cases, and the policy they are about: one and the same value for all that are held against the same files. */
export interface LoadedSuite extends CoveredPolicy {
  readonly suite: Suite;
}

/**
 * Reads the test files at some paths, or at `policies/` where none are given, and the policies that they name. What is
 * wrong with any of them is shown on stderr; then there is nothing to go on with, and the answer is `undefined`.
 *
 * @throws {CliError} exit code 3 where the paths hold no test file; exit code 2 where a policy that is named is not there
 * @throws {FileRefused} of a path that cannot be read
 */
export async function loadSuites(
  given: readonly string[],
  { err }: Terminal,
): Promise<readonly LoadedSuite[] | undefined> {
  const files = await givenFiles(given, testFiles);
  const policies = new Map<string, LoadedPolicies>();
  const suites: LoadedSuite[] = [];
  const diagnostics: Diagnostic[] = [];
  const sources: PolicySource[] = [];
  for (const { file } of files.values()) {
    const source = { file, text: await readTextFile(file, { maxBytes: MOST_BYTES }) };
    sources.push(source);
    const document = readSuite(source);
    const loaded = await policiesAt(policyPaths(document), file, policies).catch((error: unknown) => {
      if (document.source.problems.count === 0) throw error;
      return undefined;
    });
    const policy = loaded?.policy;
    const parsed = parseSuite(document, policy);
    diagnostics.push(...parsed.diagnostics);
    if (parsed.suite !== undefined && loaded !== undefined && policy !== undefined)
      suites.push({ suite: parsed.suite, policy, documents: loaded.documents });
  }
  for (const loaded of policies.values()) {
    diagnostics.push(...loaded.diagnostics);
    sources.push(...loaded.sources);
  }
  if (diagnostics.length === 0) return suites;
  err.write(`${redactTokens(formatDiagnostics(diagnostics, sources, { color: err.color }))}\n`);
  return undefined;
}

/** The paths on which the outcome depends: those that were given, and what test files there name. Never rejects. */
export async function pathsUnderTest(given: readonly string[]): Promise<readonly string[]> {
  const paths = given.length === 0 ? DEFAULT_PATHS : given;
  try {
    const named = [...(await filesAt(paths, testFiles)).values()].map(async ({ file }) =>
      policyPaths(readSuite({ file, text: await readTextFile(file, { maxBytes: MOST_BYTES }) })),
    );
    return [...new Set([...paths, ...(await Promise.all(named)).flat()])];
  } catch {
    return paths;
  }
}

function policyPaths({ source, policies }: SuiteDocument): readonly string[] {
  return policies.map((path) => beside(source.file, path));
}

/** Files that are together one policy are loaded once, by whatever paths suites come to them. */
async function policiesAt(
  paths: readonly string[],
  suite: string,
  known: Map<string, LoadedPolicies>,
): Promise<LoadedPolicies> {
  try {
    const key = [...(await filesAt(paths)).keys()].sort().join('\0');
    const loaded = known.get(key) ?? (await loadPolicies(paths));
    known.set(key, loaded);
    return loaded;
  } catch (error) {
    if (!(error instanceof FileRefused) && !(error instanceof CountersignError)) throw error;
    const help = 'paths under `policies` are relative to the test file; its default is the directory of the file';
    throw new CliError(exitCode.usage, `the policies that \`${visible(suite)}\` tests: ${error.message}`, help);
  }
}
