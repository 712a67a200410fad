// @ts-check

/**
 * The middle of a list of numbers, or the mean of the middle two.
 * @param {readonly number[]} values
 */
export function median(values) {
  if (values.length === 0) throw new TypeError('nothing has no median');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * A number for people: three significant digits, thousands apart.
 * @param {number} value
 */
export function inDigits(value) {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
