/** The wire format of Protocol Buffers, as far as it is needed here: no groups, no packed fields. */

/** A field as it was read: bytes of a length-delimited one, the number of a varint; others are passed over. */
export type FieldValue = Uint8Array | number;

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Tells every field of a message in order. A message that is there twice is merged by reading both into one place.
 *
 * @throws {RangeError} of bytes that are no message
 */
export function readFields(bytes: Uint8Array, tell: (field: number, value: FieldValue) => void): void {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1, length = 0; length < 10; scale *= 128, length += 1) {
      const byte = bytes[at];
      if (byte === undefined) break;
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a varint without an end');
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('a field that is longer than its message');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === VARINT) tell(field, varint());
    else if (wire === LENGTH) tell(field, take(varint()));
    else if (wire === FIXED64) take(8);
    else if (wire === FIXED32) take(4);
    else throw new RangeError('a field of an unknown wire type');
  }
}

/** @throws {TypeError} of bytes that are not UTF-8 */
export function readText(value: FieldValue): string {
  return utf8.decode(asBytes(value));
}

/** @throws {RangeError} of a field that is no length-delimited one */
export function asBytes(value: FieldValue): Uint8Array {
  if (typeof value === 'number') throw new RangeError('a field of another wire type than its own');
  return value;
}

/** Puts the parts of a message together. */
export function message(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** A field with a message, or with text in UTF-8. */
export function lengthField(field: number, content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return message(varintOf(field * 8 + LENGTH), varintOf(bytes.length), bytes);
}

/** A field with a number of no sign. */
export function varintField(field: number, value: number): Uint8Array {
  return message(varintOf(field * 8 + VARINT), varintOf(value));
}

function varintOf(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
