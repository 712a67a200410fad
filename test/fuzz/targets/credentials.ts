import { readCredentials } from '../../../src/http/credentials.ts';
import { derive, type Grammar } from '../grammar.ts';
import { hold, holdEqual } from '../hold.ts';
import { mutate } from '../mutate.ts';
import type { Target } from '../target.ts';

/** A request target, and in each further line an Authorization header. */
const request: Grammar = {
  start: ['<url>\n<header>', '<url>\n<header>', '<url>\n<header>', '<url>', '<url>\n<header>\n<header>', '<url>\n'],
  url: ['/a', '/', '/a?b=c', '/a?<name>=<token>', '/a?b&<name>=', '/a?b;<name>=<token>', '/a?<name>', '/a?<name>x=1', '/a?x<name>=1', '/<name>=1', 'http://h/a?<name>=<token>#b', '*', ''],
  name: ['access_token', 'ACCESS_token', 'access%5Ftoken', '%61ccess_token', 'access%255Ftoken', 'access_token%00', 'b'],
  header: ['<scheme> <token>', '<scheme> <token>', '<scheme> <token>', '<scheme>  <token>', '<scheme>', '<scheme> ', '<scheme>\t<token>', '<scheme> <token>,<header>', '<header>, <header>', '<token>', ' <scheme> <token>'],
  scheme: ['Bearer', 'bearer', 'BEARER', 'bEaReR', 'Basic', 'DPoP', 'Bearer-x', 'Bearerx', 'Bearer:', 'Bearer=', 'ſearer', ''],
  token: ['a.b.c', 'e30.e30.AA', 'a', 'a=', 'a==', '=', 'a=b', '-._~+/', 'a b', '"a.b.c"', 'a.b.c,', 'é', 'token="a"', '{}', 'a'],
}; // prettier-ignore

const GOOD = ['/v1/secrets?version=2\nBearer e30.e30.AAAA', '/\nBasic YTpi'];
const PIECES = [' ', ',', ', ', ', Bearer a', 'Bearer ', 'bearer', '\n', '\nBearer a', '\t', '\0', '\u00a0', '=', '?', '&', '?access_token=a', '&access_token', '%', '%26', '%3f', 'é', ';']; // prettier-ignore

const REFUSALS = ['token_missing', 'credentials_malformed', 'multiple_credentials'];

/** The reader of who sends a request. */
export const credentialsTarget: Target = {
  draw: (random) => {
    const text = random.onceIn(4) ? random.pick(GOOD) : derive(request, random);
    return random.onceIn(2) ? text : mutate(text, GOOD, PIECES, random);
  },
  check(text) {
    const [url = '', ...authorization] = text.split('\n');
    const read = readCredentials({ authorization, url });
    const joined = readCredentials({ authorization: authorization.length > 0 ? [authorization.join(', ')] : [], url });
    if (authorization.length > 1) {
      holdEqual(read, { refused: 'multiple_credentials' }, 'one of several headers');
      hold(!('token' in joined), 'a token of several headers in one', joined);
      const isBearer = authorization.some((header) => /^bearer [^ ]/i.test(header));
      if (isBearer) holdEqual(joined, read, 'one of several headers in one');
    }
    if (isInQuery(url)) holdEqual(read, { refused: 'multiple_credentials' }, 'a token in the query');
    if ('refused' in read) {
      hold(REFUSALS.includes(read.refused) && Object.keys(read).length === 1, 'an unknown refusal', read);
      const [header = ''] = authorization;
      if (read.refused === 'token_missing') hold(!/^bearer( |$)/i.test(header), 'credentials overlooked', header);
      return false;
    }
    const [scheme = '', token = ''] = authorization[0]?.split(/ +/) ?? [];
    holdEqual([scheme.toLowerCase(), token], ['bearer', read.token], 'another token than the header has');
    hold(/^[\w.~+/-]+=*$/.test(read.token), 'no bearer token', read.token);
    return true;
  },
};

/** As what stands behind reads a query (WHATWG URL, section 5.1; `;` as HTML 4, appendix B.2.2), its names in any case. */
function isInQuery(url: string): boolean {
  const at = url.indexOf('?');
  const names = [...new URLSearchParams(at === -1 ? '' : url.slice(at).replaceAll(';', '&')).keys()];
  return names.some((name) => name.toLowerCase() === 'access_token');
}
