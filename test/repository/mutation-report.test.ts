import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readReport, tally, writeReport } from '../mutation/report.js';
import { compareSurvivors, describeChange, readSurvivors, writeSurvivor } from '../mutation/survivors.js';

const folder = mkdtempSync(join(tmpdir(), 'survivors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (text: string): string => {
  const path = join(folder, 'file');
  writeFileSync(path, text);
  return path;
};
const position = (line: number, column: number): { line: number; column: number } => ({ line, column });

describe('a survivor', () => {
  const survivor = { file: 'src/a.ts', was: 'return a < b;', becomes: 'return true;' };
  const listed = { ...survivor, reason: 'a is always less' };

  test('is described by the lines it changes, in one', () => {
    const text = 'const x = 1;\n  if (a) {\n    b();\n  }\n';
    const location = { start: position(2, 10), end: position(4, 4) };
    expect(describeChange(text, { location, replacement: '{}' })).toEqual({
      was: 'if (a) { b(); }',
      becomes: 'if (a) {}',
    });
  });

  test('is known where it is listed, whatever the line it is on', () => {
    expect(compareSurvivors([listed], [survivor], new Set(['src/a.ts']))).toEqual({ unlisted: [], stale: [] });
  });

  test('is not known where another change of its file is listed', () => {
    const other = { ...survivor, becomes: 'return a <= b;' };
    expect(compareSurvivors([listed], [other], new Set(['src/a.ts']))).toEqual({ unlisted: [other], stale: [listed] });
  });

  test('may be listed for a file that was not tried', () => {
    expect(compareSurvivors([listed], [], new Set(['src/b.ts']))).toEqual({ unlisted: [], stale: [] });
  });

  test('is read from a list as it was written, once it has a reason', () => {
    const entry = writeSurvivor(survivor);
    expect(() => readSurvivors(dirname(written(entry)))).toThrow('an entry without reason');
    expect(readSurvivors(dirname(written(entry.replace('reason: ""', 'reason: because'))))).toEqual([
      { ...survivor, reason: 'because' },
    ]);
  });
});

describe('the report', () => {
  const results = [
    ...['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored'].map((status) => ({ status, file: 'src/token/a.ts' })),
    { status: 'Killed', file: 'src/policy/b.ts' },
  ];
  const files = tally(results, ({ file }) => file);

  test('counts what was tried', () => {
    expect([...files]).toEqual([
      ['src/token/a.ts', { mutants: 4, killed: 2 }],
      ['src/policy/b.ts', { mutants: 1, killed: 1 }],
    ]);
  });

  test('keeps the rows of files that were not tried again', () => {
    const first = writeReport(new Map(), files, { commit: 'abc1', date: '2026-01-01' });
    const rows = readReport(written(first));
    expect(rows.get('src/token/a.ts')).toEqual({ mutants: 4, killed: 2, commit: 'abc1', date: '2026-01-01' });
    const again = new Map([['src/token/a.ts', { mutants: 4, killed: 4 }]]);
    const second = writeReport(rows, again, { commit: 'def2', date: '2026-01-02' });
    expect(second).toContain('| `src/token/a.ts` | 4 | 4 | 0 | 100.0 % | def2 | 2026-01-02 |');
    expect(second).toContain('| `src/policy/b.ts` | 1 | 1 | 0 | 100.0 % | abc1 | 2026-01-01 |');
  });
});
