import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compilePolicy } from '../../../src/decision/compile.ts';
import { formatPolicy } from '../../../src/policy/fmt/format-policy.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { documents, type Json } from './documents.ts';
import { commentsOf, render, type Style } from './render.ts';
import { runsOf } from '../../runs.ts';

const numRuns = runsOf();

const styles = fc.record({
  choices: fc.array(fc.nat(100_000), { maxLength: 400, size: 'max' }),
  shuffle: fc.boolean(),
  json: fc.constant(false),
});

const files = fc.constantFrom('p.yaml', 'p.yaml', 'p.yml', 'p.json');

test('formatting keeps the policy, what is wrong with it and every comment, is tidy, and changes nothing the second time', () => {
  let [policies, comments] = [0, 0];
  fc.assert(
    fc.property(documents, styles, files, (document: Json, style, file) => {
      const text = render(document, style);
      const formatted = format(text, file);
      expect(formatted).not.toMatch(/[\t\r]| \n|\n\n$|^\n/);
      expect(formatted).toMatch(/[^\n]\n$/);
      expect(format(formatted, file)).toBe(formatted);
      comments += commentsKept(text, formatted, style);
      if (isPolicyKept(text, formatted, file)) policies++;
    }),
    { numRuns },
  );
  expect(policies).toBeGreaterThan(numRuns / 10 - 5);
  expect(comments).toBeGreaterThan(numRuns);
});

/** How many comments there are, all of which have to be kept, and in their order where the keys were in order. */
function commentsKept(text: string, formatted: string, { shuffle }: Style): number {
  const [before, after] = [commentsOf(text), commentsOf(formatted)];
  expect(after.toSorted()).toEqual(before.toSorted());
  if (!shuffle) expect(after).toEqual(before);
  return before.length;
}

/** Whether there is a policy, which has to be the same; and so has what is wrong with it where there is none. */
function isPolicyKept(text: string, formatted: string, file: string): boolean {
  const [before, after] = [text, formatted].map((one) => parsePolicy([{ file, text: one }]));
  expect(codesOf(after!)).toEqual(codesOf(before!));
  expect(withoutPlaces(after!.policy)).toEqual(withoutPlaces(before!.policy));
  if (before!.policy === undefined) return false;
  expect(compilePolicy(after!.policy!).digest).toBe(compilePolicy(before!.policy).digest);
  return true;
}

function format(text: string, file: string): string {
  const { text: formatted, diagnostics } = formatPolicy({ file, text });
  expect(diagnostics).toEqual([]);
  return formatted ?? '';
}

function codesOf({ diagnostics }: ReturnType<typeof parsePolicy>): string[] {
  return diagnostics.map(({ code }) => code).toSorted();
}

function withoutPlaces(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null, (key, member: unknown) => (key === 'at' ? undefined : member)));
}
