/**
 * The shape of `aud` (RFC 7519, section 4.1.3), shared by those who verify tokens and those who decide on them, so
 * that the two cannot disagree about whom a token is for. Imports nothing.
 */

/** More names than this make `aud` malformed: a token for everybody is a token for nobody. */
export const MOST_AUDIENCES = 64;

/**
 * The audiences of a token: its own member `aud`, a string or an array of at most 64 distinct strings of plain text.
 * Anything else, and an `aud` that is absent or only inherited, gives `undefined`: the claim is malformed.
 */
export function audiencesOf(claims: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const aud = Object.hasOwn(claims, 'aud') ? claims['aud'] : undefined;
  if (typeof aud === 'string') return isPlainText(aud) ? [aud] : undefined;
  if (!Array.isArray(aud) || aud.length > MOST_AUDIENCES) return undefined;
  const distinct = new Set<string>();
  for (const name of aud as readonly unknown[]) {
    if (typeof name !== 'string' || !isPlainText(name)) return undefined;
    distinct.add(name);
  }
  return distinct.size === aud.length ? [...distinct] : undefined;
}

/**
 * Whether a text shows all that it is: no control characters, nothing invisible, nothing that changes the direction
 * of writing, no lone surrogates. Names are compared by code unit, so a name that only looks like another is a trap.
 */
export function isPlainText(text: string): boolean {
  return PRINTABLE_ASCII.test(text) || !HIDDEN.test(text);
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
