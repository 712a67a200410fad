/**
 * Replaces everything in a message that looks like a JWT, whole or cut short, by `<token>`: a token given in the wrong
 * place comes back in the errors of option parsers and file systems. The first part of a JWT is a JSON object, so its
 * base64url begins with `e` and one of `w` to `z`, a digit, `-` or `_`.
 */
export function redactTokens(text: string): string {
  return text.replace(TOKEN, '<token>');
}

const TOKEN = /(?<![A-Za-z0-9_])e[w-z0-9_-][A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)+/g;
