/** What keeps a text from being the base64url of some bytes (RFC 7515, section 2). */
export type Base64urlFault = 'malformed' | 'not-canonical';

/** Letters whose last four, or last two, bits are zero: the only ones a final group of two, or three, may end in. */
const ENDS_TWO = 'AQgw';
const ENDS_THREE = 'AEIMQUYcgkosw048';

const UNPADDED = /^[A-Za-z0-9_-]*$/;
const PADDED = /^[A-Za-z0-9_-]*={1,2}$/;

/**
 * Whether a text is base64url without padding, and the only such text for its bytes: decoding and encoding gives it
 * back. A second spelling of the same bytes would be a second token with the same signature.
 */
export function base64urlFault(text: string): Base64urlFault | undefined {
  if (!UNPADDED.test(text)) return PADDED.test(text) ? 'not-canonical' : 'malformed';
  const last = text.slice(-1);
  switch (text.length % 4) {
    case 1:
      return 'malformed';
    case 2:
      return ENDS_TWO.includes(last) ? undefined : 'not-canonical';
    case 3:
      return ENDS_THREE.includes(last) ? undefined : 'not-canonical';
    default:
      return undefined;
  }
}
