import type { Region } from '../policy/diagnostic.ts';
import type { PolicySource } from '../policy/parse.ts';
import type { LintDiagnostic } from './lint-diagnostic.ts';

/** A comment that silences one lint rule for the next line that is none: `# countersign-ignore ID -- reason`. */
export interface IgnoreComment {
  /** Empty where it names none. */
  readonly id: string;
  /** Empty where it gives none; then it silences nothing. */
  readonly reason: string;
  readonly at: Region;
  /** The line it speaks of. */
  readonly line: number;
}

/** What comments leave of the findings, and those that silence none though their lint rule is on. */
export interface Heeded {
  readonly kept: readonly LintDiagnostic[];
  readonly idle: readonly IgnoreComment[];
}

const IGNORE = /^[ \t]*(#[ \t]*countersign-ignore\b[ \t]*([a-z0-9-]*)(?:[ \t]+--[ \t]*(.*?))?[ \t]*)\r?$/;

/** Takes out what a comment on the lines above allows. */
export function heedIgnores(
  found: readonly LintDiagnostic[],
  sources: readonly PolicySource[],
  isOn: (id: string) => boolean,
): Heeded {
  const comments = sources.flatMap(findComments);
  const used = new Set<IgnoreComment>();
  const kept = found.filter(({ code, at }) => {
    const comment = comments.find(
      (one) => one.id === code && one.at.file === at.file && one.line === at.line && one.reason !== '',
    );
    if (comment !== undefined) used.add(comment);
    return comment === undefined;
  });
  return { kept, idle: comments.filter((comment) => !used.has(comment) && isOn(comment.id)) };
}

function findComments({ file, text }: PolicySource): readonly IgnoreComment[] {
  const lines = text.split('\n');
  return lines.flatMap((content, index) => {
    const [, comment = '', id = '', reason = ''] = IGNORE.exec(content) ?? [];
    if (comment === '') return [];
    let next = index + 1;
    while (IGNORE.test(lines[next] ?? '')) next += 1;
    const column = content.indexOf('#') + 1;
    const endColumn = column + comment.trimEnd().length;
    return [{ id, reason, at: { file, line: index + 1, column, endLine: index + 1, endColumn }, line: next + 1 }];
  });
}
