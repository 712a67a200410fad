import { HIDDEN_CHARACTER } from '../quote.ts';
import type { Problems } from './problems.ts';

/** The most a policy file may hold, in bytes of UTF-8. */
export const MOST_BYTES: number = 1024 * 1024;

/** Line ends and tabs are seen; a variation selector behind a sign it may follow only says how that sign is drawn. */
const UNWELCOME = new RegExp(
  `\\r(?!\\n)|(?![\\t\\n\\r]|(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f])(?:${HIDDEN_CHARACTER.source})`,
  'gu',
);

/**
 * Refuses what a reader of the text would not see, or not see right: a reviewer must be able to trust the page.
 * Such a character can still be written as an escape in a double-quoted string. False where the text is not fit
 * to be read any further.
 */
export function checkText(text: string, problems: Problems): boolean {
  // What has more characters is not encoded to learn that it has more bytes.
  if (text.length > MOST_BYTES || new TextEncoder().encode(text).length > MOST_BYTES) {
    problems.add(
      'file-too-large',
      { start: 0, end: 0 },
      `the file is larger than ${String(MOST_BYTES)} bytes`,
      'split it into several files of one directory',
    );
    return false;
  }
  if (text.startsWith('\uFEFF')) {
    problems.add(
      'byte-order-mark',
      { start: 0, end: 1 },
      'the file begins with a byte order mark',
      'save it as UTF-8 without a byte order mark',
    );
  }
  // A byte order mark is found here again; one place has one answer, and the first counts.
  for (const { 0: found, index } of text.matchAll(UNWELCOME)) {
    const point = found.codePointAt(0) ?? 0;
    const name = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
    const span = { start: index, end: index + found.length };
    if (point >= 0xd800 && point <= 0xdfff) {
      problems.add(
        'invalid-unicode',
        span,
        `half of a surrogate pair (${name}) stands alone`,
        'save the file as UTF-8',
      );
    } else {
      problems.add(
        'invisible-character',
        span,
        `the character ${name} cannot be seen, or changes what is seen`,
        'remove it; where it is meant, write it as an escape in a double-quoted string',
      );
    }
    if (problems.full) break;
  }
  return problems.count === 0;
}
