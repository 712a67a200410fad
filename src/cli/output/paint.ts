/** What a stretch of text is, which decides its colour. */
export type Style = 'good' | 'bad' | 'warning' | 'note' | 'strong' | 'faint';

export type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, string>> = {
  good: '1;32',
  bad: '1;31',
  warning: '1;33',
  note: '36',
  strong: '1',
  faint: '2',
};

/** Paints in ANSI colours, or leaves the text as it is. */
export function paintWith(color: boolean): Paint {
  return (style, text) => (color && text !== '' ? `\u001b[${codes[style]}m${text}\u001b[0m` : text);
}
