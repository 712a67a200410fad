import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compilePolicy } from '../../../src/decision/compile.ts';
import { formatPolicy } from '../../../src/policy/fmt/format-policy.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { documents, type Json } from './documents.ts';
import { commentsOf, render, type Style } from './render.ts';

const numRuns = Number(process.env['COUNTERSIGN_RUNS'] ?? 600);

const styles = fc.record({
  choices: fc.array(fc.nat(100_000), { maxLength: 400, size: 'max' }),
  shuffle: fc.boolean(),
  json: fc.constant(false),
});

const files = fc.constantFrom('p.yaml', 'p.yaml', 'p.yml', 'p.json');

describe('formatting', () => {
  test('changes nothing the second time', () => {
    check((text, file) => {
      const once = format(text, file);
      expect(format(once, file)).toBe(once);
    });
  });

  test('changes neither the policy nor what is wrong with it', () => {
    let policies = 0;
    check((text, file) => {
      const [before, after] = [text, format(text, file)].map((one) => parsePolicy([{ file, text: one }]));
      expect(codesOf(after!)).toEqual(codesOf(before!));
      expect(withoutPlaces(after!.policy)).toEqual(withoutPlaces(before!.policy));
      if (before!.policy === undefined) return;
      policies++;
      expect(compilePolicy(after!.policy!).digest).toBe(compilePolicy(before!.policy).digest);
    });
    expect(policies).toBeGreaterThan(numRuns / 10);
  });

  test('keeps every comment, and their order where the keys were in order', () => {
    let comments = 0;
    check((text, file, { shuffle }) => {
      const [before, after] = [commentsOf(text), commentsOf(format(text, file))];
      comments += before.length;
      expect(after.toSorted()).toEqual(before.toSorted());
      if (!shuffle) expect(after).toEqual(before);
    });
    expect(comments).toBeGreaterThan(numRuns);
  });

  test('leaves no tab, trailing space, carriage return or double blank line', () => {
    check((text, file) => {
      const formatted = format(text, file);
      expect(formatted).not.toMatch(/[\t\r]| \n|\n\n$|^\n/);
      expect(formatted).toMatch(/[^\n]\n$/);
    });
  });
});

function check(holds: (text: string, file: string, style: Style) => void): void {
  fc.assert(
    fc.property(documents, styles, files, (document: Json, style, file) => {
      holds(render(document, style), file, style);
    }),
    { numRuns },
  );
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
