import { type Hint, hint } from './hint.ts';

/** More segments than these are not tried one by one. */
const MOST_SEGMENTS = 32;
/** A pattern of wildcards alone is near to everything. */
const NAMES_SOMETHING = /[^*/]/;

/** Whether a value has one segment too many or too few for a pattern. `compile` gives a pattern's test. */
export function segmentHints(
  pattern: string,
  value: string,
  compile: (pattern: string) => (value: string) => boolean,
): readonly Hint[] {
  if (pattern.endsWith('/**') && compile(pattern.slice(0, -'/**'.length))(value)) {
    return [hint('double-star-needs-a-segment', { expected: pattern, actual: value })];
  }
  const matches = compile(pattern);
  if (eachWithoutOne(value).some(matches)) return [hint('one-segment-more', { expected: pattern, actual: value })];
  if (eachWithoutOne(pattern).some((shorter) => NAMES_SOMETHING.test(shorter) && compile(shorter)(value))) {
    return [hint('one-segment-less', { expected: pattern, actual: value })];
  }
  return [];
}

function eachWithoutOne(text: string): readonly string[] {
  const segments = text.split('/');
  if (segments.length > MOST_SEGMENTS) return [];
  return segments.map((_, i) => segments.filter((__, j) => j !== i).join('/'));
}
