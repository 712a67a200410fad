/** Formats with a syntax of their own say every text, and no text says anything in that syntax. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatGithub } from '../../../src/cli/output/lint/github.ts';
import { formatJunit } from '../../../src/cli/output/lint/junit.ts';
import type { LintReport } from '../../../src/cli/output/lint/lint-report.ts';
import { formatSarif } from '../../../src/cli/output/lint/sarif.ts';
import { text } from '../../repository/repository.ts';
import { lintPolicy } from '../../../src/lint/lint-policy.ts';
import { junitError } from './validate-junit.ts';
import { multitool, schemaErrors } from './validate-sarif.ts';
import { runsOf, timeFor } from '../../runs.ts';

const HOSTILE = [
  ['quotes and markup', `"'<a href='x'>&amp;&#0;</a>`],
  ['the end of character data', ']]></failure><![CDATA['],
  ['control characters', '\u0000\u0008\u001b[31m\u007f\u0085'],
  ['line ends', 'a\r\nb\u2028c'],
  ['lone surrogates', '\ud800 and \udc00'],
  ['characters that are none', '\ufffe\uffff'],
  ['text that runs the other way', '\u202eevil'],
  ['characters beyond the first plane', '😀'],
  ['commands of GitHub', '::error file=a,line=1::%0A::stop-commands::x'],
] as const;

const reportOf = (...texts: readonly string[]): LintReport => ({
  diagnostics: texts.map((hostile) => ({
    code: 'rule-expired',
    severity: 'warning',
    message: hostile,
    at: { file: `policies/${hostile}.yaml`, line: 2, column: 3, endLine: 2, endColumn: 5 },
    help: hostile,
    docs: hostile,
  })),
  files: texts.flatMap((hostile) => [`policies/${hostile}.yaml`, `clean/${hostile}.yaml`]),
  sources: [],
});
const log = async (...texts: readonly string[]): Promise<unknown> =>
  JSON.parse(await formatSarif(reportOf(...texts), { warn: () => undefined }));

describe('junit', () => {
  test.each(HOSTILE)('holds to the schema with %s', (_, hostile) => {
    expect(junitError(formatJunit(reportOf(hostile)))).toBeUndefined();
  });

  test('holds to the schema with any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (hostile) => {
        expect(junitError(formatJunit(reportOf(hostile)))).toBeUndefined();
      }),
      { numRuns: runsOf() },
    );
  });

  test('holds to the schema with what lint says of a bad file, and of none', () => {
    const sources = [{ file: 'bad.yaml', text: text('test/lint/bad.yaml') }];
    const diagnostics = lintPolicy(sources, { now: 0 });
    expect(diagnostics.length).toBeGreaterThan(10);
    expect(junitError(formatJunit({ diagnostics, files: ['bad.yaml'], sources }))).toBeUndefined();
    expect(junitError(formatJunit({ diagnostics: [], files: [], sources: [] }))).toBeUndefined();
  });

  test.each([
    ['an element left open', (xml: string) => xml.replace('</failure>', ''), /mismatch/],
    ['a sign that is not escaped', (xml: string) => xml.replace('message="', 'message="<'), /'<'/],
    ['a control character', (xml: string) => xml.replace('message="', 'message="\u0001'), /invalid|PCDATA|Char/i],
    [
      'an attribute that is missing',
      (xml: string) => xml.replace(/(<testsuite [^>]*) tests="\d+"/, '$1'),
      /'tests' is required/,
    ],
    ['an element that is unknown', (xml: string) => xml.replaceAll('failure', 'warning'), /'warning'/],
    ['an attribute that is unknown', (xml: string) => xml.replace('<testcase ', '<testcase line="1" '), /'line'/],
  ])('would be found out with %s', (_, change, error) => {
    const xml = formatJunit(reportOf('x'));
    expect(change(xml)).not.toBe(xml);
    expect(junitError(change(xml))).toMatch(error);
  });
});

(multitool === undefined ? describe.skip : describe)('sarif', () => {
  test.each(HOSTILE)('holds to the schema with %s', async (_, hostile) => {
    expect(schemaErrors(await log(hostile))).toEqual([]);
  });

  // The rules that a log lists take the longest, so one log says many texts.
  const TEXTS = 20;
  const numRuns = Math.ceil(runsOf() / TEXTS);
  test(
    'holds to the schema with any text',
    async () => {
      const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: TEXTS, maxLength: TEXTS });
      await fc.assert(
        fc.asyncProperty(texts, async (hostile) => {
          expect(schemaErrors(await log(...hostile))).toEqual([]);
        }),
        { numRuns },
      );
    },
    timeFor(numRuns),
  );
});

describe('github', () => {
  test.each([
    ['a per cent sign', 'a%b', 'a%25b', 'a%25b'],
    ['an escape', 'a%0Ab', 'a%250Ab', 'a%250Ab'],
    ['a carriage return', 'a\rb', 'a%0Db', 'a\\u{d}b'],
    ['a line end', 'a\nb', 'a%0Ab', 'a\\u{a}b'],
    ['a colon', 'a:b', 'a%3Ab', 'a:b'],
    ['a comma', 'a,b', 'a%2Cb', 'a,b'],
    ['a command', '::x::y', '%3A%3Ax%3A%3Ay', '::x::y'],
  ])('escapes %s in a property and in a message', (_, hostile, property, message) => {
    expect(formatGithub(reportOf(hostile))).toBe(
      `::warning file=policies/${property}.yaml,line=2,endLine=2,col=3,endColumn=5,title=rule-expired::${message}%0Ahelp: ${message}%0Adocs: ${message}\n`,
    );
  });

  test('is one line with five properties, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (hostile) => {
        expect(formatGithub(reportOf(hostile))).toMatch(
          /^::warning file=[^:,\r\n]*,line=2,endLine=2,col=3,endColumn=5,title=rule-expired::[^\r\n]*\n$/,
        );
      }),
      { numRuns: runsOf() },
    );
  });
});
