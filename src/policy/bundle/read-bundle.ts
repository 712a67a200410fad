import type { JWK } from 'jose';
import { hasTemplate, templateSegments } from '../glob/template.ts';
import type { Issuer } from '../policy.ts';
import { quote } from '../quote.ts';
import { policyDigest, type PolicyRecords, type RecordedRule } from '../records.ts';
import { subjectSchemes } from '../subject/schemes.ts';
import { BundleFault } from './bundle-fault.ts';
import { validateBundle } from './generated/bundle-validator.ts';
import { bundleLines } from './lines.ts';
import { checkSignature } from './sign-bundle.ts';
import { BUNDLE_NAME, BUNDLE_VERSION } from './write-bundle.ts';

/** The policy of a bundle, with the digest that was found to be true of it. */
export interface Bundle {
  readonly digest: string;
  readonly records: PolicyRecords;
}

/**
 * Takes the rules of a bundle as they are read, in the order of their records. What is made of them is good for nothing
 * before the bundle was read to its end and found true.
 */
export type RuleSink = (rule: RecordedRule) => void;

interface Header {
  readonly digest: string;
  readonly files: readonly string[];
  readonly issuers: readonly Issuer[];
  readonly rules: number;
}

type RuleLine = readonly [rule: RecordedRule, file: number, line: number, column: number];

/**
 * Reads a bundle. Where keys are given one of them must have signed it; else it is trusted as the policy files would be,
 * and held to its own digest, so that nothing is lost or altered by accident.
 *
 * @param sinkFor called with the issuers before any rule is read
 * @throws {BundleFault} of a bundle that is truncated, altered, unsigned, wrongly signed, or of a newer format
 */
export async function readBundle(
  bytes: Uint8Array,
  keys?: readonly JWK[],
  sinkFor?: (issuers: readonly Issuer[]) => RuleSink,
): Promise<Bundle> {
  const { lines, unsigned, signature, end } = bundleLines(bytes);
  if (keys !== undefined) await checkSignature(unsigned, signature, end, keys);
  const first = lines.next();
  const header = readHeader(first.done === true ? '' : first.value);
  const records = readRules(header, lines, sinkFor?.(header.issuers));
  if (policyDigest(records) !== header.digest) {
    throw new BundleFault('bundle-altered', 1, 'the digest in the header is not that of the rules', WRITE_ANEW);
  }
  return { digest: header.digest, records };
}

const WRITE_ANEW = 'write the bundle anew with `countersign bundle`';

function readHeader(line: string): Header {
  const value = parse(line, 1);
  const { bundle, version } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (bundle !== BUNDLE_NAME) throw new BundleFault('bundle-malformed', 1, 'this is not a policy bundle', WRITE_ANEW);
  if (version !== BUNDLE_VERSION) {
    throw new BundleFault(
      'bundle-version',
      1,
      `${quote(version)} is not a version of the bundle format that is known here`,
      'write the bundle with this version of Countersign, or update the one that reads it',
    );
  }
  if (Array.isArray(value) || !validateBundle(value)) throw malformed(1, 'the header is not of the form it must have');
  const header = value as Header;
  const unique = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;
  if (!unique(header.issuers.map(({ name }) => name)) || !unique(header.issuers.map(({ url }) => url))) {
    throw malformed(1, 'two issuers have one name or one url');
  }
  const unknown = header.issuers.flatMap(({ subject }) => subject).find((name) => !subjectSchemes.has(name));
  if (unknown !== undefined) throw malformed(1, `no subject scheme is called ${quote(unknown)}`);
  return header;
}

function readRules(header: Header, lines: Iterable<string>, sink: RuleSink | undefined): PolicyRecords {
  const { files, issuers } = header;
  const names = new Set(issuers.map(({ name }) => name));
  const rules: string[] = [];
  const places = new Uint32Array(3 * header.rules);
  let before = '';
  for (const line of lines) {
    const number = rules.length;
    const at = number + 2;
    if (number === header.rules) throw new BundleFault('bundle-altered', at, 'there are more rules than the header says', WRITE_ANEW); // prettier-ignore
    const value = parse(line, at);
    if (!Array.isArray(value) || !validateBundle(value)) throw malformed(at, 'this is not a rule with its place');
    const [rule, file, fileLine, column] = value as unknown as RuleLine;
    const end = `,${String(file)},${String(fileLine)},${String(column)}]`;
    if (!line.startsWith('[{') || !line.endsWith(end)) throw malformed(at, 'the line is not canonical JSON (RFC 8785)');
    if (number > 0 && rule.id <= before) throw malformed(at, `the rule ${quote(rule.id)} is not in the order of ids`);
    checkReferences(rule, names, at);
    if (file >= files.length) throw malformed(at, 'the place is in no file of the header');
    before = rule.id;
    sink?.(rule);
    rules.push(line.slice(1, -end.length));
    places[3 * number] = file;
    places[3 * number + 1] = fileLine;
    places[3 * number + 2] = column;
  }
  if (rules.length < header.rules) {
    const missing = `${String(header.rules - rules.length)} of ${String(header.rules)} rules are missing`;
    throw new BundleFault('bundle-altered', rules.length + 2, missing, 'the file was cut off; copy it again');
  }
  return { issuers, rules, places, files };
}

/** What a rule speaks of must be there when a decision is made. */
function checkReferences({ when, grants = [] }: RecordedRule, issuers: ReadonlySet<string>, at: number): void {
  for (const name of when.issuers) if (!issuers.has(name)) throw malformed(at, `no issuer is called ${quote(name)}`);
  for (const { resources = [] } of grants) {
    for (const one of resources) {
      if (hasTemplate(one) && 'fault' in templateSegments(one))
        throw malformed(at, `${quote(one)} is no pattern for resources`);
    }
  }
}

function parse(line: string, at: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw malformed(at, 'the line is not JSON');
  }
}

function malformed(line: number, message: string): BundleFault {
  return new BundleFault('bundle-malformed', line, message, WRITE_ANEW);
}
