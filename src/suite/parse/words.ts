import type { ShapeWords } from '../../policy/document/check-shape.ts';
import { quote } from '../../policy/quote.ts';

/** What a test file calls things. */
export const testWords: ShapeWords = {
  language: 'the test format',
  unknownValue: (place) =>
    /\/(?:expect|effect)$/.test(place) ? ['unknown-value', 'an effect that can be expected'] : undefined,
  missing: (place, key) =>
    /^\/tests\/\*$/.test(place)
      ? ['missing-key', `the key ${quote(key)} is missing`, 'a case has `given` and `expect`, or a `matrix`']
      : undefined,
  forbidden: () => [
    'invalid-value',
    'beside `matrix` stand neither `given`, `when` nor `expect`',
    'write them inside the matrix, or make two cases',
  ],
  pattern: (place) => {
    if (place.endsWith('/at'))
      return [
        'invalid-time',
        'this is not a time',
        'write a time with its offset (RFC 3339), such as `2026-01-01T00:00:00Z`',
      ];
    return place.endsWith('/ttl')
      ? ['invalid-duration', 'this is not a duration', 'write digits and a unit: `30s`, `15m`, `24h`, `7d`']
      : undefined;
  },
};
