import { hasControl } from './glob.ts';

const LONE_SURROGATE = /\p{Cs}/u;

/**
 * Whether a text is a canonical path: one or more non-empty segments joined by `/`, none of them `.` or `..`,
 * without control characters and lone surrogates. Nothing is decoded or normalised: `%2e` is three characters.
 */
export function isCanonicalPath(text: string): boolean {
  return (
    !hasControl(text) &&
    !LONE_SURROGATE.test(text) &&
    text.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}

const UNFILLABLE = /^\.{0,2}$|\/|\p{Cc}/u;

/** Whether a value can stand for one whole segment of a canonical path. */
export function isFillable(value: unknown): value is string {
  return typeof value === 'string' && !UNFILLABLE.test(value);
}
