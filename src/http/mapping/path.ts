/** Why a request target is not read; each has one sentence. */
export type PathFault = keyof typeof sentences;

const sentences = {
  'not-a-path': 'it is not a path that begins with `/`',
  'too-long': 'it is longer than 8192 characters',
  fragment: 'it has a fragment',
  backslash: 'it has a backslash',
  parameter: 'it has a `;`',
  character: 'it has a character that must be percent-encoded',
  'empty-segment': 'it has an empty segment',
  'dot-segment': 'it has a segment `.` or `..`',
  percent: 'it has a `%` without two hexadecimal digits',
  'not-utf8': 'it is percent-encoded, but not as UTF-8',
  'encoded-plain': 'it has a percent-encoded character that needs none',
  'encoded-delimiter': 'it has a percent-encoded `/`, `\\` or `;`',
  'encoded-control': 'it has a percent-encoded control character',
  'encoded-twice': 'it is percent-encoded twice',
} as const;

/** What is wrong with a request target, as the end of a sentence. */
export function describePathFault(fault: PathFault): string {
  return sentences[fault];
}

const LONGEST = 8192;

/** `pchar` of RFC 3986, section 3.3, without `;`, and `/`. */
const PATH = /^[A-Za-z0-9\-._~!$&'()*+,=:@%/]*$/;
const BAD_PERCENT = /%(?![0-9A-Fa-f]{2})/;
/** Letters, digits, `-`, `.`, `_` and `~`: unreserved, so equal to their encoded form (RFC 3986, section 6.2.2.2). */
const ENCODED_PLAIN = /%(?:2[DEde]|3[0-9]|4[1-9A-Fa-f]|5[0-9AFaf]|6[1-9A-Fa-f]|7[0-9AEae])/;
const ENCODED_DELIMITER = /%(?:2[Ff]|3[Bb]|5[Cc])/;
const ENCODED_AGAIN = /%[0-9A-Fa-f]{2}/;
const CONTROL = /\p{Cc}/u;

/**
 * Reads the path of a request target (origin form, RFC 9112, section 3.2.1) as segments, each percent-decoded once; the
 * query takes no part. The last segment is empty where the path ends with `/`. Whatever two readers could take for two
 * different paths is refused, so that no proxy or service reads another path than the one that was decided on.
 */
export function readPath(target: string): readonly string[] | PathFault {
  if (!target.startsWith('/')) return 'not-a-path';
  if (target.length > LONGEST) return 'too-long';
  if (target.includes('#')) return 'fragment';
  const [path = ''] = target.split('?', 1);
  const fault = faultOf(path);
  if (fault !== undefined) return fault;
  const encoded = path.slice(1).split('/');
  if (encoded.slice(0, -1).includes('')) return 'empty-segment';
  const segments: string[] = [];
  for (const text of encoded) {
    const segment = decoded(text);
    if (segment === undefined) return 'not-utf8';
    if (segment === '.' || segment === '..') return 'dot-segment';
    if (CONTROL.test(segment)) return 'encoded-control';
    if (ENCODED_AGAIN.test(segment)) return 'encoded-twice';
    segments.push(segment);
  }
  return segments;
}

function faultOf(path: string): PathFault | undefined {
  if (path.includes('\\')) return 'backslash';
  if (path.includes(';')) return 'parameter';
  if (!PATH.test(path)) return 'character';
  if (BAD_PERCENT.test(path)) return 'percent';
  if (ENCODED_DELIMITER.test(path)) return 'encoded-delimiter';
  return ENCODED_PLAIN.test(path) ? 'encoded-plain' : undefined;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
