import type { Diagnostic, Region } from '../policy/diagnostic.ts';
import { type ParsedSources, parseSources, type PolicySource } from '../policy/parse.ts';
import type { Policy } from '../policy/policy.ts';
import { heedIgnores, type IgnoreComment } from './inline-ignore.ts';
import type { LintDiagnostic } from './lint-diagnostic.ts';
import type { Finding, LintRule } from './lint-rule.ts';
import { lintRules } from './registry.ts';
import { Locator } from '../policy/document/route.ts';

export type { LintDiagnostic };

export type RuleLevel = 'off' | 'warning' | 'error';

export interface LintOptions {
  /** Seconds since the epoch. */
  readonly now: number;
  /** Levels by id, instead of the rules' own. */
  readonly levels?: Readonly<Record<string, RuleLevel>>;
  /** Finds the trust rules that no test reaches: `rulesWithoutTests`, where there are tests. */
  readonly untestedIn?: (policy: Policy) => ReadonlySet<string> | undefined;
  /** Whether `# countersign-ignore ID -- reason` counts. Default: true. */
  readonly inlineIgnores?: boolean;
}

/** Where the page of a lint rule is, for those who read a diagnostic. */
export function pageOf(id: string): string {
  return `https://unpkg.com/countersign/dist/lint/rules/${id}.md`;
}

/**
 * Lints policy files, which together are one policy: load errors where there are any, else what the lint rules find,
 * in the order of files and text.
 */
export function lintPolicy(sources: readonly PolicySource[], options: LintOptions): readonly LintDiagnostic[] {
  return lintParsed(parseSources(sources), options);
}

/** As `lintPolicy`, of what is parsed already. */
export function lintParsed(parsed: ParsedSources, options: LintOptions): readonly LintDiagnostic[] {
  const { policy, diagnostics, documents, sources } = parsed;
  if (policy === undefined) return diagnostics;
  const locator = new Locator(documents);
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  const untested = options.untestedIn?.(policy);
  const found: LintDiagnostic[] = [];
  const levelOf = (id: string): RuleLevel | undefined => options.levels?.[id];
  for (const rule of lintRules) {
    const level = levelOf(rule.id);
    if (level === 'off' || !('check' in rule)) continue;
    rule.check({
      policy,
      now: options.now,
      ...(untested === undefined ? {} : { untested }),
      files: sources.map(({ file }) => file),
      textOf: (file) => texts.get(file) ?? '',
      report: (finding) => found.push(diagnosticOf(finding, rule, level ?? finding.severity ?? rule.severity, locator)),
    });
  }
  if (options.inlineIgnores === false) return inTextOrder(found, sources);
  const { kept, idle } = heedIgnores(found, sources, (id) => levelOf(id) !== 'off');
  return inTextOrder([...kept, ...complaintsAbout(idle, levelOf)], sources);
}

function complaintsAbout(
  comments: readonly IgnoreComment[],
  levelOf: (id: string) => RuleLevel | undefined,
): readonly LintDiagnostic[] {
  return lintRules.flatMap((rule) => {
    const severity = levelOf(rule.id) ?? rule.severity;
    if (severity === 'off' || !('checkIdle' in rule)) return [];
    return comments.flatMap((comment) => {
      const said = rule.checkIdle(comment);
      return said === undefined ? [] : [{ code: rule.id, severity, ...said, at: comment.at, docs: pageOf(rule.id) }];
    });
  });
}

function diagnosticOf(
  finding: Finding,
  rule: LintRule,
  severity: Diagnostic['severity'],
  locator: Locator,
): LintDiagnostic {
  const { at, message, help, related, fix } = finding;
  const regionOf = (route: Finding['at']): Region => {
    const { source, span } = locator.locate(route);
    return source.problems.lines.locate(span);
  };
  return {
    code: rule.id,
    severity,
    message,
    at: regionOf(at),
    ...(help === undefined ? {} : { help }),
    docs: pageOf(rule.id),
    ...(related === undefined
      ? {}
      : { related: related.map((one) => ({ at: regionOf(one.at), message: one.message })) }),
    ...(fix === undefined ? {} : { fix }),
  };
}

function inTextOrder(found: readonly LintDiagnostic[], sources: readonly PolicySource[]): readonly LintDiagnostic[] {
  const order = new Map(sources.map(({ file }, index) => [file, index]));
  const rank = ({ at }: LintDiagnostic): number => order.get(at.file) ?? 0;
  return [...found].sort(
    (a, b) => rank(a) - rank(b) || a.at.line - b.at.line || a.at.column - b.at.column || (a.code < b.code ? -1 : 1),
  );
}
