/** When a key comes into use. */
export interface Scheduled {
  /** Seconds since the epoch: it signs from here until the next one does. */
  readonly signsFrom: number;
}

/** Durations in seconds. */
export interface KeySchedule {
  /** How long a key signs. */
  readonly every: number;
  /** How long a key is published before it signs: longer than verifiers keep a key set. */
  readonly ahead: number;
  /** How long a key stays published after it signed last: as long as any token may live. */
  readonly retain: number;
}

/** The key that signs at `now`, of keys in the order in which they come into use; `undefined` only where there is none. */
export function signingKeyAt<Key extends Scheduled>(keys: readonly Key[], now: number): Key | undefined {
  return keys.findLast(({ signsFrom }) => signsFrom <= now) ?? keys[0];
}

/** The keys that are still published at `now`. */
export function publishedKeys<Key extends Scheduled>(
  keys: readonly Key[],
  { retain }: KeySchedule,
  now: number,
): readonly Key[] {
  return keys.filter((_, index) => {
    const next = keys[index + 1];
    return next === undefined || now < next.signsFrom + retain;
  });
}

/** From when another key is to sign, if it must be made at `now`. Only the very first one signs at once. */
export function nextKeyFrom(
  keys: readonly Scheduled[],
  { every, ahead }: KeySchedule,
  now: number,
): number | undefined {
  const last = keys.at(-1);
  if (last === undefined) return now;
  const due = last.signsFrom + every;
  return now < due - ahead ? undefined : Math.max(due, now + ahead);
}
