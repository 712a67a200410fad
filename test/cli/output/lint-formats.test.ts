import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { formatCompact } from '../../../src/cli/output/lint/compact.ts';
import { formatGithub } from '../../../src/cli/output/lint/github.ts';
import { formatLintJson } from '../../../src/cli/output/lint/json.ts';
import { formatJunit } from '../../../src/cli/output/lint/junit.ts';
import type { LintReport } from '../../../src/cli/output/lint/lint-report.ts';
import { formatPretty } from '../../../src/cli/output/lint/pretty.ts';
import { formatSarif } from '../../../src/cli/output/lint/sarif.ts';
import { type LintDiagnostic, lintPolicy } from '../../../src/lint/lint-policy.ts';
import { lintRules } from '../../../src/lint/registry.ts';
import { text } from '../../repository/repository.ts';
import { expectWellFormed } from './well-formed.ts';

const HOSTILE = 'a:b, 100%\r\n"<c>&\'\u0000\u001b[31m\u202e\ufffe ]]> `d`';

const at = { file: 'policies/a b,c%.yaml', line: 2, column: 3, endLine: 2, endColumn: 5 };
const report: LintReport = {
  diagnostics: [
    {
      code: 'rule-expired',
      severity: 'warning',
      message: HOSTILE,
      at,
      help: 'remove it',
      docs: 'https://example.com/rule-expired',
      related: [{ at: { ...at, line: 1, endLine: 1 }, message: 'the other place' }],
      fix: [],
    },
    { code: 'unknown-key', severity: 'error', message: 'no such key', at: { ...at, endLine: 3 } },
  ],
  files: [at.file, 'policies/clean.yaml'],
  sources: [{ file: at.file, text: 'version: 1\n  key: ü\n\n' }],
};
const unexpected = (what: string): never => {
  throw new Error(what);
};
const none: LintReport = { diagnostics: [], files: ['policies/clean.yaml'], sources: [] };

test('pretty shows related places below the first, and help last', () => {
  const shown = formatPretty({ ...report, diagnostics: report.diagnostics.slice(0, 1) }, { color: false });
  expect(shown).toMatchInlineSnapshot(`
    "warning[rule-expired]: a:b, 100%\\u{d}\\u{a}"<c>&'\\u{0}\\u{1b}[31m\\u{202e}￾ ]]> \`d\`
     --> policies/a b,c%.yaml:2:3
      |
    2 |   key: ü
      |   ^^
    note: the other place
     --> policies/a b,c%.yaml:1:3
      |
    1 | version: 1
      |   ^^
      = help: remove it
      = docs: https://example.com/rule-expired

    "
  `);
  expect(formatPretty(none, { color: false })).toBe('');
  expect(formatPretty(report, { color: true })).toContain('\u001b[1;36mnote\u001b[0m');
});

test('pretty sets a place and those related to it under one gutter', () => {
  const far = { ...at, line: 100, endLine: 100 };
  const diagnostic = { ...report.diagnostics[0]!, message: 'it ends', at: far };
  const sources = [{ file: at.file, text: `${'version: 1\n'.repeat(99)}  last: 1\n` }];
  expect(formatPretty({ ...report, sources, diagnostics: [diagnostic] }, { color: false })).toMatchInlineSnapshot(`
    "warning[rule-expired]: it ends
       --> policies/a b,c%.yaml:100:3
        |
    100 |   last: 1
        |   ^^
    note: the other place
       --> policies/a b,c%.yaml:1:3
        |
      1 | version: 1
        |   ^^
        = help: remove it
        = docs: https://example.com/rule-expired

    "
  `);
});

test('compact is one line a diagnostic', () => {
  expect(formatCompact(report)).toMatchInlineSnapshot(`
    "policies/a b,c%.yaml:2:3: warning rule-expired a:b, 100%\\u{d}\\u{a}"<c>&'\\u{0}\\u{1b}[31m\\u{202e}￾ ]]> \`d\`
    policies/a b,c%.yaml:2:3: error unknown-key no such key
    "
  `);
  expect(formatCompact(none)).toBe('');
});

test('github escapes properties and data, and has columns only within one line', () => {
  expect(formatGithub(report)).toMatchInlineSnapshot(`
    "::warning file=policies/a b%2Cc%25.yaml,line=2,endLine=2,col=3,endColumn=5,title=rule-expired::a:b, 100%25\\u{d}\\u{a}"<c>&'\\u{0}\\u{1b}[31m\\u{202e}￾ ]]> \`d\`%0Ahelp: remove it%0Adocs: https://example.com/rule-expired
    ::error file=policies/a b%2Cc%25.yaml,line=2,endLine=3,title=unknown-key::no such key
    "
  `);
  expect(formatGithub(none)).toBe('');
});

test('json is valid under its schema', () => {
  const validate = new Ajv2020({ strict: true }).compile(JSON.parse(text('schemas/lint-output.schema.json')));
  for (const each of [report, none]) {
    const output = JSON.parse(formatLintJson(each));
    expect([validate(output), validate.errors]).toEqual([true, null]);
  }
  expect(JSON.parse(formatLintJson(report)).summary).toEqual({ errors: 1, warnings: 1, files: 2 });
  expect(validate({ version: 1, diagnostics: [{}], summary: {} })).toBe(false);
});

test('junit is well-formed, with a suite for every file', () => {
  for (const each of [report, none]) expectWellFormed(formatJunit(each));
  expect(formatJunit(report)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="countersign lint" tests="3" failures="2" errors="0">
      <testsuite name="policies/a b,c%.yaml" tests="2" failures="2" errors="0" skipped="0">
        <testcase name="rule-expired 2:3" classname="policies/a b,c%.yaml">
          <failure type="warning" message="a:b, 100%\\u{d}\\u{a}&quot;&lt;c&gt;&amp;&apos;\\u{0}\\u{1b}[31m\\u{202e}\\u{fffe} ]]&gt; \`d\`">policies/a b,c%.yaml:2:3: warning rule-expired
    help: remove it
    docs: https://example.com/rule-expired</failure>
        </testcase>
        <testcase name="unknown-key 2:3" classname="policies/a b,c%.yaml">
          <failure type="error" message="no such key">policies/a b,c%.yaml:2:3: error unknown-key</failure>
        </testcase>
      </testsuite>
      <testsuite name="policies/clean.yaml" tests="1" failures="0" errors="0" skipped="0">
        <testcase name="lint" classname="policies/clean.yaml"/>
      </testsuite>
    </testsuites>
    "
  `);
});

interface Placed {
  locations: [{ physicalLocation: { region: { startLine: number } } }];
}

describe('sarif', () => {
  test('names rule, place, related places and fingerprint of each result', async () => {
    const [run] = JSON.parse(await formatSarif(report, { warn: unexpected })).runs;
    const { rules } = run.tool.driver;
    expect(run.columnKind).toBe('utf16CodeUnits');
    const uri = 'policies/a%20b%2Cc%25.yaml';
    expect(run.results).toMatchObject([
      {
        level: 'warning',
        message: { text: expect.stringMatching(/^A:b.*\. Remove it\.$/) },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
              region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 5 },
            },
          },
        ],
        relatedLocations: [{ id: 1, message: { text: 'The other place.' } }],
      },
      { level: 'error', message: { text: 'No such key.' } },
    ]);
    for (const { ruleId, ruleIndex, partialFingerprints } of run.results) {
      expect(rules[ruleIndex].id).toBe(ruleId);
      expect(partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]{64}:1$/);
    }
  });

  test('describes every lint rule', async () => {
    const [run] = JSON.parse(await formatSarif(none, { warn: unexpected })).runs;
    const { rules } = run.tool.driver;
    expect(rules.map(({ id }: { id: string }) => id)).toEqual(lintRules.map(({ id }) => id));
    for (const rule of rules) {
      expect(rule.shortDescription.text).toMatch(/\.$/);
      expect(rule.fullDescription.text).not.toBe('');
      expect(rule.help.markdown.startsWith(`# ${rule.id}\n`)).toBe(true);
      expect(['error', 'warning']).toContain(rule.defaultConfiguration.level);
      const score = rule.properties?.['security-severity'] ?? '0.1';
      expect([typeof score, Number(score) > 0 && Number(score) <= 10]).toEqual(['string', true]);
    }
  });

  const policy = (until: string): string =>
    `version: 1\nrules:\n  - id: ${until}\n    valid: { until: x }\n  - id: b\n    valid: { until: x }\n`;
  const fingerprints = async (source: string): Promise<readonly string[]> => {
    const sources = [{ file: 'a.yaml', text: source }];
    const diagnostics = source
      .split('\n')
      .flatMap((line, index) =>
        line.includes('valid')
          ? [{ ...report.diagnostics[0]!, at: { ...at, file: 'a.yaml', line: index + 1, endLine: index + 1 } }]
          : [],
      );
    const [run] = JSON.parse(await formatSarif({ diagnostics, files: ['a.yaml'], sources }, { warn: unexpected })).runs;
    const results = run.results as { partialFingerprints: { primaryLocationLineHash: string } }[];
    return results.map((result) => result.partialFingerprints.primaryLocationLineHash);
  };

  test('knows a result again when lines around it move, and tells alike ones apart', async () => {
    const before = await fingerprints(policy('a'));
    expect(new Set(before).size).toBe(2);
    expect(await fingerprints(policy('a').replace('rules:', '# new\n\nrules:'))).toEqual(before);
    const alike = await fingerprints(policy('b'));
    expect(alike[0]?.slice(0, 64)).toBe(alike[1]?.slice(0, 64));
    expect(alike.map((print) => print.slice(64))).toEqual([':1', ':2']);
  });

  test('has room for 25,000 results: the gravest, in their order, and says what it lacks', async () => {
    const [warning, error] = report.diagnostics as [LintDiagnostic, LintDiagnostic];
    const many = [...Array<LintDiagnostic>(25_000).fill(warning), error].map((one, index) => ({
      ...one,
      at: { ...at, line: index + 1, endLine: index + 1 },
    }));
    const warnings: string[] = [];
    const warn = (what: string): unknown => warnings.push(what);
    const full = JSON.parse(await formatSarif({ ...report, diagnostics: many.slice(1) }, { warn })).runs[0];
    expect([full.results.length, full.invocations, warnings]).toEqual([25_000, undefined, []]);
    const [run] = JSON.parse(
      await formatSarif({ ...report, diagnostics: [...many, ...many.slice(0, 2)] }, { warn }),
    ).runs;
    const lines = run.results.map(({ locations: [one] }: Placed) => one.physicalLocation.region.startLine);
    expect(lines).toEqual([...Array(24_999).keys(), 25_000].map((index) => index + 1));
    expect(warnings).toEqual([expect.stringMatching(/25000 results.*; 3 more are left out$/)]);
    expect(run.invocations).toEqual([
      {
        executionSuccessful: true,
        toolExecutionNotifications: [
          { level: 'warning', message: { text: expect.stringContaining('; 3 more are left out.') } },
        ],
      },
    ]);
  });

  test('leads to the same pages as diagnostics do', async () => {
    const source = `version: 1\nissuers:\n  a: { url: https://a.example/, audiences: [x] }\n`;
    const docs = lintPolicy([{ file: 'a.yaml', text: source }], { now: 0 });
    expect(docs.length).toBeGreaterThan(0);
    const [run] = JSON.parse(await formatSarif(none, { warn: unexpected })).runs;
    const described = run.tool.driver.rules as { id: string; helpUri: string }[];
    const uris = new Map(described.map(({ id, helpUri }) => [id, helpUri]));
    for (const { code, docs: page } of docs) expect(page).toBe(uris.get(code));
  });
});
