import { canonicalJson } from '../canonical-json.ts';
import { policyDigest, type PolicyRecords } from '../records.ts';

/** What the first line of a bundle calls itself, and the version of the format. */
export const BUNDLE_NAME = 'countersign-policy';
export const BUNDLE_VERSION = 1;

/**
 * A policy as a bundle, in pieces of text that are written one after the other: one line of canonical JSON (RFC 8785) for
 * the header, then one for each rule with its place. Two policies with one digest differ in their places at the most.
 * The digest must be that of the records, where it is known already.
 */
export function* bundleText(records: PolicyRecords, digest: string = policyDigest(records)): Generator<string> {
  const { issuers, rules, files, places } = records;
  const header = { bundle: BUNDLE_NAME, version: BUNDLE_VERSION, digest, files, issuers };
  yield `${canonicalJson({ ...header, rules: rules.length })}\n`;
  for (let n = 0; n < rules.length; n += AT_ONCE) {
    const lines = rules
      .slice(n, n + AT_ONCE)
      .map((rule, i) => `[${rule},${places.subarray(3 * (n + i), 3 * (n + i) + 3).join(',')}]\n`);
    yield lines.join('');
  }
}

/** How many rules go into one piece. */
const AT_ONCE = 1000;
