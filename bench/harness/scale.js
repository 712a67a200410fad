// @ts-check

/**
 * Places values between two ends of an axis.
 * @typedef {{ place: (value: number) => number, ticks: readonly number[] }} Scale
 */

/**
 * A scale from nought, or on a logarithmic axis from the power of ten below the least value, to a round number that
 * none exceeds.
 * @param {readonly number[]} values
 * @param {boolean} isLog
 * @param {number} from where the scale begins
 * @param {number} to where it ends
 * @returns {Scale}
 */
export function scaleOf(values, isLog, from, to) {
  const most = Math.max(...values);
  if (isLog) {
    const low = Math.floor(Math.log10(Math.min(...values)));
    const high = Math.max(low + 1, Math.ceil(Math.log10(most)));
    return {
      place: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
      ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
    };
  }
  const step = roundStep(most / 4);
  const count = Math.max(1, Math.ceil(most / step));
  return {
    place: (value) => from + (value / (step * count)) * (to - from),
    ticks: Array.from({ length: count + 1 }, (_, i) => i * step),
  };
}

/**
 * The least of 1, 2, 2.5, 5 and 10 times a power of ten that is not less.
 * @param {number} least
 */
function roundStep(least) {
  if (least <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 2.5, 5].find((factor) => factor * power >= least) ?? 10);
}
