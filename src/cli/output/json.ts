/** A JSON value as text for people and programs: indented if not said otherwise, and every character visible (as JSON escapes). */
export function formatJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, undefined, indent).replace(HIDDEN, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Not the line ends, which stand between members only. */
const HIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
