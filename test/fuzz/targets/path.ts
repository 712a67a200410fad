import { posix } from 'node:path';
import { describePathFault, readPath } from '../../../src/http/mapping/path.ts';
import { isCanonicalPath } from '../../../src/policy/glob/resource.ts';
import { derive, type Grammar } from '../grammar.ts';
import { hold, holdEqual } from '../hold.ts';
import { mutate } from '../mutate.ts';
import type { Target } from '../target.ts';

/** Request targets, most of them good. */
export const requestTarget: Grammar = {
  start: ['/<path>', '/<path>', '/<path>', '/<path>?<query>', '/', '//<path>', '<path>', 'http://h.example/<path>', '*', '/<path>#<path>'],
  path: ['<segment>', '<segment>/<path>', '<segment>/<path>', '<segment>/<path>/', '<segment>//<path>'],
  segment: ['a', '<piece>', '<piece><piece>', '<piece><piece><piece>', 'secrets', 'v1', '.well-known', '...', '<odd>'],
  piece: ['b', 'B', '0', '-', '_', '~', '$', '*', ':', '@', ',', '%20', '%C3%A9', '%f0%9f%98%80', '%24', '%3f', '%23', '%25', '%5B', "'"],
  odd: ['.', '..', '%2e', '.%2E', '%2f', '%5c', ';', '..;', '\\', '%00', '%0d%0a', '%7f', '%C2%85', '%c0%af', '%ED%A0%80', '%252e', '%25%32%65', '%', '%zz', '%4', 'é', ' ', '|', '%e2%80%ae', '{a}'],
  query: ['', 'a=b', '/../', 'a=%2f', '?', ';'],
}; // prettier-ignore

const GOOD = ['/v1/secrets/app/db?version=2', '/%C3%A4/%e2%82%ac', "/-._~!$&'()*+,=:@/", '/', '/a%20b/100%25'];
const PIECES = ['/', '//', '.', '..', '/../', '/./', '%', '%2e', '%2F', '%5C', '%3b', '%00', '%25', '%252f', ';', '\\', '?', '#', ' ', '\t', '\0', '\r\n', 'é', '\ud800', '\u2215', 'a'.repeat(4100)]; // prettier-ignore

/** The reader of the path of a request. */
export const pathTarget: Target = {
  draw: (random) => {
    const text = random.onceIn(3) ? random.pick(GOOD) : derive(requestTarget, random);
    return random.onceIn(2) ? text : mutate(text, GOOD, PIECES, random);
  },
  check(target) {
    const segments = readPath(target);
    if (typeof segments === 'string') {
      hold(/^it \w/.test(describePathFault(segments)), 'no sentence', segments);
      return false;
    }
    const [path = ''] = target.split('?', 1);
    holdPlain(segments);
    holdEqual(plainly(path), `/${segments.map(encoded).join('/')}`, 'another spelling than its own');
    holdOneReading(path, segments);
    holdEqual(readPath(`/${segments.map(encoded).join('/')}`), segments, 'other segments when written again');
    return true;
  },
};

function holdPlain(segments: readonly string[]): void {
  const named = segments.at(-1) === '' ? segments.slice(0, -1) : segments;
  for (const segment of named) {
    hold(!/^\.{0,2}$|[/\\;\p{Cc}\p{Cs}]|%[0-9a-f]{2}/iu.test(segment), 'a segment to misread', segment);
  }
  if (named.length > 0) hold(isCanonicalPath(named.join('/')), 'not canonical', segments);
}

/** What reads URLs by the WHATWG's rules, and what reads paths of files, finds nothing to change. */
function holdOneReading(path: string, segments: readonly string[]): void {
  const { host, pathname } = new URL(path, 'http://h.example');
  holdEqual(`${host}${pathname}`, `h.example${path}`, 'another URL');
  const file = `/${segments.join('/')}`;
  holdEqual(posix.normalize(file), file, 'another file');
}

/** RFC 3986, section 3.3: what stands for itself in a segment, `;` aside. */
const OF_A_SEGMENT = /^[A-Za-z0-9\-._~!$&'()*+,=:@]$/;

function encoded(segment: string): string {
  return Array.from(segment, (one) => (OF_A_SEGMENT.test(one) ? one : encodeURIComponent(one))).join('');
}

/** A path whose delimiters are not encoded, and all else in capitals: the only freedom that its spelling has. */
function plainly(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (whole, hex: string) => {
    const one = String.fromCharCode(parseInt(hex, 16));
    return /[!$&'()*+,=:@]/.test(one) ? one : whole.toUpperCase();
  });
}
