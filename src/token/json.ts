/** A JSON object as a token carries it. Read its members as own properties only: names come from outside. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** An object together with the text that it was read from. */
export interface ParsedJson {
  readonly object: JsonObject;
  readonly text: string;
}

/** Fatal, and without dropping a byte order mark: RFC 8259, section 8.1, forbids one, and JSON.parse then refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const encoder = new TextEncoder();

/** Parses bytes that must be one JSON object in UTF-8 and nothing else; `undefined` for everything else. */
export function parseJsonObject(bytes: Uint8Array): ParsedJson | undefined {
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return { object: value as JsonObject, text };
  } catch {
    return undefined;
  }
}

/**
 * Freezes a value through and through, since verified claims are shared, and counts its member names and strings;
 * `Infinity` where it nests deeper than `depth` levels, or holds a string of more than `bytes` in UTF-8.
 */
export function freezeWithin(value: unknown, depth: number, bytes: number): number {
  if (typeof value === 'string')
    return value.length * 3 <= bytes || encoder.encode(value).length <= bytes ? 1 : Infinity;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === 0) return Infinity;
  Object.freeze(value);
  let count = 0;
  if (Array.isArray(value)) {
    for (const member of value) count += freezeWithin(member, depth - 1, bytes);
    return count;
  }
  for (const name in value) count += 1 + freezeWithin((value as JsonObject)[name], depth - 1, bytes);
  return count;
}

const QUOTE = 0x22;

/**
 * Whether a text in UTF-8 surely holds no more than the `count` names and strings of the value that it was parsed to, so
 * that no name stands in it twice. Each of them is two quotes in the text, escaped quotes come on top, and of a repeated
 * name nothing is left in the value. `false` says nothing: `scanMembers` knows.
 */
export function isAllOf(text: Uint8Array, count: number): boolean {
  let quotes = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) if (text[at] === QUOTE) quotes += 1;
  return quotes === 2 * count;
}
