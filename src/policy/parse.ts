import type { Diagnostic } from './diagnostic.ts';
import { checkShape } from './document/check-shape.ts';
import { Problems } from './document/problems.ts';
import { readDocument } from './document/read-document.ts';
import { parseIssuers } from './parse/issuer.ts';
import { parseRules } from './parse/rule.ts';
import { policyShape } from './parse/shape.ts';
import type { Source } from './parse/source.ts';
import type { Policy } from './policy.ts';

/** One policy file: the name it is reported under, and its text (YAML or JSON, at most 1 MiB of UTF-8). */
export interface PolicySource {
  readonly file: string;
  readonly text: string;
}

/**
 * Parses policy files, which together are one policy. All problems of all files are reported at once, in the order
 * of files and text; there is a policy only where there is no problem. Misuse of the function is a `TypeError`.
 */
export function parsePolicy(sources: readonly PolicySource[]): { policy?: Policy; diagnostics: Diagnostic[] } {
  const { policy, diagnostics } = parseSources(sources);
  return policy === undefined ? { diagnostics } : { policy, diagnostics };
}

/** What `parsePolicy` finds, with the documents it found it in, for those who point at places in them. */
export interface ParsedSources {
  readonly policy: Policy | undefined;
  readonly diagnostics: Diagnostic[];
  readonly documents: readonly Source[];
  /** The texts, one for each document. */
  readonly sources: readonly PolicySource[];
}

export function parseSources(sources: readonly PolicySource[]): ParsedSources {
  checkArguments(sources);
  const documents = sources.map(readSource);
  const issuers = parseIssuers(documents);
  const rules = parseRules(documents, issuers);
  for (const { root, problems } of documents) {
    if (root !== undefined) checkShape(root, problems, policyShape);
  }
  const diagnostics = documents.flatMap(({ problems }) => problems.list());
  const policy = { issuers: [...issuers.byName.values()].map(({ issuer }) => issuer), rules };
  return { policy: diagnostics.length > 0 ? undefined : policy, diagnostics, documents, sources };
}

function readSource({ file, text }: PolicySource): Source {
  const problems = new Problems(file, text);
  return { file, problems, root: readDocument(text, problems) };
}

function checkArguments(sources: unknown): void {
  const fits = (source: unknown): boolean => {
    const { file, text } = (source ?? {}) as Partial<PolicySource>;
    return typeof file === 'string' && typeof text === 'string';
  };
  if (!Array.isArray(sources) || !sources.every(fits)) {
    throw new TypeError('parsePolicy takes a list of { file: string, text: string }');
  }
}
