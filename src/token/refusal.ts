import { reason, type Reason, type ReasonCode, type ReasonData } from '../decision/reason.ts';

/** A token was judged and found wanting. */
export interface Refusal {
  readonly reason: Reason;
}

export function refuse(code: ReasonCode, data: ReasonData = {}): Refusal {
  return { reason: reason(code, data) };
}

const LONGEST_SHOWN = 256;

/**
 * A value as reasons carry it: at most 256 characters, so that nobody fills our logs through a token. Short scalars and
 * structures stay what they are; whatever is longer becomes the beginning of its text.
 */
export function shown(value: unknown): unknown {
  if (typeof value === 'string') return cut(value);
  if (typeof value !== 'object' || value === null) return value;
  const text = JSON.stringify(value);
  return text.length <= LONGEST_SHOWN ? value : cut(text);
}

/** Never splits a surrogate pair: half of one is not a text that other systems take. */
function cut(text: string): string {
  if (text.length <= LONGEST_SHOWN) return text;
  const last = text.charCodeAt(LONGEST_SHOWN - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? LONGEST_SHOWN - 1 : LONGEST_SHOWN);
}
