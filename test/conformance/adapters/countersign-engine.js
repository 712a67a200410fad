// @ts-check

/**
 * @typedef {import('../judge.js').Trust} Trust
 * @typedef {import('../judge.js').World} World
 * @typedef {import('../judge.js').KeyLocation} KeyLocation
 * @typedef {{ createEngine: Function, parsePolicy: Function, remoteKeys: Function }} Library
 */

/** The rules of a world that names none. */
const EVERYBODY = [{ id: 'everybody', effect: 'allow', when: { issuer: 'trusted' } }];

/** @param {Trust} trust @param {readonly object[]} [rules] */
function policyText({ issuer, audience, algorithms, tokenType, clockSkew, maxTokenAge, subject }, rules = EVERYBODY) {
  const trusted = {
    url: issuer,
    subject,
    audiences: audience,
    algorithms,
    tokenType,
    clockSkew: `${String(clockSkew)}s`,
    ...(maxTokenAge === undefined ? {} : { maxTokenAge: `${String(maxTokenAge)}s` }),
  };
  return JSON.stringify({ version: 1, issuers: { trusted }, rules });
}

/**
 * @param {Library} library
 * @param {string} text
 * @returns {{ policies: object } | { refused: string }}
 */
export function parse({ parsePolicy }, text) {
  const { policy, diagnostics } = parsePolicy([{ file: 'policy.yaml', text }]);
  return policy === undefined ? { refused: diagnostics[0].code } : { policies: policy };
}

/**
 * An engine that trusts what a world does, at its time; or why its policy does not load.
 * @param {Library} library
 * @param {World} world
 * @returns {Promise<{ engine: any } | { refused: string }>}
 */
export async function engineOf(library, { jwks, trust, now, rules }) {
  const parsed = parse(library, policyText(trust, rules));
  if ('refused' in parsed) return parsed;
  return { engine: await library.createEngine({ ...parsed, keys: { [trust.issuer]: jwks }, clock: () => now }) };
}

/**
 * An engine that fetches the keys of the issuer it trusts.
 * @param {Library} library
 * @param {KeyLocation} location
 * @returns {Promise<any>}
 */
export function fetchingEngine(library, { trust, jwksUri, clock, deadline }) {
  const parsed = parse(library, policyText(trust));
  if ('refused' in parsed) throw new Error(`the policy does not load: ${parsed.refused}`);
  const located = { issuer: trust.issuer, ...(jwksUri === undefined ? {} : { jwksUri }) };
  const source = library.remoteKeys({ ...located, clock, random: () => 0, limits: { deadline } });
  return library.createEngine({ ...parsed, keys: { [trust.issuer]: source }, clock });
}
