import { describe, expect, test } from '@jest/globals';
import { sources, text } from './repository.ts';

const LONGEST_FILE = 300;

describe('every source file', () => {
  test('is there', () => {
    expect(sources.length).toBeGreaterThan(0);
  });

  test('exports by name', () => {
    expect(sources.filter((path) => /^export default\b|\bas default\b/m.test(text(path)))).toEqual([]);
  });

  test(`has at most ${LONGEST_FILE} lines`, () => {
    const long = sources
      .map((path) => ({ path, lines: text(path).trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > LONGEST_FILE);
    expect(long).toEqual([]);
  });

  test('has a name in kebab-case', () => {
    expect(sources.filter((path) => !/^src(\/[a-z0-9]+(-[a-z0-9]+)*)+\.ts$/.test(path))).toEqual([]);
  });
});
