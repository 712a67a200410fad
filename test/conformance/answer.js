// @ts-check
import { clearTimeout, setTimeout } from 'node:timers';

/**
 * @typedef {import('./judge.js').Adapter} Adapter
 * @typedef {import('./judge.js').Answer} Answer
 */

/** @param {() => Promise<Answer>} ask @param {Adapter} adapter */
export async function answerOf(ask, { patience = 30 }) {
  const { promise: silence, stop } = silent(patience);
  try {
    const answer = await Promise.race([ask(), silence]);
    if (answer === undefined) return 'no answer';
    return 'accepted' in answer ? 'accept' : answer.refused;
  } catch (error) {
    return `threw: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    stop();
  }
}

/** @param {number} seconds @returns {{ promise: Promise<undefined>, stop(): void }} */
function silent(seconds) {
  let stop = () => {};
  const promise = new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), seconds * 1_000);
    stop = () => clearTimeout(timer);
  });
  return { promise, stop };
}

/** @param {string} got @param {readonly string[]} expected @param {Adapter} adapter */
export function holds(got, expected, { speaksCodes }) {
  if (got === 'no answer') return false;
  return speaksCodes || got === 'accept' || expected.includes('accept') ? expected.includes(got) : true;
}
