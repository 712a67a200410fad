import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LintDiagnostic } from '../../../lint/lint-policy.ts';
import type { Region } from '../../../policy/diagnostic.ts';
import { visible } from '../../../policy/quote.ts';
import { packageVersion } from '../../package-file.ts';
import { formatJson } from '../json.ts';
import { fingerprinter } from './fingerprint.ts';
import type { FormatOptions } from '../write-targets.ts';
import type { LintReport } from './lint-report.ts';
import { relativePath } from './relative-path.ts';
import { type SarifRule, sarifRules } from './sarif-rules.ts';

const SRCROOT = '%SRCROOT%';

/** GitHub's code scanning refuses a run with more results ("SARIF support for code scanning", limits of uploads). */
const MOST_RESULTS = 25_000;

/**
 * A log in SARIF 2.1.0, as code scanning takes it. Nothing in it depends on the time or the machine. Of more than
 * 25,000 diagnostics it has the gravest, and says how many it lacks, to its reader and to `warn`.
 */
export async function formatSarif(
  { diagnostics: all, sources }: LintReport,
  { warn }: Pick<FormatOptions, 'warn'>,
): Promise<string> {
  const diagnostics = gravest(all);
  const rules = await sarifRules(diagnostics);
  const lacking = all.length - diagnostics.length;
  const notice = `the SARIF log has ${String(MOST_RESULTS)} results, as many as code scanning takes; ${String(lacking)} more are left out`;
  if (lacking > 0) warn(notice);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Countersign',
            semanticVersion: packageVersion(),
            informationUri: 'https://www.npmjs.com/package/countersign',
            rules,
          },
        },
        originalUriBaseIds: { [SRCROOT]: { description: { text: 'The directory that countersign ran in.' } } },
        ...(lacking === 0 ? {} : { invocations: [invocation(notice)] }),
        columnKind: 'utf16CodeUnits',
        results: resultsOf(diagnostics, rules, fingerprinter(sources)),
      },
    ],
  };
  return `${formatJson(log)}\n`;
}

/** Errors before warnings where there is no room for all; what stays, stays in its order. */
function gravest(diagnostics: readonly LintDiagnostic[]): readonly LintDiagnostic[] {
  if (diagnostics.length <= MOST_RESULTS) return diagnostics;
  let errors = MOST_RESULTS;
  let warnings = MOST_RESULTS - diagnostics.filter(({ severity }) => severity === 'error').length;
  return diagnostics.filter(({ severity }) => (severity === 'error' ? errors-- > 0 : warnings-- > 0));
}

function invocation(notice: string): unknown {
  const notification = { level: 'warning', message: { text: sentence(notice) } };
  return { executionSuccessful: true, toolExecutionNotifications: [notification] };
}

function resultsOf(
  diagnostics: readonly LintDiagnostic[],
  rules: readonly SarifRule[],
  fingerprint: (diagnostic: LintDiagnostic) => string,
): readonly unknown[] {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  return diagnostics.map((diagnostic) => {
    const { code, severity, message, help, at, related = [] } = diagnostic;
    const advice = help === undefined ? '' : ` ${sentence(help)}`;
    return {
      ruleId: code,
      ruleIndex: indexes.get(code),
      level: severity,
      message: { text: `${sentence(message)}${advice}` },
      locations: [{ physicalLocation: physical(at) }],
      ...(related.length === 0
        ? {}
        : {
            relatedLocations: related.map((one, index) => ({
              id: index + 1,
              physicalLocation: physical(one.at),
              message: { text: sentence(one.message) },
            })),
          }),
      partialFingerprints: { primaryLocationLineHash: fingerprint(diagnostic) },
    };
  });
}

function physical({ file, line, column, endLine, endColumn }: Region): unknown {
  return {
    artifactLocation: artifact(relativePath(file)),
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}

/** A path below the working directory counts from there; another one stands for itself. */
function artifact(path: string): unknown {
  if (isAbsolute(path)) return { uri: pathToFileURL(path).href };
  // A lone surrogate, which a name can have on Windows, is in no URI (RFC 3987, section 3.1).
  const segments = path.replace(/\p{Cs}/gu, '\ufffd').split('/');
  return { uri: segments.map(encodeURIComponent).join('/'), uriBaseId: SRCROOT };
}

/** Sentences of the core begin small and have no full stop; those of SARIF have both. */
export function sentence(text: string): string {
  const shown = visible(text);
  return `${shown.charAt(0).toUpperCase()}${shown.slice(1)}${/[.?!]$/.test(shown) ? '' : '.'}`;
}
