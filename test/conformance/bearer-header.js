// @ts-check
import { Buffer } from 'node:buffer';

/** What may stand after `Bearer` (RFC 6750, section 2.1). */
const BEARER_TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** Bytes of a request that are not its token. */
const OTHERS = 512;

/**
 * How a token comes through an Authorization header to a server that reads so many bytes of headers.
 * @param {unknown} token
 * @param {number} headerBytes
 * @returns {import('./judge.js').Travel}
 */
export function travelAsBearer(token, headerBytes) {
  if (typeof token !== 'string') return { notApplicable: 'a header holds nothing but text' };
  // eslint-disable-next-line no-control-regex -- what RFC 9110, section 5.5, allows in no field value
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(token)) return { notApplicable: 'a header holds no control characters' };
  if (/^ |[ \t]$/.test(token)) return { notApplicable: 'spaces around a token are not part of it in a header' };
  if (Buffer.byteLength(token) > headerBytes - OTHERS) return { notApplicable: 'headers so long are not read' };
  return BEARER_TOKEN.test(token) ? {} : { expect: ['credentials_malformed', 'multiple_credentials'] };
}
