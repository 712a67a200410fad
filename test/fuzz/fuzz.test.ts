/** A bounded hunt, from a seed of its own in every run, and every text that was ever found to break something. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { hunt } from './hunt.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';
import { targets } from './targets.ts';
import { runsOf } from '../runs.ts';

const RUNS = runsOf();
const SEED = Number(process.env['COUNTERSIGN_SEED'] ?? Date.now() % 2 ** 31);
const fixtures = join(import.meta.dirname, 'fixtures');

describe.each(Object.entries(targets))('fuzzing %s', (name, target) => {
  test('finds nothing that does not hold', () => {
    const { accepted, crash } = hunt(target, SEED, SEED + RUNS);
    const replay = crash && `npm run fuzz -- --target ${name} --seed ${String(crash.seed)}`;
    expect({ replay, ...crash }).toEqual({});
    // A hunt among texts that are all refused at once would prove little.
    expect(accepted).toBeGreaterThan(RUNS / 50 - 5);
  });

  test('draws the same text of the same seed', () => {
    expect(target.draw(new Random(SEED))).toBe(target.draw(new Random(SEED)));
  });

  for (const file of readdirSync(fixtures).filter((one) => one.startsWith(`${name}-`))) {
    test(`holds for ${file}`, () => {
      const text = JSON.parse(readFileSync(join(fixtures, file), 'utf8')) as string;
      expect(() => target.check(text)).not.toThrow();
    });
  }
});

describe('a hunt', () => {
  const fussy: Target = {
    draw: (random) => 'abc'.repeat(random.below(9)),
    check: (text) => {
      if (text.includes('bc')) throw new Error('no bc');
      return true;
    },
  };

  test('says by which seed it found something, and the least of it', () => {
    const { crash } = hunt(fussy, 7, 1000);
    expect(crash?.text).toBe('bc');
    expect(fussy.draw(new Random(crash?.seed ?? 0))).toContain('bc');
  });
});
