import { nearest } from '../../../policy/suggest.ts';
import { type Hint, hint } from './hint.ts';

/** Longer texts, and more of them, are not searched for near ones. */
const LONGEST = 128;
const MOST_WORDS = 256;
/** Ids made alike share most of their characters, so that only a slip or two counts as near. */
const MOST_EDITS = 2;

/** How a text differs from one of those wanted where that is a slip; at most one hint, of the nearest. */
export function textHints(actual: unknown, wanted: readonly unknown[]): readonly Hint[] {
  if (typeof actual !== 'string') return [];
  const texts = wanted.filter((text) => typeof text === 'string').slice(0, MOST_WORDS);
  const like = (form: (text: string) => string): string | undefined =>
    texts.find((text) => text !== actual && form(text) === form(actual));
  const byCase = like((text) => text.toLowerCase());
  if (byCase !== undefined) return [hint('case-differs', { expected: byCase, actual })];
  const bySlash = like((text) => text.replace(/\/$/, ''));
  if (bySlash !== undefined) return [hint('trailing-slash', { expected: bySlash, actual })];
  const bySpace = like((text) => text.trim());
  if (bySpace !== undefined) return [hint('surrounding-space', { expected: bySpace, actual })];
  if (actual.length > LONGEST || texts.includes(actual)) return [];
  const near = nearest(actual, texts.filter((text) => text.length <= LONGEST), MOST_EDITS); // prettier-ignore
  return near === undefined ? [] : [hint('nearly-the-same', { expected: near, actual })];
}
