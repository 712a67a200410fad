import { describe, expect, test } from '@jest/globals';
import { fetchableUrl } from '../../../src/token/keys/fetchable-url.ts';

describe('keys may be fetched from', () => {
  test.each([
    ['https://a.example', 'https://a.example/'],
    ['https://a.example:8443/b?c=d', 'https://a.example:8443/b?c=d'],
    ['HTTPS://A.EXAMPLE', 'https://a.example/'],
    ['https://10.0.0.1/', 'https://10.0.0.1/'],
    ['http://localhost', 'http://localhost/'],
    ['http://LOCALHOST:1', 'http://localhost:1/'],
    ['http://127.0.0.1:65535', 'http://127.0.0.1:65535/'],
    ['http://127.255.255.254', 'http://127.255.255.254/'],
    ['http://127.1', 'http://127.0.0.1/'],
    ['http://2130706433', 'http://127.0.0.1/'],
    ['http://[::1]:1', 'http://[::1]:1/'],
    ['http://[0:0:0:0:0:0:0:1]', 'http://[::1]/'],
  ])('%s', (text, href) => {
    expect(fetchableUrl(text)?.href).toBe(href);
  });
});

describe('keys may not be fetched from', () => {
  test.each<[name: string, text: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 1],
    ['an array of a url', ['https://a.example']],
    ['an empty text', ''],
    ['a name', 'a.example'],
    ['a path', '/jwks'],
    ['a scheme', 'https://'],
    ['a url with a name before its host', 'https://u@a.example'],
    ['a url with a password before its host', 'https://:p@a.example'],
    ['a url with both', 'https://u:p@a.example'],
    ['a url with a fragment', 'https://a.example/#b'],
    ['a url with an empty fragment', 'https://a.example#'],
    ['a url after a space', ' https://a.example'],
    ['a url before a space', 'https://a.example '],
    ['a url around a line end', 'https://a.exa\nmple'],
    ['a url with a backslash', 'https://a.example\\b'],
    ['a url with letters beyond ASCII', 'https://ä.example'],
    ['a url with DEL', 'https://a.example/\u007f'],
    ['http elsewhere', 'http://a.example'],
    ['http on every address', 'http://0.0.0.0'],
    ['http next to loopback', 'http://128.0.0.1'],
    ['http next to loopback, in hexadecimal', 'http://[::2]'],
    ['http on a network of one’s own', 'http://10.0.0.1'],
    ['http on a host that begins like loopback', 'http://127.0.0.1.example'],
    ['http on a host that begins like localhost', 'http://localhost.example'],
    ['http on a host that ends like localhost', 'http://a.localhost'],
    ['another scheme on loopback', 'ftp://127.0.0.1'],
    ['a socket on loopback', 'ws://localhost'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:application/json,{"keys":[]}'],
  ])('%s', (_name, text) => {
    expect(fetchableUrl(text)).toBeUndefined();
  });
});
