import { matchStars } from './match-stars.ts';

/** Recognises values by a pattern. */
export interface Glob {
  matches(value: string): boolean;
}

/** The most a pattern may hold: UTF-16 code units, and stars. */
export const MOST_CHARACTERS = 512;
export const MOST_STARS = 8;

/** One segment of a pattern: text with stars in it, text as it is, or any number of whole segments. */
export type GlobSegment = { readonly stars: string } | { readonly literal: string } | typeof ANY_SEGMENTS;
export const ANY_SEGMENTS = '**';

const CONTROL = /\p{Cc}/u;

export function hasControl(text: string): boolean {
  return CONTROL.test(text);
}

/** Takes a pattern apart at `/`. Only `*` means anything; every other character stands for itself. */
export function globSegments(pattern: string): readonly GlobSegment[] {
  return pattern
    .split('/')
    .map((text) => (text === ANY_SEGMENTS ? ANY_SEGMENTS : text.includes('*') ? { stars: text } : { literal: text }));
}

/**
 * Compiles a pattern. `*` is zero or more characters other than `/` and control characters, though a segment of
 * stars alone is never empty; `**` as a whole segment is one or more non-empty segments at the end, zero or more
 * elsewhere. A value with a control character matches no pattern.
 */
export function compileGlob(pattern: string): Glob {
  return compileSegments(globSegments(pattern));
}

/** Compiles segments; literals, `x/**` and all that has no `**` skip what they do not need. */
export function compileSegments(segments: readonly GlobSegment[]): Glob {
  if (segments.every(isLiteral)) {
    const whole = segments.map((segment) => segment.literal).join('/');
    return { matches: (value) => value === whole && !hasControl(value) };
  }
  const head = segments.slice(0, -1);
  if (segments.at(-1) === ANY_SEGMENTS && head.every(isLiteral)) {
    const prefix = head.map((segment) => `${segment.literal}/`).join('');
    return {
      matches: (value) =>
        value.length > prefix.length &&
        value.startsWith(prefix) &&
        allFilled(value, prefix.length) &&
        !hasControl(value),
    };
  }
  return { matches: (value) => !hasControl(value) && matchSegments(segments, value.split('/')) };
}

function isLiteral(segment: GlobSegment): segment is { readonly literal: string } {
  return segment !== ANY_SEGMENTS && 'literal' in segment;
}

/** Whether the rest of a value is one or more segments, none of them empty. */
function allFilled(value: string, from: number): boolean {
  return (
    value.charCodeAt(from) !== SLASH && value.charCodeAt(value.length - 1) !== SLASH && !value.includes('//', from)
  );
}

const SLASH = 0x2f;

/**
 * Matches by taking what follows each `**` where it first fits; only the last `**` is ever given more. That is
 * exact: what an earlier one could take more, the last one can take as well.
 */
function matchSegments(pattern: readonly GlobSegment[], value: readonly string[]): boolean {
  let at = 0;
  let open = -1;
  let taken = 0;
  let i = 0;
  while (i < value.length) {
    const segment = pattern[at];
    if (segment === ANY_SEGMENTS) {
      open = at;
      at += 1;
      taken = i;
      if (at === pattern.length) return value.slice(i).every((text) => text !== '');
    } else if (segment !== undefined && matchOne(segment, value[i] ?? '')) {
      at += 1;
      i += 1;
    } else if (open !== -1 && value[taken] !== '') {
      taken += 1;
      i = taken;
      at = open + 1;
    } else {
      return false;
    }
  }
  return at === pattern.length;
}

function matchOne(segment: Exclude<GlobSegment, typeof ANY_SEGMENTS>, text: string): boolean {
  if ('literal' in segment) return segment.literal === text;
  return text !== '' && matchStars(segment.stars, text);
}
