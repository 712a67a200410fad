import { isDeepStrictEqual } from 'node:util';
import type { Diagnostic } from '../../src/policy/diagnostic.ts';

/** Throws, with what was found, where something does not hold. */
export function hold(holds: boolean, what: string, ...found: unknown[]): void {
  if (!holds) throw new Error([what, ...found.map((one) => JSON.stringify(one))].join(' '));
}

export function holdEqual(found: unknown, expected: unknown, what: string): void {
  hold(isDeepStrictEqual(found, expected), what, found, expected);
}

const MOST_DIAGNOSTICS = 1_000;
const LONGEST_SENTENCE = 1_000;

/** Every refusal has a code, a place inside of the text, and a sentence of one line; and there is an end of them. */
export function holdDiagnostics(diagnostics: readonly Diagnostic[], file: string, text: string): void {
  hold(diagnostics.length <= MOST_DIAGNOSTICS, 'too many diagnostics', diagnostics.length);
  const ends = text.split('\n').map((line) => line.length + 1);
  const isInside = (line: number, column: number): boolean => column >= 1 && column <= (ends[line - 1] ?? 0);
  for (const diagnostic of diagnostics) {
    const { code, severity, message, help = 'none', at } = diagnostic;
    hold(/^[a-z]+(-[a-z]+)*$/.test(code) && severity === 'error', 'no code', diagnostic);
    hold(at.file === file, 'another file', diagnostic);
    hold(isInside(at.line, at.column) && isInside(at.endLine, at.endColumn), 'no place in the text', diagnostic);
    hold(at.line < at.endLine || (at.line === at.endLine && at.column <= at.endColumn), 'a reversed place', diagnostic);
    for (const sentence of [message, help]) {
      hold(sentence.length > 0 && sentence.length <= LONGEST_SENTENCE, 'no sentence of fair length', diagnostic);
      hold(!/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(sentence), 'a sentence with a hidden character', diagnostic);
    }
  }
}
