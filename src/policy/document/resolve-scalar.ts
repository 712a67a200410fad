import type { Scalar } from './node.ts';

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['', '~', 'null', 'Null', 'NULL'].map((text) => [text, null] as const),
  ...['true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['false', 'False', 'FALSE'].map((text) => [text, false] as const),
]);

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;
const LEADING_ZEROS = /^-?0[0-9]+$/;
const OTHER_NUMBER =
  /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$/;

/**
 * What an unquoted scalar means: the core schema (YAML 1.2.2, section 10.3.2) narrowed to what JSON can also say.
 * `yes`, `0777`, `1_000` and dates are strings; a number in a spelling that JSON lacks is `ambiguous`; one that a
 * double cannot hold exactly is `too-large`.
 */
export function resolveScalar(source: string): { value: Scalar | null } | { refused: 'ambiguous' | 'too-large' } {
  const constant = CONSTANTS.get(source);
  if (constant !== undefined) return { value: constant };
  if (JSON_NUMBER.test(source)) {
    const value = Number(source);
    return Math.abs(value) < 2 ** 53 ? { value } : { refused: 'too-large' };
  }
  if (OTHER_NUMBER.test(source) && !LEADING_ZEROS.test(source)) return { refused: 'ambiguous' };
  return { value: source };
}
