import type { IncomingMessage } from 'node:http';
import type { IncomingCredentials } from '../credentials.ts';

/**
 * The credentials of a request that Node received. `headers` holds the first Authorization header alone, so they are taken
 * as they arrived; a value that only `headers` has, set or joined by what stands in front, counts as one more.
 */
export function nodeCredentials(
  { rawHeaders, headers }: Pick<IncomingMessage, 'rawHeaders' | 'headers'>,
  url: string,
): IncomingCredentials {
  const authorization: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === 'authorization') authorization.push(rawHeaders[i + 1] ?? '');
  }
  const read = headers.authorization;
  if (read !== undefined && !authorization.includes(read)) authorization.push(read);
  return { authorization, url };
}
