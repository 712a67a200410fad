/** A character that cannot be seen, or changes what is seen beside it: every one but space, and what leaves a mark. */
export const HIDDEN_CHARACTER: RegExp =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

const EVERY_HIDDEN = new RegExp(HIDDEN_CHARACTER, 'gu');
const LONGEST_QUOTE = 200;

/** A text in which every character can be seen: those that hide, break the line or turn it around as `\u{…}`. */
export function visible(text: string): string {
  return text.replace(EVERY_HIDDEN, escape);
}

/**
 * Shows a value inside a sentence: in backticks, a string as it is and all else as JSON, on one line, shortened to 200
 * characters, with everything hidden escaped.
 */
export function quote(value: unknown): string {
  return value === undefined ? 'nothing' : `\`${inline(value)}\``;
}

/** As `quote`, without the backticks. */
export function inline(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : asJson(value);
  const short = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return visible(short).replaceAll('`', '\\u{60}');
}

function asJson(value: unknown): string {
  try {
    return String(JSON.stringify(value));
  } catch {
    return 'a value too deep to show';
  }
}

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
