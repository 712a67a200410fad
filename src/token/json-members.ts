/** What `JSON.parse` does not tell about a text it accepts. */
export interface MemberScan {
  /** A name that one object, at any depth, uses twice, however the two are spelt (`sub`, `\u0073ub`). */
  readonly duplicate: string | undefined;
  /** Levels of nesting: `1` for `{}`, `0` for a scalar. */
  readonly depth: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * Reads a text that `JSON.parse` accepts for repeated member names (RFC 7519, section 4) and for its depth. One pass,
 * no recursion: time and memory are linear in the length, whatever the nesting.
 */
export function scanMembers(text: string): MemberScan {
  const open: Set<string>[] = [];
  let duplicate: string | undefined;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (isName(text, end)) {
        const names = open[open.length - 1];
        const name = decodeString(text.slice(at, end));
        if (names?.has(name) === true) duplicate ??= name;
        names?.add(name);
      }
      at = end - 1;
    } else if (code === 0x7b || code === 0x5b) {
      open.push(new Set());
      if (open.length > depth) depth = open.length;
    } else if (code === 0x7d || code === 0x5d) {
      open.pop();
    }
  }
  return { duplicate, depth };
}

/** The offset behind the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** In a valid text a colon outside of strings follows names only. */
function isName(text: string, end: number): boolean {
  let at = end;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return text.charCodeAt(at) === COLON;
}

function decodeString(literal: string): string {
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
}
