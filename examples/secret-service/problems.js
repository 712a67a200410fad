// @ts-check
import { Buffer } from 'node:buffer';
import { STATUS_CODES } from 'node:http';

/** @typedef {import('fastify').FastifyReply} FastifyReply */

/**
 * Answers with problem details (RFC 9457), as `trust` does. They say nothing of what the request held.
 *
 * @param {FastifyReply} reply
 * @param {number} status
 * @param {object} [more] further members
 */
export function refuse(reply, status, more = {}) {
  // To the type of a text Fastify would add a charset, which JSON has not (RFC 8259, section 11).
  const body = Buffer.from(`${JSON.stringify({ title: STATUS_CODES[status], status, ...more })}\n`);
  return reply.code(status).header('content-type', 'application/problem+json').send(body);
}

/**
 * The same of a bearer token that is not good enough (RFC 6750, section 3).
 *
 * @param {FastifyReply} reply
 * @param {401 | 403} status
 * @param {string} realm
 * @param {string} [decision] its id, by which the audit log knows it
 */
export function challenge(reply, status, realm, decision) {
  const error = status === 401 ? 'invalid_token' : 'insufficient_scope';
  reply.header('www-authenticate', `Bearer realm="${realm}", error="${error}"`);
  return refuse(reply, status, { error, decision });
}
