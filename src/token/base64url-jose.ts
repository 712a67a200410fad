import { base64url } from 'jose';

/** As on Node, for runtimes without `Buffer`; of a text that is no base64url, nothing. */
export function decodeBase64url(text: string): Uint8Array {
  try {
    return base64url.decode(text);
  } catch {
    return new Uint8Array();
  }
}

export function decodeCanonical(text: string): Uint8Array | undefined {
  const bytes = decodeBase64url(text);
  return base64url.encode(bytes) === text ? bytes : undefined;
}

export function encodeBase64url(bytes: Uint8Array): string {
  return base64url.encode(bytes);
}
