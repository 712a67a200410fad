import type { IncomingCredentials } from '../credentials.ts';

/** The credentials of a standard request, whose `Headers` join several values of one name by a comma (Fetch, section 2.2.2). */
export function requestCredentials({ headers, url }: Pick<Request, 'headers' | 'url'>): IncomingCredentials {
  const authorization = headers.get('authorization');
  return { authorization: authorization === null ? [] : [authorization], url };
}
