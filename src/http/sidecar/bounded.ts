/**
 * The beginning of a text, as long as it takes at most `most` characters in JSON that is all ASCII; what was cut ends in
 * `…`, which takes six of them.
 */
export function bounded(text: string | undefined, most: number): string | undefined {
  if (text === undefined || (text.length <= most && lengthOf(text) <= most)) return text;
  let [end, length] = [0, ELLIPSIS];
  while (length <= most) length += unitLength(text.charCodeAt(end++));
  return `${text.slice(0, end - 1)}…`;
}

const ELLIPSIS = 6;

function lengthOf(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) length += unitLength(text.charCodeAt(at));
  return length;
}

/** Of one UTF-16 code unit: as itself, as `\"` or `\\`, as `\u0000`. */
function unitLength(unit: number): number {
  if (unit < 0x20 || unit > 0x7e) return 6;
  return unit === 0x22 || unit === 0x5c ? 2 : 1;
}
