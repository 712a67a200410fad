import { type LintDiagnostic, pageOf } from '../../../lint/lint-policy.ts';
import type { LintRule } from '../../../lint/lint-rule.ts';
import { lintRules } from '../../../lint/registry.ts';
import { rulePage } from '../../lint/rule-page.ts';

/** A `reportingDescriptor` (SARIF 2.1.0, section 3.49). */
export interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown: string };
  readonly helpUri: string;
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' };
  readonly properties?: { readonly tags: readonly string[]; readonly 'security-severity'?: string };
}

const LOAD_ERRORS = 'https://www.npmjs.com/package/countersign#what-refuses-to-load';

/** Every lint rule, and the codes of load errors where there are any. */
export async function sarifRules(diagnostics: readonly LintDiagnostic[]): Promise<readonly SarifRule[]> {
  const known = new Set(lintRules.map(({ id }) => id));
  const others = new Map(diagnostics.filter(({ code }) => !known.has(code)).map((one) => [one.code, one]));
  return [...(await Promise.all(lintRules.map(ofLintRule))), ...[...others.values()].map(ofLoadError)];
}

async function ofLintRule({ id, summary, severity, securitySeverity }: LintRule): Promise<SarifRule> {
  const page = await rulePage(id);
  const helpUri = pageOf(id);
  return {
    id,
    name: pascalCase(id),
    shortDescription: { text: `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.` },
    fullDescription: { text: firstParagraph(page) },
    help: { text: `See ${helpUri}.`, markdown: page },
    helpUri,
    defaultConfiguration: { level: severity },
    ...(securitySeverity === undefined
      ? {}
      : { properties: { tags: ['security'], 'security-severity': securitySeverity.toFixed(1) } }),
  };
}

function ofLoadError({ code, severity }: LintDiagnostic): SarifRule {
  const text = `A policy that does not load: ${code}.`;
  return {
    id: code,
    name: pascalCase(code),
    shortDescription: { text },
    fullDescription: { text },
    help: { text: `See ${LOAD_ERRORS}.`, markdown: `See [what refuses to load](${LOAD_ERRORS}).` },
    helpUri: LOAD_ERRORS,
    defaultConfiguration: { level: severity },
  };
}

function pascalCase(id: string): string {
  return id.replace(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
}

/** What stands below the heading. */
function firstParagraph(page: string): string {
  const [, paragraph = ''] = page.split(/\n{2,}/);
  return paragraph.replaceAll('\n', ' ').trim();
}
