import { timestamp, durationInWords } from '../../../policy/time-in-words.ts';
import { quote } from '../../reason.ts';

/**
 * What people really get wrong. Codes are API, in `kebab-case` like those of diagnostics, since each says what is wrong
 * between a policy and a token: added freely, never renamed.
 */
export type HintCode =
  // one text and another
  | 'case-differs'
  | 'trailing-slash'
  | 'surrounding-space'
  | 'nearly-the-same'
  // subjects and resources
  | 'one-segment-more'
  | 'one-segment-less'
  | 'double-star-needs-a-segment'
  | 'environment-in-project'
  | 'environment-outside-project'
  | 'another-organization'
  | 'other-token-version'
  // audiences
  | 'audience-array'
  | 'audience-joined'
  | 'audience-of-another-rule'
  | 'audience-of-another-issuer'
  // claims
  | 'wrong-type'
  | 'array-needs-contains'
  | 'contains-needs-array'
  | 'claim-name-differs'
  // times and keys
  | 'rule-expired'
  | 'rule-not-yet-in-force'
  | 'expired-within-minutes'
  | 'time-in-milliseconds'
  | 'key-rotated'
  // rules and grants
  | 'audit-mode'
  | 'denied-by-rule'
  | 'action-not-granted'
  | 'resource-needed'
  | 'no-grants'
  | 'template-unfilled';

/** What a sentence is made from; JSON values. */
export interface HintData {
  readonly expected?: unknown;
  readonly actual?: unknown;
  /** The other rule that it is about. */
  readonly rule?: string;
}

/** A likely cause or remedy. `code` is stable, `message` is for people and may change. */
export interface Hint extends HintData {
  readonly code: HintCode;
  readonly message: string;
}

interface Entry {
  /** Whether the two are the same but for a slip of the pen: such a miss is nearer than any other. */
  readonly slip: boolean;
  readonly describe: (data: HintData) => string;
}

const slip = (describe: Entry['describe']): Entry => ({ slip: true, describe });
const other = (describe: Entry['describe']): Entry => ({ slip: false, describe });

const catalogue: Readonly<Record<HintCode, Entry>> = {
  'case-differs': slip((d) => `it differs from ${quote(d.expected)} only in upper and lower case, which count`),
  'trailing-slash': slip((d) => `it differs from ${quote(d.expected)} only in the slash at the end`),
  'surrounding-space': slip((d) => `it differs from ${quote(d.expected)} only in white space around it`),
  'nearly-the-same': slip((d) => `it is nearly ${quote(d.expected)}: is one of the two misspelt?`),

  'one-segment-more': slip((d) => `it has one segment more than ${quote(d.expected)} asks for`),
  'one-segment-less': slip((d) => `it has one segment less than ${quote(d.expected)} asks for`),
  'double-star-needs-a-segment': slip(
    (d) =>
      `${quote(d.expected)} is for what lies below ${quote(d.actual)}, and not for it alone: \`**\` needs a segment`,
  ),
  'environment-in-project': slip(
    (d) => `the token is of that environment in a project, which is another subject: write ${quote(d.actual)}`,
  ),
  'environment-outside-project': slip(
    (d) => `the token is of that environment without a project, which is another subject: write ${quote(d.actual)}`,
  ),
  'another-organization': other((d) => `the token is of ${quote(d.actual)}, the rule is for ${quote(d.expected)}`),
  'other-token-version': slip(
    (d) => `the subject scheme ${quote(d.expected)} would read ${quote(d.actual)}: add it to \`subject\` of the issuer`,
  ),

  'audience-array': other((d) => `\`aud\` may be an array; none of its names is ${quote(d.expected)}`),
  'audience-joined': slip((d) => `\`aud\` holds ${quote(d.expected)} inside one string: it must be an array of names`),
  'audience-of-another-rule': other((d) => `${quote(d.actual)} is the audience of the rule ${quote(d.rule)}`),
  'audience-of-another-issuer': other(
    (d) => `${quote(d.actual)} is accepted from the issuer ${quote(d.expected)} only`,
  ),

  'wrong-type': slip(
    (d) =>
      `the value is right and its type is not: the token has ${typeInWords(d.actual)}, the rule asks for ${typeInWords(d.expected)}`,
  ),
  'array-needs-contains': slip(
    (d) => `the claim is an array that has it: write \`{ contains: … }\` with ${quote(d.expected)}`,
  ),
  'contains-needs-array': slip(
    (d) => `the claim is ${quote(d.actual)} itself, no array: write it without \`contains\``,
  ),
  'claim-name-differs': slip((d) => `the token has a claim ${quote(d.actual)}: is one of the two names misspelt?`),

  'rule-expired': other((d) => `the rule ended at ${at(d.expected)}, ${since(d.expected, d.actual)} ago`),
  'rule-not-yet-in-force': other(
    (d) => `the rule is in force from ${at(d.expected)} on, in ${since(d.actual, d.expected)}`,
  ),
  'expired-within-minutes': other(
    (d) =>
      `it expired ${String(d.actual)} s ago, and the issuer's \`clockSkew\` allows ${String(d.expected)} s: get a new one, and compare the clocks`,
  ),
  'time-in-milliseconds': slip((d) => `${quote(d.actual)} is a time in milliseconds; RFC 7519 has seconds`),
  'key-rotated': other(
    (d) => `the issuer has the keys ${list(d.expected)} now: get a new token, signed after its keys were changed`,
  ),

  'audit-mode': other(
    () => 'the rule is in audit mode: it is reported and decides nothing; `mode: enforce` changes that',
  ),
  'denied-by-rule': other((d) => `the deny ${quote(d.rule)} took it away`),
  'action-not-granted': other((d) => `${quote(d.actual)} is not granted here; ${list(d.expected)} would be`),
  'resource-needed': other(
    (d) => `the grants of the rule are for resources, such as ${quote(d.expected)}: name one in the request`,
  ),
  'no-grants': other(() => 'the rule has no grants, so it gives plain access and no action'),
  'template-unfilled': other((d) => `the token has nothing that fits in for a template of ${quote(d.expected)}`),
};

/** All hint codes. */
export const hintCodes: readonly HintCode[] = Object.keys(catalogue) as HintCode[];

/** Makes the hint of a code: the one place where its sentence is formed. */
export function hint(code: HintCode, data: HintData = {}): Hint {
  return { code, message: catalogue[code].describe(data), ...data };
}

/** Whether hints say that two things are the same but for a slip. */
export function isSlip(hints: readonly Hint[]): boolean {
  return hints.some(({ code }) => catalogue[code].slip);
}

function typeInWords(value: unknown): string {
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  return `the ${type} ${quote(value)}`;
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => quote(value)).join(', ') : quote(values);
}

function at(time: unknown): string {
  return typeof time === 'number' ? timestamp(time) : quote(time);
}

function since(from: unknown, to: unknown): string {
  return typeof from === 'number' && typeof to === 'number' ? durationInWords(Math.max(0, to - from)) : 'some time';
}
