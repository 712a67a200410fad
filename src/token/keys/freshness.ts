/** Bounds of how long an answer may be relied on, in seconds. */
export interface FreshnessBounds {
  readonly usual: number;
  readonly least: number;
  readonly most: number;
}

/**
 * How long a key set stays fresh after it was asked for, in seconds: `max-age` less `Age` (RFC 9111, section 4.2), within
 * bounds, since too short a time hammers the issuer and too long a one keeps removed keys alive. Of several `max-age` the
 * smallest counts. What may not be stored is kept for the least time.
 */
export function freshnessOf(headers: Headers, { usual, least, most }: FreshnessBounds): number {
  const directives = (headers.get('cache-control') ?? '').toLowerCase();
  if (/(?:^|[\s,])no-(?:store|cache)\b/.test(directives)) return least;
  const ages = [...directives.matchAll(/(?:^|[\s,])max-age\s*=\s*"?(\d+)/g)].map(([, digits]) => secondsOf(digits));
  if (ages.length === 0) return usual;
  const spent = secondsOf(/^\s*(\d+)\s*$/.exec(headers.get('age') ?? '')?.[1]);
  return Math.min(Math.max(Math.min(...ages) - spent, least), most);
}

/** Past what it can count with, a recipient reads 2^31 (RFC 9111, section 1.2.2). */
function secondsOf(digits = '0'): number {
  return Math.min(Number(digits), 2 ** 31);
}
