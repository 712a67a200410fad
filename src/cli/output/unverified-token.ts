import type { Paint } from './paint.ts';
import { distanceInWords, durationInWords, timestamp } from '../../policy/time-in-words.ts';

const TIMES: readonly (readonly [claim: string, name: string])[] = [
  ['iat', 'issued'],
  ['nbf', 'not before'],
  ['exp', 'expires'],
];

/** The times among a token's claims, in words; a claim that is no time is left out. `now` in seconds. */
export function timesInWords(
  claims: Readonly<Record<string, unknown>>,
  { paint, now }: { paint: Paint; now: number },
): readonly string[] {
  return TIMES.flatMap(([claim, name]) => {
    const time = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    if (typeof time !== 'number' || !Number.isFinite(time)) return [];
    const past = claim === 'exp' && time <= now;
    const words = past ? paint('bad', `expired ${durationInWords(now - time)} ago`) : distanceInWords(time, now);
    return [`${paint('note', (past ? 'expired' : name).padEnd(10))}  ${timestamp(time)}  ${words}`];
  });
}
