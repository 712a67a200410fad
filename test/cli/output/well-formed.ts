import { expect } from '@jest/globals';

const TOKEN =
  /<\?xml version="1\.0" encoding="UTF-8"\?>|<(\/?)([a-z]+)((?: [a-z]+="(?:[^<&"]|&(?:amp|lt|gt|quot|apos);)*")*)(\/?)>|(?:[^<&]|&(?:amp|lt|gt|quot|apos);)+/gy;
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Holds a text to XML 1.0 (W3C, fifth edition), as far as our own output uses it. */
export function expectWellFormed(xml: string): void {
  expect(FORBIDDEN.exec(xml)).toBeNull();
  const open: string[] = [];
  let roots = 0;
  let at = 0;
  for (const [token, end, name, attributes = '', empty] of xml.matchAll(TOKEN)) {
    at += token.length;
    if (name === undefined) {
      if (open.length === 0) expect(token.trim().replace(/^<\?.*\?>$/, '')).toBe('');
      continue;
    }
    const names = [...attributes.matchAll(/([a-z]+)="/g)].map(([, attribute]) => attribute);
    expect(new Set(names).size).toBe(names.length);
    if (end === '/') expect(open.pop()).toBe(name);
    else {
      if (open.length === 0) roots++;
      if (empty !== '/') open.push(name);
    }
  }
  expect([xml.slice(at), open, roots]).toEqual(['', [], 1]);
}
