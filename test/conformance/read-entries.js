// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { only } from './strict.js';

/**
 * One hostile input and the outcome that it must have.
 * @typedef {object} Entry
 * @property {string} id `H1` or `H1.none`: its row, and where a row has several, its name
 * @property {string} section the file it stands in
 * @property {string} what
 * @property {string} source where it was met, or which rule it breaks
 * @property {string} [notApplicable] why it is not tried
 * @property {readonly string[]} expect `accept`, or the codes a refusal may have
 * @property {any} [token] a genuine token with changes (`mint`)
 * @property {readonly any[]} [keys] what the issuer publishes (`keySetOf`)
 * @property {any} [trust] what is asked of tokens beyond the usual (`trustOf`)
 * @property {readonly object[]} [rules] rules of a policy; without them every genuine token is accepted
 * @property {readonly any[]} [steps] what happens between a verifier and a key server, in order
 * @property {number} [deadline] how long a key server may take, in seconds; 5 by default
 * @property {any} [policy] the text of a policy file
 * @property {any} [files] a directory of policies: texts, and what else may stand in one
 * @property {any} [request] an HTTP request to a service behind a verifier; `token` is the one it brings
 * @property {any} [before] a token that was brought in the same request just before
 * @property {any} [answer] what must come back: one of the `status`, these `headers`, texts it `has` and `lacks`
 */

/** What an entry tries, and how it says what must come of that; a request may bring a token of its own. */
const KINDS = {
  token: 'expect',
  policy: 'expect',
  files: 'expect',
  request: 'answer',
  steps: undefined,
  notApplicable: undefined,
};
const kindNames = Object.keys(KINDS);
const FIELDS = [
  'id',
  'what',
  'source',
  'expect',
  'answer',
  'keys',
  'trust',
  'rules',
  'deadline',
  'before',
  ...kindNames,
];

/** The sections of the kit, in their order. */
export const sections = [
  'header-and-key',
  'encoding-and-size',
  'claims',
  'discovery-and-keys',
  'policy-file',
  'http-edge',
];

/**
 * All entries of the kit. Throws where the data have a slip: an unknown field, a missing one, an id that stands twice.
 * @returns {readonly Entry[]}
 */
export function readEntries(folder = import.meta.dirname) {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  const stray = files.find((file) => !sections.includes(file.replace(/\.yaml$/, '')));
  if (stray !== undefined) throw new Error(`${stray} is no section of the kit`);
  const entries = sections.flatMap((section) =>
    parseEntries(readFileSync(join(folder, `${section}.yaml`), 'utf8'), section),
  );
  const ids = entries.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new Error(`the id ${twice} stands twice`);
  return entries;
}

/**
 * The entries of one section. Cases of an entry are entries of their own, `<id>.<name>`, with their fields over its fields.
 * @param {string} text
 * @param {string} section
 * @returns {Entry[]}
 */
export function parseEntries(text, section) {
  const document = parseDocument(text, { schema: 'core', merge: false });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw new Error(`${section}.yaml: ${fault.message}`);
  const listed = document.toJS({ maxAliasCount: 0 });
  if (!Array.isArray(listed)) throw new Error(`${section}.yaml must be a list of entries`);
  return listed.flatMap((one) => {
    only(one, [...FIELDS, 'cases'], `${section}.yaml: an entry`);
    const { cases, ...shared } = one;
    if (cases === undefined) return [checked(shared, section)];
    return Object.entries(cases).map(([name, more]) =>
      checked({ ...shared, ...more, id: `${one.id}.${name}` }, section),
    );
  });
}

/** @param {any} entry @param {string} section @returns {Entry} */
function checked(entry, section) {
  const where = `${section}.yaml: ${String(entry.id)}`;
  only(entry, FIELDS, where);
  for (const name of ['id', 'what', 'source']) {
    if (typeof entry[name] !== 'string' || entry[name] === '') throw new Error(`${where} has no text \`${name}\``);
  }
  if (!/^[A-Z]\d+(\.[a-z0-9-]+)?$/.test(entry.id)) throw new Error(`${where} is no id`);
  const kinds = kindNames.filter((kind) => entry[kind] !== undefined);
  const [kind] = kinds.includes('request') ? ['request'] : kinds;
  if (kind === undefined || kinds.some((other) => other !== kind && !(kind === 'request' && other === 'token'))) {
    throw new Error(`${where} must have exactly one of ${kindNames.join(', ')}`);
  }
  const outcome = KINDS[/** @type {keyof typeof KINDS} */ (kind)];
  const said = ['expect', 'answer'].filter((name) => entry[name] !== undefined);
  if (said.join() !== (outcome ?? '')) throw new Error(`${where} must say what to expect`);
  const expect = entry.expect === undefined ? [] : [entry.expect].flat();
  return { ...entry, section, expect };
}
