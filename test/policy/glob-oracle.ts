/**
 * The glob language of the design, by its definition and nothing else: recursive, exponential, obviously right.
 * Shares no code with `src/`; for short inputs only.
 */

/** One segment of a pattern: a glob, or a value that stands for itself whatever characters it has. */
export type PatternSegment = string | { readonly literal: string };

/** Whether a glob recognises the whole of a value. */
export function globMatches(pattern: string, value: string): boolean {
  return segmentsMatch(pattern.split('/'), value);
}

/** The same for a pattern already in segments, where some may be literal. */
export function segmentsMatch(pattern: readonly PatternSegment[], value: string): boolean {
  return !/\p{Cc}/u.test(value) && coversAll(pattern, value.split('/'));
}

function coversAll(pattern: readonly PatternSegment[], value: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return value.length === 0;
  if (first === '**' && rest.length === 0) return value.length > 0 && !value.includes('');
  if (first === '**') {
    return coversAll(rest, value) || (value.length > 0 && value[0] !== '' && coversAll(pattern, value.slice(1)));
  }
  return value[0] !== undefined && coversSegment(first, value[0]) && coversAll(rest, value.slice(1));
}

function coversSegment(pattern: PatternSegment, value: string): boolean {
  if (typeof pattern !== 'string') return value === pattern.literal;
  if (/^\*+$/.test(pattern)) return value !== '';
  return coversText(pattern, value);
}

function coversText(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  if (pattern[0] === '*') {
    return coversText(pattern.slice(1), value) || (value !== '' && coversText(pattern, value.slice(1)));
  }
  return pattern[0] === value[0] && coversText(pattern.slice(1), value.slice(1));
}
