const OUTSIDE_A_PATH = /[\p{Cc}\p{Cs}]/u;
/** A segment that is empty, `.` or `..`. */
const NOT_A_SEGMENT = /(?:^|\/)\.{0,2}(?:\/|$)/;

/**
 * Whether a text is a canonical path: one or more non-empty segments joined by `/`, none of them `.` or `..`,
 * without control characters and lone surrogates. Nothing is decoded or normalised: `%2e` is three characters.
 */
export function isCanonicalPath(text: string): boolean {
  return !OUTSIDE_A_PATH.test(text) && !NOT_A_SEGMENT.test(text);
}

const UNFILLABLE = /^\.{0,2}$|\/|\p{Cc}/u;

/** Whether a value can stand for one whole segment of a canonical path. */
export function isFillable(value: unknown): value is string {
  return typeof value === 'string' && !UNFILLABLE.test(value);
}
