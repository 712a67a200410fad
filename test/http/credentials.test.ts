import { describe, expect, test } from '@jest/globals';
import { readCredentials } from '../../src/http/credentials.ts';

const read = (authorization: readonly string[], url = '/'): unknown => {
  const credentials = readCredentials({ authorization, url });
  return 'token' in credentials ? credentials.token : credentials.refused;
};

describe('the Authorization header', () => {
  test.each<[name: string, authorization: string[], expected: string]>([
    ['gives its token', ['Bearer a.b.c'], 'a.b.c'],
    ['names its scheme in any case', ['bEARER a.b.c'], 'a.b.c'],
    ['may have several spaces behind the scheme', ['Bearer   a.b.c'], 'a.b.c'],
    ['is absent', [], 'token_missing'],
    ['is empty', [''], 'token_missing'],
    ['has another scheme', ['Basic dXNlcjpwYXNz'], 'token_missing'],
    ['has a scheme that begins like ours', ['Bearers a.b.c'], 'token_missing'],
    ['has a scheme that goes on with a hyphen', ['Bearer-Token a.b.c'], 'token_missing'],
    ['has no token', ['Bearer'], 'credentials_malformed'],
    ['has only spaces behind the scheme', ['Bearer  '], 'credentials_malformed'],
    ['has a tab behind the scheme', ['Bearer\ta.b.c'], 'credentials_malformed'],
    ['has two words behind the scheme', ['Bearer a.b.c d'], 'credentials_malformed'],
    ['repeats the scheme', ['Bearer Bearer a.b.c'], 'credentials_malformed'],
    ['has a line break', ['Bearer a.b.c\r\nx: y'], 'credentials_malformed'],
    ['has characters that no token has', ['Bearer a.b.ç'], 'credentials_malformed'],
    ['is there twice', ['Bearer a.b.c', 'Bearer a.b.c'], 'multiple_credentials'],
    ['is there twice, once with another scheme', ['Basic x', 'Bearer a.b.c'], 'multiple_credentials'],
    ['was joined of two by a comma', ['Bearer a.b.c, Bearer d.e.f'], 'multiple_credentials'],
    ['was joined of two, the first with another scheme', ['Basic x, Bearer a.b.c'], 'multiple_credentials'],
    ['has another scheme with parameters', ['Digest username="bearer", realm="x"'], 'token_missing'],
  ])('that %s', (_, authorization, expected) => {
    expect(read(authorization)).toBe(expected);
  });
});

describe('a token in the query is refused', () => {
  test.each([
    '/?access_token=a.b.c',
    '/?x=1&access_token=a.b.c',
    '/?x=1;access_token=a.b.c',
    '/?access_token;x=1',
    '/?ACCESS_TOKEN=a.b.c',
    '/?access%5Ftoken=a.b.c',
    '/?%61ccess_token=a.b.c',
    '/?access_token',
    'https://api.example.com/?access_token=a.b.c',
  ])('%s', (url) => {
    expect(read([], url)).toBe('multiple_credentials');
    expect(read(['Bearer a.b.c'], url)).toBe('multiple_credentials');
  });

  test.each(['/access_token=a', '/?my_access_token=a', '/?access_tokens=a', '/?q=access_token'])('not in %s', (url) => {
    expect(read(['Bearer a.b.c'], url)).toBe('a.b.c');
  });
});
