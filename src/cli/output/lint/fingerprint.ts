import { createSha256 } from '#sha256';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { LintDiagnostic } from '../../../lint/lint-policy.ts';
import type { PolicySource } from '../../../policy/parse.ts';

const ID_LINE = /^\s*(?:-\s+)?[{\s]*["']?id["']?\s*:/;

/** A fingerprint that differs for each diagnostic: it also says which one of several alike it is. */
export function fingerprinter(sources: readonly PolicySource[]): (diagnostic: LintDiagnostic) => string {
  const hashOf = hasher(sources);
  const seen = new Map<string, number>();
  return (diagnostic) => {
    const hash = hashOf(diagnostic);
    const occurrence = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, occurrence);
    return `${hash}:${String(occurrence)}`;
  };
}

/**
 * What a diagnostic is known by while lines around it come and go: a hash of its code, its line and the `id` that line
 * belongs to.
 */
export function hasher(sources: readonly PolicySource[]): (diagnostic: LintDiagnostic) => string {
  const contexts = new Map<string, readonly string[]>();
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  return ({ code, at }) => {
    const context = contexts.get(at.file) ?? contextOfLines(texts.get(at.file) ?? '');
    contexts.set(at.file, context);
    const hash = createSha256();
    hash.update(`${code}\n${context[at.line - 1] ?? ''}`);
    return bytesToHex(hash.digest());
  };
}

/** Each line without the space around it, with the last `id` above. */
function contextOfLines(text: string): readonly string[] {
  let id = '';
  return text.split('\n').map((line) => {
    const content = line.trim();
    if (ID_LINE.test(line)) id = content;
    return `${id}\n${content}`;
  });
}
