const UNITS: readonly (readonly [seconds: number, from: number, name: string])[] = [
  [365.25 * 86_400, 730 * 86_400, 'y'],
  [86_400, 48 * 3600, 'd'],
  [3600, 2 * 3600, 'h'],
  [60, 120, 'min'],
  [1, 0, 's'],
];

/** A length of time in one unit, rounded down: `59 min`. */
export function durationInWords(seconds: number): string {
  const [unit, , name] = UNITS.find(([, from]) => seconds >= from) ?? [1, 0, 's'];
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
