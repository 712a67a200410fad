// @ts-check
import { Buffer } from 'node:buffer';
import { oneOf } from './strict.js';
import { fill } from './values.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** @typedef {{ token: string, argument: any, names: Readonly<Record<string, string>> }} Given */

/** @type {Readonly<Record<string, (given: Given) => unknown>>} */
const edits = {
  /** A text in which `{token}`, `{header}`, `{payload}` and `{signature}` stand for what was built. */
  whole: ({ token, argument, names }) => {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const parts = { token, header, payload, signature };
    return fill(argument, names).replace(
      /\{(token|header|payload|signature)\}/g,
      (/** @type {string} */ _, /** @type {keyof typeof parts} */ name) => parts[name],
    );
  },
  /** `[part, text]`: the text inside the part. */
  insert: ({ token, argument: [name, text] }) =>
    changed(token, name, (part) => `${part.slice(0, 8)}${text}${part.slice(8)}`),
  /** `[part, text]`: the text in place of the first letter. */
  'first-letter': ({ token, argument: [name, text] }) => changed(token, name, (part) => `${text}${part.slice(1)}`),
  /** A part without its last letter. */
  shorten: ({ token, argument }) => changed(token, argument, (part) => part.slice(0, -1)),
  /** A part in another spelling of the same bytes: with the unused bits of its last letter set. */
  respell: ({ token, argument }) =>
    changed(token, argument, (part) => {
      const respelt = `${part.slice(0, -1)}${LETTERS[LETTERS.indexOf(part.slice(-1)) ^ 1] ?? ''}`;
      const same = Buffer.from(respelt, 'base64url').equals(Buffer.from(part, 'base64url'));
      if (!same) throw new Error(`the ${argument} leaves no bits unused`);
      return respelt;
    }),
  /** A value that is no compact token at all. */
  as: ({ token, argument }) => {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const flat = { protected: header, payload, signature };
    const forms = {
      flattened: JSON.stringify(flat),
      general: JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
      object: flat,
      list: [token],
      number: 42,
      null: null,
    };
    return oneOf(String(argument), forms, 'another form of a token')[0];
  },
};

const PARTS = ['header', 'payload', 'signature'];

/** @param {string} token @param {string} name @param {(part: string) => string} change */
function changed(token, name, change) {
  if (!PARTS.includes(name)) throw new Error(`a token has no part \`${name}\``);
  const parts = token.split('.');
  return parts.map((part, i) => (PARTS[i] === name ? change(part) : part)).join('.');
}

/**
 * Changes a finished token, one edit after another.
 * @param {string} token
 * @param {readonly unknown[]} list
 * @param {Readonly<Record<string, string>>} names
 * @returns {unknown}
 */
export function editToken(token, list, names) {
  return list.reduce((/** @type {any} */ text, recipe) => {
    const [edit, argument] = oneOf(recipe, edits, 'an edit');
    return edit({ token: text, argument, names });
  }, token);
}
