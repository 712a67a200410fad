const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [365.25 * 86_400, 'y'],
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
];

/** A length of time in the greatest unit that it has two of, or in seconds, rounded down: `59 min`. */
export function durationInWords(seconds: number): string {
  const [unit, name] = UNITS.find(([length]) => seconds >= 2 * length) ?? [1, 's'];
  return `${Math.floor(seconds / unit)} ${name}`;
}

/** How far a time is from now, both in seconds since the epoch: `in 59 min`, `3 d ago`. */
export function distanceInWords(time: number, now: number): string {
  return time > now ? `in ${durationInWords(time - now)}` : `${durationInWords(now - time)} ago`;
}

/** A time in seconds since the epoch as RFC 3339 in UTC; the number itself where no calendar reaches it. */
export function timestamp(time: number): string {
  const milliseconds = Math.floor(time) * 1000;
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString().replace('.000Z', 'Z') : String(time);
}
