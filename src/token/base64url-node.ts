/** Decodes what `base64urlFault` found nothing wrong with; of other texts, what can be read. */
export function decodeBase64url(text: string): Uint8Array {
  return Buffer.from(text, 'base64url');
}

/** Decodes a text that is the base64url of some bytes as `base64urlFault` wants it; `undefined` for any other. */
export function decodeCanonical(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}
