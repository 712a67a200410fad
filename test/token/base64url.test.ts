import { expect, test } from '@jest/globals';
import { type Base64urlFault, base64urlFault } from '../../src/token/base64url.ts';
import { decodeBase64url } from '#base64url';

test.each<[text: string, fault: Base64urlFault | undefined]>([
  ['', undefined],
  ['AAAA', undefined],
  ['-_-_', undefined],
  ['AA', undefined],
  ['AAE', undefined],
  ['A', 'malformed'],
  ['AAAAA', 'malformed'],
  ['A=A', 'malformed'],
  ['AA===', 'malformed'],
  ['AA+A', 'malformed'],
  ['AA A', 'malformed'],
  ['AB', 'not-canonical'],
  ['AE', 'not-canonical'],
  ['AAB', 'not-canonical'],
  ['AA==', 'not-canonical'],
  ['AAE=', 'not-canonical'],
])('the fault of %j as base64url is %s', (text, fault) => {
  expect(base64urlFault(text)).toBe(fault);
  if (fault === undefined) expect(Buffer.from(decodeBase64url(text)).toString('base64url')).toBe(text);
});
