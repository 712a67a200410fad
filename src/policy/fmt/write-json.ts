import { type FileLayout, isComment, isNothing, type Item, type Layout, type Trivia } from './layout.ts';
import { writeQuoted } from './write-string.ts';

/**
 * Writes a file as JSON, without a line end behind the last line. JSON has no comments; where the author wrote some
 * all the same, which readers of YAML allow, each gets a line of its own.
 */
export function writeJson({ header, root, end }: FileLayout): string {
  const above = [...header, ...root.before].filter(isComment);
  const below = [...(root.trailing === undefined ? [] : [root.trailing]), ...end].filter(isComment);
  return [...above, ...(isNothing(root.value) ? [] : [writeValue(root.value, '')]), ...below].join('\n');
}

function writeValue(layout: Layout, margin: string): string {
  if (layout.kind === 'scalar') {
    if (typeof layout.value === 'string') return writeQuoted(layout.value);
    return typeof layout.value === 'number' ? layout.source : JSON.stringify(layout.value);
  }
  const [open, close] = layout.kind === 'list' ? ['[', ']'] : ['{', '}'];
  const inner = `${margin}  `;
  const lines = [
    ...layout.items.flatMap((item, index) => writeItem(item, inner, index + 1 < layout.items.length)),
    ...comments(layout.end, inner),
  ];
  return lines.length === 0 ? `${open}${close}` : [open, ...lines, `${margin}${close}`].join('\n');
}

function writeItem({ key, before, onKey, value, trailing }: Item, margin: string, more: boolean): readonly string[] {
  const name = key === undefined ? '' : `${writeValue(key, margin)}: `;
  return [
    ...comments([...before, ...(onKey === undefined ? [] : [onKey])], margin),
    `${margin}${name}${writeValue(value, margin)}${more ? ',' : ''}`,
    ...comments(trailing === undefined ? [] : [trailing], margin),
  ];
}

function comments(trivia: readonly Trivia[], margin: string): readonly string[] {
  return trivia.filter(isComment).map((line) => `${margin}${line}`);
}
