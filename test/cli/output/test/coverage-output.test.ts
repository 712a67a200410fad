import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { paintWith } from '../../../../src/cli/output/paint.ts';
import { formatLcov } from '../../../../src/cli/output/test/lcov.ts';
import { reportCoverage } from '../../../../src/cli/output/test/report-coverage.ts';
import { type Coverage, tallyOf } from '../../../../src/suite/coverage/coverage.ts';
import { coverageOf, ONE_RULE } from '../../../suite/coverage/coverage-of.ts';

const paint = paintWith(false);
const FITS =
  '{ issuer: gitpod, audience: https://a.example, sub: "org:acme/env:e", claims: { email: a@acme.example, team: sre } }';
const EVIL = FITS.replace('org:acme', 'org:evil');
const none = coverageOf(ONE_RULE, []);
const some = coverageOf(ONE_RULE, [
  [FITS, '{ action: login }'],
  [FITS, '{ action: read, resource: public/a }'],
  [EVIL, '{}'],
]);

const ONE_LINE = JSON.stringify({
  version: 1,
  issuers: { gitpod: { url: 'https://app.gitpod.io', subject: 'gitpod', audiences: ['https://a.example'] } },
  rules: ['x', 'y'].map((id) => ({ id, effect: 'allow', when: { issuer: 'gitpod', subject: 'org:a', kind: 'user' } })),
});

test('a report names every place that no case reaches', () => {
  expect(reportCoverage(none, { paint }).text).toMatchInlineSnapshot(`
    "    0 %  deploy  0 of 13
             trust.yaml:6  the rule applies to no case
             trust.yaml:9  no case is refused for its issuer alone
             trust.yaml:10  no case is refused for its audience alone
             trust.yaml:11  no case is refused for its subject alone
             trust.yaml:12  no case is refused for its kind alone
             trust.yaml:14  no case is refused for its claim \`email\` alone
             trust.yaml:15  no case is refused for its claim \`team\` alone
             trust.yaml:16  no case is refused for its time alone
             trust.yaml:18  the action \`read\` covers no request of a case
             trust.yaml:18  the action \`list\` covers no request of a case
             trust.yaml:19  the resource \`secret/\${subject.project}/**\` covers no request of a case
             trust.yaml:19  the resource \`public/**\` covers no request of a case
             trust.yaml:20  the action \`login\` covers no request of a case

    coverage 0 % (0 of 13)
    "
  `);
});

test('a report says what is enough', () => {
  expect(reportCoverage(some, { paint, min: 50 }).text).toMatchInlineSnapshot(`
    " 38.4 %  deploy  5 of 13
             trust.yaml:9  no case is refused for its issuer alone
             trust.yaml:10  no case is refused for its audience alone
             trust.yaml:12  no case is refused for its kind alone
             trust.yaml:14  no case is refused for its claim \`email\` alone
             trust.yaml:15  no case is refused for its claim \`team\` alone
             trust.yaml:16  no case is refused for its time alone
             trust.yaml:18  the action \`list\` covers no request of a case
             trust.yaml:19  the resource \`secret/\${subject.project}/**\` covers no request of a case

    coverage 38.4 % (5 of 13), less than the 50 % asked for
    "
  `);
});

test.each<[covered: number, items: number, min: number | undefined, ok: boolean]>([
  [0, 4, undefined, true],
  [0, 4, 0, true],
  [2, 4, 50, true],
  [1, 4, 50, false],
  [1999, 2000, 99.95, true],
  [1999, 2000, 100, false],
  [4, 4, 100, true],
  [0, 0, 100, true],
])('%i of %i where at least %p % is asked for', (covered, items, min, ok) => {
  const at = { file: 'trust.yaml', line: 1, column: 1 };
  const all = Array.from({ length: items }, (_, index) => {
    return { kind: 'action' as const, name: 'read', at, cases: index < covered ? 1 : 0 };
  });
  const coverage: Coverage = { rules: [], total: tallyOf(all) };
  expect(reportCoverage(coverage, { paint, ...(min === undefined ? {} : { min }) }).ok).toBe(ok);
});

test.each([none, some])('the value fits its published schema', (coverage) => {
  const schema = JSON.parse(readFileSync('schemas/coverage.schema.json', 'utf8')) as object;
  const validate = new Ajv2020({ strict: true }).compile(schema);
  expect([validate(JSON.parse(JSON.stringify(coverage))), validate.errors]).toEqual([true, null]);
});

describe('lcov', () => {
  test('is as geninfo writes it', () => {
    expect(formatLcov(some)).toMatchInlineSnapshot(`
      "TN:
      SF:trust.yaml
      FN:6,deploy
      FNDA:2,deploy
      FNF:1
      FNH:1
      BRDA:9,0,0,2
      BRDA:9,0,1,0
      BRDA:10,1,0,2
      BRDA:10,1,1,0
      BRDA:11,2,0,2
      BRDA:11,2,1,1
      BRDA:12,3,0,2
      BRDA:12,3,1,0
      BRDA:14,4,0,2
      BRDA:14,4,1,0
      BRDA:15,5,0,2
      BRDA:15,5,1,0
      BRDA:16,6,0,2
      BRDA:16,6,1,0
      BRF:14
      BRH:8
      DA:6,2
      DA:9,0
      DA:10,0
      DA:11,1
      DA:12,0
      DA:14,0
      DA:15,0
      DA:16,0
      DA:18,0
      DA:19,0
      DA:20,1
      LF:11
      LH:3
      end_of_record
      "
    `);
  });

  test.each([
    ['nothing covered', none],
    ['some covered', some],
    ['all on one line', coverageOf(ONE_LINE, [['{ sub: "org:a/user:u" }', '{}']])],
  ])('has totals that add up, with %s', (_, coverage) => {
    for (const record of readLcov(formatLcov(coverage))) {
      for (const [what, entries] of [
        ['FN', record.FNDA],
        ['BR', record.BRDA],
        ['L', record.DA],
      ] as const) {
        const keys = entries.map((entry) => entry.key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(record.totals[`${what}F`]).toBe(entries.length);
        expect(record.totals[`${what}H`]).toBe(entries.filter(({ count }) => count > 0).length);
      }
    }
  });

  test('has a record for each file', () => {
    const [rule] = some.rules;
    if (rule === undefined) throw new Error('there is a rule');
    const other = { ...rule, rule: 'other', at: { ...rule.at, file: 'other.yaml' } };
    const records = readLcov(formatLcov({ ...some, rules: [rule, other, { ...rule, rule: 'third' }] }));
    expect(records.map(({ file, FNDA }) => [file, FNDA.map(({ key }) => key)])).toEqual([
      ['trust.yaml', ['deploy', 'third']],
      ['other.yaml', ['other']],
    ]);
  });
});

interface LcovEntry {
  readonly key: string;
  readonly count: number;
}

interface LcovRecord {
  readonly file: string;
  readonly FNDA: LcovEntry[];
  readonly BRDA: LcovEntry[];
  readonly DA: LcovEntry[];
  readonly totals: Record<string, number>;
}

/** Reads what `geninfo` documents: `FNDA:count,name`, `BRDA:line,block,branch,taken`, `DA:line,count`, totals. */
function readLcov(text: string): readonly LcovRecord[] {
  return text
    .split('end_of_record\n')
    .slice(0, -1)
    .map((part) => {
      const lines = part.trimEnd().split('\n');
      const of = (name: string): string[] =>
        lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1));
      const counted = (name: string): LcovEntry[] =>
        of(name).map((entry) => {
          const cut = entry.lastIndexOf(',');
          const taken = entry.slice(cut + 1);
          return { key: entry.slice(0, cut), count: taken === '-' ? 0 : Number(taken) };
        });
      const FNDA = of('FNDA').map((entry) => {
        const cut = entry.indexOf(',');
        return { key: entry.slice(cut + 1), count: Number(entry.slice(0, cut)) };
      });
      const totals = Object.fromEntries(
        ['FNF', 'FNH', 'BRF', 'BRH', 'LF', 'LH'].map((name) => [name, Number(of(name)[0])]),
      );
      return { file: of('SF')[0] ?? '', FNDA, BRDA: counted('BRDA'), DA: counted('DA'), totals };
    });
}
