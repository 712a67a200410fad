import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type PathFault, readPath } from '../../../src/http/mapping/path.ts';
import { isCanonicalPath } from '../../../src/policy/glob/resource.ts';
import { runsOf } from '../../runs.ts';

describe('a path', () => {
  test.each<[string, readonly string[]]>([
    ['/', ['']],
    ['/v1/secrets', ['v1', 'secrets']],
    ['/v1/secrets/', ['v1', 'secrets', '']],
    ['/a?b=/../;%2f', ['a']],
    ['/a??', ['a']],
    ["/-._~!$&'()*+,=:@", ["-._~!$&'()*+,=:@"]],
    ['/a%20b', ['a b']],
    ['/%C3%A4/%e2%82%ac', ['ä', '€']],
    ['/100%25', ['100%']],
    ['/%25zz', ['%zz']],
    ['/...', ['...']],
    ['/.well-known', ['.well-known']],
    ['/a%3Fb%23c', ['a?b#c']],
    ['/__proto__', ['__proto__']],
  ])('%s is read as %j', (target, segments) => {
    expect(readPath(target)).toEqual(segments);
  });

  test.each<[string, PathFault]>([
    ['', 'not-a-path'],
    ['*', 'not-a-path'],
    ['v1', 'not-a-path'],
    ['http://host/v1', 'not-a-path'],
    ['host:443', 'not-a-path'],
    [`/${'a'.repeat(8192)}`, 'too-long'],
    ['/a#b', 'fragment'],
    ['/a?b#c', 'fragment'],
    ['//', 'empty-segment'],
    ['//host/v1', 'empty-segment'],
    ['/a//b', 'empty-segment'],
    ['/a/b//', 'empty-segment'],
    ['/.', 'dot-segment'],
    ['/a/..', 'dot-segment'],
    ['/a/../b', 'dot-segment'],
    ['/a/./b', 'dot-segment'],
    ['/%2e/b', 'encoded-plain'],
    ['/%2E%2e/b', 'encoded-plain'],
    ['/.%2e/b', 'encoded-plain'],
    ['/%61', 'encoded-plain'],
    ['/%5A', 'encoded-plain'],
    ['/%5f', 'encoded-plain'],
    ['/%7E', 'encoded-plain'],
    ['/%30', 'encoded-plain'],
    ['/a%2fb', 'encoded-delimiter'],
    ['/a%2Fb', 'encoded-delimiter'],
    ['/a%5cb', 'encoded-delimiter'],
    ['/a%3Bb', 'encoded-delimiter'],
    ['/a;b', 'parameter'],
    ['/a/..;/b', 'parameter'],
    ['/a\\b', 'backslash'],
    ['/a\\..\\b', 'backslash'],
    ['/a b', 'character'],
    ['/a\tb', 'character'],
    ['/a\0b', 'character'],
    ['/ä', 'character'],
    ['/a"b', 'character'],
    ['/a|b', 'character'],
    ['/a%', 'percent'],
    ['/a%2', 'percent'],
    ['/a%zz', 'percent'],
    ['/a%u002f', 'percent'],
    ['/a%00', 'encoded-control'],
    ['/a%0d%0ab', 'encoded-control'],
    ['/a%7F', 'encoded-control'],
    ['/a%C2%85', 'encoded-control'],
    ['/a%252fb', 'encoded-twice'],
    ['/%252e%252e/b', 'encoded-twice'],
    ['/a%25%32%66b', 'encoded-plain'],
    ['/a%c0%af', 'not-utf8'],
    ['/a%ff', 'not-utf8'],
    ['/a%ED%A0%80', 'not-utf8'],
  ])('%j is refused: %s', (target, fault) => {
    expect(readPath(target)).toBe(fault);
  });
});

describe('by law', () => {
  const hostile = fc.array(
    fc.constantFrom(
      '/',
      '.',
      '..',
      '%',
      '2',
      'f',
      'e',
      'F',
      '5',
      'c',
      ';',
      '\\',
      '?',
      '#',
      '%2e',
      '%2F',
      '%25',
      'a',
      'ä',
    ),
    { maxLength: 16 },
  );
  const targets = fc.oneof(
    fc.string({ unit: 'binary' }),
    hostile.map((pieces) => `/${pieces.join('')}`),
    fc.webPath().map((path) => path || '/'),
  );

  test('what is read, a browser and a URL parser leave as it is', () => {
    fc.assert(
      fc.property(targets, (target) => {
        if (typeof readPath(target) === 'string') return;
        expect(new URL(`http://host${target}`).pathname).toBe(target.split('?', 1)[0]);
      }),
      { numRuns: runsOf() },
    );
  });

  test('what is read are segments of a canonical path, that decoding again does not divide', () => {
    fc.assert(
      fc.property(targets, (target) => {
        const segments = readPath(target);
        if (typeof segments === 'string') return;
        const filled = segments.at(-1) === '' ? segments.slice(0, -1) : segments;
        for (const segment of filled) {
          expect(isCanonicalPath(segment)).toBe(true);
          expect(segment).not.toMatch(/[/\\;]|%[0-9a-f]{2}/i);
        }
      }),
      { numRuns: runsOf() },
    );
  });

  test('every text can be sent, save what is refused by name', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((one) => isCanonicalPath(one) && !/[/\\;]|%[0-9a-f]{2}/i.test(one));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), (segments) => {
        const target = `/${segments.map(encodeURIComponent).join('/')}`;
        fc.pre(target.length <= 8192);
        expect(readPath(target)).toEqual(segments);
      }),
      { numRuns: runsOf() },
    );
  });
});
