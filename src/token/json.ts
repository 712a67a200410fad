import { scanMembers, type MemberScan } from './json-members.ts';

/** A JSON object as a token carries it. Read its members as own properties only: names come from outside. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** An object together with what only its text can tell: names used twice, and how deep it goes. */
export interface ParsedJson extends MemberScan {
  readonly object: JsonObject;
}

/** Fatal, and without dropping a byte order mark: RFC 8259, section 8.1, forbids one, and JSON.parse then refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses bytes that must be one JSON object in UTF-8 and nothing else; `undefined` for everything else. */
export function parseJsonObject(bytes: Uint8Array): ParsedJson | undefined {
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return { object: value as JsonObject, ...scanMembers(text) };
  } catch {
    return undefined;
  }
}

/**
 * Freezes a value through and through, since verified claims are shared, and says whether every string in it is at most
 * `bytes` long in UTF-8. Recursive: only for values whose depth was bounded before.
 */
export function freezeWithin(value: unknown, bytes: number): boolean {
  if (typeof value === 'string') return value.length * 3 <= bytes || Buffer.byteLength(value) <= bytes;
  if (typeof value !== 'object' || value === null) return true;
  Object.freeze(value);
  return Object.values(value).every((member) => freezeWithin(member, bytes));
}
