import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** Microsoft's validator, which has a program for some platforms only; `undefined` on others. */
export const multitool: string | undefined = findMultitool();

function findMultitool(): string | undefined {
  try {
    return createRequire(import.meta.url)('@microsoft/sarif-multitool') as string;
  } catch {
    return undefined;
  }
}

/** Holds a log to the published schema, which the validator carries; answers with what it breaks. */
export function schemaErrors(log: unknown): readonly string[] {
  if (validate === undefined) throw new Error('this platform has no validator, and so no schema');
  if (validate(log)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath}: ${message}`);
}

const isUri = (text: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(text) && isUriReference(text);
const isUriReference = (text: string): boolean =>
  /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})*$/i.test(text) && URL.canParse(text, 'https://base.example/');

const validate = multitool === undefined ? undefined : compile(join(dirname(multitool), 'sarif-2.1.0.json'));

function compile(path: string): ValidateFunction {
  const formats = {
    uri: isUri,
    'uri-reference': isUriReference,
    'date-time': (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text)),
    uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  };
  return new Ajv2020({ strict: false, allErrors: true, formats }).compile(JSON.parse(readFileSync(path, 'utf8')));
}

/** One result of the validator, as `file: RULE level`. */
export type Finding = `${string}: ${string} ${'error' | 'warning' | 'note'}`;

interface Report {
  readonly runs: readonly {
    readonly artifacts?: readonly { readonly location: { readonly uri: string } }[];
    readonly results?: readonly {
      readonly ruleId: string;
      readonly level?: 'error' | 'warning' | 'note';
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri?: string; readonly index?: number } };
      }[];
    }[];
  }[];
}

/**
 * What the validator finds in logs, by its rules for SARIF and those for GitHub's code scanning. Its exit code says
 * nothing, so its report counts, and has to have been written anew. It reaches no network.
 */
export async function multitoolFindings(
  program: string,
  folder: string,
  logs: Readonly<Record<string, unknown>>,
): Promise<readonly Finding[]> {
  await mkdir(folder, { recursive: true });
  const names = Object.keys(logs).map((name) => `${name}.sarif`);
  await Promise.all(
    names.map((name, index) => writeFile(join(folder, name), JSON.stringify(Object.values(logs)[index]))),
  );
  const output = join(folder, 'report.json');
  await rm(output, { force: true });
  const flags = ['--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning;Note', '--log', 'ForceOverwrite'];
  const nowhere = 'http://127.0.0.1:9';
  await promisify(execFile)(program, ['validate', ...names, ...flags, '-o', output], {
    cwd: folder,
    env: { ...process.env, HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere },
    maxBuffer: 2 ** 26,
  });
  const { runs } = JSON.parse(await readFile(output, 'utf8')) as Report;
  return runs.flatMap(({ results = [], artifacts = [] }) =>
    results.map(({ ruleId, level = 'warning', locations }): Finding => {
      const { uri, index = -1 } = locations[0]?.physicalLocation.artifactLocation ?? {};
      const file = (uri ?? artifacts[index]?.location.uri ?? '').replace(/^.*\/|\.sarif$/g, '');
      return `${file}: ${ruleId} ${level}`;
    }),
  );
}
