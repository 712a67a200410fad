/** Logs of the real program, held to the published schema, to Microsoft's validator and to the limits of GitHub. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { directoryOf } from '../files/directory.ts';
import { text } from '../repository/repository.ts';
import { cli } from './cli.ts';
import { multitool, multitoolFindings, schemaErrors } from './output/validate-sarif.ts';

const SCHEMA = '# yaml-language-server: $schema=.policy.schema.json\n';
const ISSUERS = `${SCHEMA}version: 1
issuers:
  gitpod: { url: https://app.gitpod.io, subject: gitpod, audiences: [https://secrets.example.com] }
`;
const rule = (id: string, description: string): string => `  - id: ${id}
    description: ${description}
    effect: allow
    when:
      issuer: gitpod
      subject: org:0191e223-1c3c-7607-badf-303c98b52d2f/prj:019527e4-75d5-704d-a5a4-a2b52cf56198
    grants: [{ actions: [read], resources: ["secret/payments/**"] }]
`;
const EXPIRED = '    valid: { until: 2020-01-01T00:00:00Z }\n';

/** By name: the files of a directory, and what of it is linted. */
const INPUTS: Readonly<Record<string, { files: Readonly<Record<string, string>>; codes: RegExp }>> = {
  clean: { files: { 'policy.yaml': `${ISSUERS}rules:\n${rule('a', 'Reads.')}` }, codes: /^$/ },
  bad: { files: { 'bad.yaml': text('test/lint/bad.yaml') }, codes: /issuer-uppercase-host.*shadowed-rule/ },
  'load-errors': {
    files: {
      'a.yaml': `${ISSUERS}rules:\n${rule('a', 'x').replace('effect', 'effct')}`,
      'b.yaml': 'a: [',
      'c.json': '{',
    },
    codes: /unknown-key.*yaml-syntax/,
  },
  wide: {
    files: {
      'policy.yaml': `${ISSUERS}rules:\n${rule('a', '"Größe\t😀 \u202e"')}    valid: { until: 2020-01-01T00:00:00Z, "ü\t😀": 1 }\n`,
    },
    codes: /^invisible-character$/,
  },
  tabs: {
    files: {
      'policy.yaml': `${ISSUERS}rules:\n${rule('a', '"Größe\\t😀"')}    valid: { until: 2020-01-01T00:00:00Z,\t"ü\t😀": 1 }\n`,
    },
    codes: /^unknown-key$/,
  },
  'a b/ü #1%, ?': {
    files: { 'c & d:e.yaml': `${ISSUERS}rules:\n${rule('a', 'x')}${EXPIRED}` },
    codes: /^rule-expired$/,
  },
  several: {
    files: {
      'issuers.yaml': ISSUERS,
      'one.yaml': `${SCHEMA}version: 1\nrules:\n${rule('a', 'x')}`,
      'two/three.yaml': `${SCHEMA}version: 1\nrules:\n${rule('b', 'y')}`,
    },
    codes: /^shadowed-rule$/,
  },
};

interface Log {
  runs: [
    {
      tool: { driver: { rules: Rule[] } };
      originalUriBaseIds: Record<string, unknown>;
      results: Result[];
    },
  ];
}
interface Rule {
  id: string;
  name?: string;
  helpUri?: string;
  shortDescription?: { text: string };
  properties?: { tags: string[]; 'security-severity': string };
}
interface Result {
  ruleId: string;
  ruleIndex: number;
  message?: { text: string };
  locations?: [Location, ...Location[]];
  relatedLocations?: Location[];
  partialFingerprints: Record<string, string>;
}
interface Location {
  physicalLocation: { artifactLocation: { uri: string; uriBaseId?: string }; region: Record<string, number> };
}

const logs: Record<string, Log> = {};
let folder: string;
const named = (name: string): string => name.replace(/\W+/g, '-');

beforeAll(async () => {
  const files = Object.entries(INPUTS).flatMap(([name, input]) =>
    Object.entries(input.files).map(([file, content]) => [`${name}/${file}`, content] as const),
  );
  folder = await directoryOf(Object.fromEntries(files));
  for (const name of Object.keys(INPUTS)) {
    const { stdout, stderr } = await cli(['lint', name, '--format', 'sarif', '--now', '2026-06-01T00:00:00Z'], {
      cwd: folder,
    });
    expect(stderr).toMatch(/ in \d+ files?\n$/);
    logs[named(name)] = JSON.parse(stdout) as Log;
  }
});

const logOf = (name: string): Log => structuredClone(logs[named(name)]!);
const resultsOf = (name: string): readonly Result[] => logOf(name).runs[0].results;

test.each(Object.entries(INPUTS))('%s has the results it was made for', (name, { codes }) => {
  expect(
    resultsOf(name)
      .map(({ ruleId }) => ruleId)
      .sort()
      .join(' '),
  ).toMatch(codes);
});

test('results point at other places, in other files too', () => {
  const [{ locations, relatedLocations }] = resultsOf('several') as [Required<Result>];
  const uris = [locations, relatedLocations].map(([one]) => one?.physicalLocation.artifactLocation.uri);
  expect(uris.sort()).toEqual(['several/one.yaml', 'several/two/three.yaml']);
});

/** Ways to break the log of the bad file, and who notices: the schema, a rule of the validator, or both. */
const FIRST = 0;
const place = (log: Log): Location['physicalLocation'] => log.runs[0].results[FIRST]!.locations![0].physicalLocation;
const BROKEN: readonly [name: string, change: (log: Log) => void, bySchema: boolean, rule: string | undefined][] = [
  ['no-message', (log) => delete log.runs[0].results[FIRST]!.message, true, 'JSON1002'],
  ['ends-before-start', (log) => (place(log).region = { startLine: 9, endLine: 3 }), false, 'SARIF1007'],
  ['line-zero', (log) => (place(log).region['startLine'] = 0), true, 'JSON1008'],
  ['no-uri', (log) => (place(log).artifactLocation.uri = 'a b%.yaml'), true, 'SARIF1002'],
  ['absolute-path', (log) => (place(log).artifactLocation.uri = '/etc/a.yaml'), false, 'SARIF1004'],
  ['absolute-uri', (log) => (place(log).artifactLocation.uri = 'file:///a.yaml'), false, 'SARIF1004'],
  ['rule-index', (log) => (log.runs[0].results[FIRST]!.ruleIndex = 999), false, 'SARIF1009'],
  ['unknown-property', (log) => Object.assign(log.runs[0], { extra: 1 }), true, undefined],
  ['no-location', (log) => delete log.runs[0].results[FIRST]!.locations, false, 'GH1015'],
  ['no-description', (log) => delete log.runs[0].tool.driver.rules[0]!.shortDescription, false, 'GH2012'],
];
const broken = (change: (log: Log) => void): Log => {
  const log = logOf('bad');
  change(log);
  return log;
};

const whereItRuns = multitool === undefined ? describe.skip : describe;

whereItRuns('the published schema', () => {
  test.each(Object.keys(INPUTS))('holds for %s', (name) => {
    expect(schemaErrors(logOf(name))).toEqual([]);
  });

  test.each(BROKEN)('with %s: notices what it can', (_name, change, bySchema) => {
    expect(schemaErrors(broken(change)).length > 0).toBe(bySchema);
  });
});

/** Notes are advice. This is why some of it is not taken. */
const DISREGARDED: Readonly<Record<string, string>> = {
  SARIF2002: 'messages by id: the sentences are made of more than a template has room for',
  SARIF2003: 'version control details: the linter does not ask what repository it runs in',
  SARIF2006: 'urls that can be reached: that needs a network',
  SARIF2009: 'ids such as `ABC1001`: ours are words, the same on the command line, in comments and in pages',
  SARIF2010: 'code snippets: code scanning has the file, and a log should not carry a policy elsewhere',
  SARIF2011: 'context of code snippets: as before',
};

whereItRuns("Microsoft's validator", () => {
  test('finds nothing to mend', async () => {
    const findings = await multitoolFindings(multitool!, join(folder, 'good'), logs);
    const checked = new Set(findings.map((finding) => finding.replace(/:.*/, '')));
    expect([...checked].sort()).toEqual(Object.keys(logs).sort());
    const rest = findings.filter((finding) => !((/: (\S+) note$/.exec(finding)?.[1] ?? '') in DISREGARDED));
    expect(rest).toEqual([]);
  });

  test('finds what is broken, by its rules for SARIF and by those for code scanning', async () => {
    const copies = Object.fromEntries(BROKEN.map(([name, change]) => [name, broken(change)]));
    const findings = await multitoolFindings(multitool!, join(folder, 'broken'), copies);
    const missed = BROKEN.filter(
      ([name, , , id]) => id !== undefined && !findings.some((finding) => finding === `${name}: ${id} error`),
    );
    expect(
      missed.map(([name]) => [name, findings.filter((one) => one.startsWith(name) && !one.endsWith('note'))]),
    ).toEqual([]);
  });
});

describe('the limits of code scanning', () => {
  const names = Object.keys(INPUTS);

  test.each(names)('hold for the rules of %s', (name) => {
    for (const { id, name: title, helpUri, properties } of logOf(name).runs[0].tool.driver.rules) {
      expect(title).toMatch(/^(?:[A-Z][a-z0-9]*)+$/);
      expect(title?.toLowerCase()).toBe(id.replaceAll('-', ''));
      expect(helpUri).toMatch(/^https:\/\/\S+$/);
      if (properties === undefined) continue;
      expect(properties.tags.length).toBeLessThanOrEqual(20);
      expect(properties['security-severity']).toMatch(/^(?:\d\.\d|10\.0)$/);
    }
  });

  test.each(names)('hold for the results of %s', (name) => {
    const [{ results, tool, originalUriBaseIds }] = logOf(name).runs;
    expect(results.length).toBeLessThanOrEqual(25_000);
    for (const { ruleId, ruleIndex, locations = [], relatedLocations = [], partialFingerprints } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(partialFingerprints['primaryLocationLineHash']).toMatch(/^[0-9a-f]{64}:\d+$/);
      for (const { physicalLocation } of [...locations, ...relatedLocations]) {
        const { uri, uriBaseId = '' } = physicalLocation.artifactLocation;
        expect(originalUriBaseIds).toHaveProperty([uriBaseId]);
        expect(Object.keys(INPUTS[name]!.files).map((file) => `${name}/${file}`)).toContain(decodeURIComponent(uri));
        expect(uri).toMatch(/^(?:[\w.~!'()*/-]|%[0-9A-F]{2})+$/);
      }
    }
  });
});

test('a log that has no room for all says so on standard error too', async () => {
  const unknown = `version: 1\n${Array.from({ length: 999 }, (_, index) => `x${String(index)}: 1\n`).join('')}`;
  const many = await directoryOf(
    Object.fromEntries(Array.from({ length: 26 }, (_, index) => [`${index}.yaml`, unknown])),
  );
  const { code, stdout, stderr } = await cli(['lint', '.', '--format', 'sarif'], { cwd: many });
  expect(code).toBe(1);
  const log = JSON.parse(stdout) as Log;
  expect(log.runs[0].results.length).toBe(25_000);
  log.runs[0].results.length = 3;
  expect(multitool === undefined ? [] : schemaErrors(log)).toEqual([]);
  expect(stderr).toMatch(
    /^warning: the SARIF log has 25000 results, .*; 974 more are left out\n25974 errors in 26 files\n$/,
  );
});
