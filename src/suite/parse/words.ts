import type { ShapeWords } from '../../policy/document/check-shape.ts';
import { policyShape } from '../../policy/parse/shape.ts';
import { quote } from '../../policy/quote.ts';

const { words } = policyShape;

/** A place in the set of an invariant as the place in a rule where the same is written. */
function inRule(place: string): string {
  return place
    .replace(/^\/invariants\/\*\/(?:never|always)/, '/rules/*/when')
    .replace(/\/subject\/outside/, '/subject')
    .replace(/\/when\/(action|resource)(?:\/\*)?$/, '/grants/*/$1s/*');
}

/** What a test file calls things. */
/** What a test file calls things. */
export const testWords: ShapeWords = {
  language: 'the test format',
  unknownKey: (place) => words.unknownKey?.(inRule(place)),
  unknownValue: (place) =>
    /\/(?:expect|effect)$/.test(place)
      ? ['unknown-value', 'an effect that can be expected']
      : words.unknownValue?.(inRule(place)),
  missing: (place, key) =>
    /^\/tests\/\*$/.test(place)
      ? ['missing-key', `the key ${quote(key)} is missing`, 'a case has `given` and `expect`, or a `matrix`']
      : key === 'always'
        ? ['missing-key', 'the key `never` or `always` is missing', 'an invariant has one of them']
        : undefined,
  forbidden: (place) =>
    place.startsWith('/invariants/')
      ? ['invalid-value', 'an invariant is either `never` or `always`', 'make two invariants']
      : [
          'invalid-value',
          'beside `matrix` stand neither `given`, `when` nor `expect`',
          'write them inside the matrix, or make two cases',
        ],
  pattern: (place, pattern) => {
    if (place.endsWith('/at'))
      return [
        'invalid-time',
        'this is not a time',
        'write a time with its offset (RFC 3339), such as `2026-01-01T00:00:00Z`',
      ];
    return place.endsWith('/ttl')
      ? ['invalid-duration', 'this is not a duration', 'write digits and a unit: `30s`, `15m`, `24h`, `7d`']
      : words.pattern?.(inRule(place), pattern);
  },
  tooLong: (place) => words.tooLong?.(inRule(place)),
  count: (place, keyword) =>
    /\/(?:never|always)$/.test(place)
      ? ['missing-key', 'the set is empty', 'say of which tokens and requests; `plain: true` is plain access']
      : /^\/invariants\/\*\/./.test(place)
        ? words.count?.(inRule(place), keyword)
        : undefined,
  nothing: (place) => words.nothing?.(inRule(place)),
};
