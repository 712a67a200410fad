/**
 * The steps of a key of `claims`: a JSON pointer (RFC 6901) where it begins with `/`, else one claim's name.
 * `undefined` for a pointer with `~` not followed by `0` or `1`.
 */
export function parseClaimKey(key: string): readonly string[] | undefined {
  if (!key.startsWith('/')) return [key];
  if (/~(?![01])/.test(key)) return undefined;
  return key
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
