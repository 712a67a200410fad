import type { Region } from '../policy/diagnostic.ts';
import type { PolicySource } from '../policy/parse.ts';
import type { LintDiagnostic } from './lint-diagnostic.ts';

/** A comment that silences one lint rule for the next line that is none: `# countersign-ignore ID -- reason`. */
interface Ignore {
  readonly id: string;
  readonly reason: string;
  readonly at: Region;
  /** The line it speaks of. */
  readonly line: number;
}

const IGNORE = /^[ \t]*(#[ \t]*countersign-ignore\b[ \t]*([a-z0-9-]*)(?:[ \t]+--[ \t]*(.*?))?[ \t]*)\r?$/;

/**
 * Takes out what a comment on the lines above allows. A comment without a reason, or that silences nothing though its
 * lint rule is on, is a diagnostic itself, so that none outlives its cause.
 */
export function applyIgnores(
  found: readonly LintDiagnostic[],
  sources: readonly PolicySource[],
  isOn: (id: string) => boolean,
): readonly LintDiagnostic[] {
  const ignores = sources.flatMap(findIgnores);
  const used = new Set<Ignore>();
  const kept = found.filter(({ code, at }) => {
    const ignore = ignores.find(
      (one) => one.id === code && one.at.file === at.file && one.line === at.line && one.reason !== '',
    );
    if (ignore !== undefined) used.add(ignore);
    return ignore === undefined;
  });
  const idle = ignores.filter((ignore) => !used.has(ignore) && isOn(ignore.id));
  return [...kept, ...idle.map(complaint)];
}

function findIgnores({ file, text }: PolicySource): readonly Ignore[] {
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

function complaint({ id, reason, at }: Ignore): LintDiagnostic {
  if (reason === '' || id === '') {
    const what = id === '' ? 'names no lint rule to ignore' : 'gives no reason to ignore what it names';
    const help = 'write `# countersign-ignore ID -- reason`';
    return { code: 'ignore-without-reason', severity: 'warning', message: `the comment ${what}`, at, help };
  }
  return {
    code: 'unused-ignore',
    severity: 'warning',
    message: `nothing on the next line is \`${id}\``,
    at,
    help: 'remove the comment',
  };
}
