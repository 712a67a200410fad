import { isCanonicalPath } from '../policy/glob/resource.ts';
import { type Reason, reason } from './reason.ts';

/** A request that can be decided. */
export interface Request {
  readonly audience?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly now: number;
}

const TEXTS: readonly string[] = ['audience', 'action', 'resource'];

/**
 * Parses a caller's request; what cannot be understood is refused, never guessed at. Where the time is given, a
 * request may not bring one of its own.
 */
export function parseRequest(input: unknown, time?: number): Request | Reason {
  const known = time === undefined ? [...TEXTS, 'now'] : TEXTS;
  if (input === undefined) return { now: time ?? currentTime() };
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return malformed('expected an object');
  const given = input as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) return malformed(`known are ${known.join(', ')}`, unknown);
  for (const key of TEXTS) {
    const value = given[key];
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      return malformed('expected a string that is not empty', key);
  }
  const { audience, action, resource } = given as Partial<Record<string, string>>;
  const now = time ?? (given['now'] === undefined ? currentTime() : given['now']);
  if (!isTime(now)) return malformed('expected seconds since the epoch', 'now');
  if (resource !== undefined) {
    if (action === undefined) return malformed('a resource needs an action', 'resource');
    if (!isCanonicalPath(resource)) return reason('resource_not_canonical', { actual: resource });
  }
  return {
    ...(audience === undefined ? {} : { audience }),
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
    now,
  };
}

/** The time to date the refusal of a request with: its own, where that much of it can be understood. */
export function timeOf(input: unknown): number {
  const now = typeof input === 'object' && input !== null && 'now' in input ? input.now : undefined;
  return isTime(now) ? now : currentTime();
}

export function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}

function currentTime(): number {
  return Date.now() / 1000;
}

function malformed(expected: string, path?: string): Reason {
  return reason('request_malformed', path === undefined ? { expected } : { expected, path });
}
