import type { Span } from '../policy/document/node.ts';
import { resolveScalar } from '../policy/document/resolve-scalar.ts';
import type { Edit } from './edit.ts';
import type { Locator, Route } from '../policy/document/route.ts';

interface Change extends Span {
  readonly text: string;
}

/**
 * The text of a file after edits; those of other files are passed over. Nothing but the scalars and lines that are named
 * changes. Of edits that overlap the first wins: the rest are for a next pass, over the text this one returns. An edit
 * whose place is no scalar, or cannot be replaced without losing a comment, is left out.
 */
export function applyEdits(text: string, file: string, edits: readonly Edit[], locator: Locator): string {
  const taken: Change[] = [];
  for (const edit of edits) {
    const change = 'firstLine' in edit ? insertion(edit, text, file) : replacement(edit, text, file, locator);
    if (change !== undefined && !taken.some((other) => overlaps(change, other))) taken.push(change);
  }
  let edited = '';
  let at = 0;
  for (const change of taken.sort((a, b) => a.start - b.start || a.end - b.end)) {
    edited += text.slice(at, change.start) + change.text;
    at = change.end;
  }
  return edited + text.slice(at);
}

function overlaps(a: Span, b: Span): boolean {
  const bothInsert = a.start === a.end && b.start === b.end;
  return bothInsert ? a.start === b.start : a.start < b.end && b.start < a.end;
}

function insertion(edit: Extract<Edit, { firstLine: string }>, text: string, file: string): Change | undefined {
  if (edit.file !== file) return undefined;
  const lineEnd = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
  return { start: 0, end: 0, text: `${edit.firstLine}${lineEnd}` };
}

function replacement(
  { at, replaceWith }: Extract<Edit, { at: Route }>,
  text: string,
  file: string,
  locator: Locator,
): Change | undefined {
  const { source, span, node } = locator.locate(at);
  if (source.file !== file) return undefined;
  const old = text.slice(span.start, span.end);
  const isThere =
    at.key === true
      ? old.replace(/^(["'])(.*)\1$/s, '$2') === String(at.path?.at(-1))
      : node?.kind === 'scalar' && node.start === span.start && old !== '';
  if (!isThere) return undefined;
  const written = scalarText(replaceWith, old, file.endsWith('.json'));
  return written === undefined || written === old ? undefined : { start: span.start, end: span.end, text: written };
}

/** A string as YAML, in the style of the scalar it replaces where that can say it. */
function scalarText(value: string, old: string, isJson: boolean): string | undefined {
  if (old.startsWith("'") && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) return `'${value.replaceAll("'", "''")}'`;
  if (/^["']/.test(old)) return doubleQuoted(value);
  if (/^[|>]/.test(old)) {
    const [header = ''] = old.split('\n', 1);
    return header.includes('#') ? undefined : `${doubleQuoted(value)}${/\s*$/.exec(old)?.[0] ?? ''}`;
  }
  return !isJson && isPlain(value) ? value : doubleQuoted(value);
}

function doubleQuoted(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const PLAIN = /^[A-Za-z0-9_/][\w/.@~+=%:-]*(?: [A-Za-z0-9_/][\w/.@~+=%:-]*)*$/;
const SURPRISE = /^(?:y|yes|n|no|on|off|[\d._:+-]+)$/i;

/** Whether a string can stand without quotes anywhere, and means itself to every reader of YAML. */
function isPlain(value: string): boolean {
  if (!PLAIN.test(value) || SURPRISE.test(value) || /:(?: |$)/.test(value)) return false;
  const resolved = resolveScalar(value);
  return 'value' in resolved && resolved.value === value;
}
