import { reasonCodes } from '../../../src/decision/reason.ts';
import { parseCompact } from '../../../src/token/compact.ts';
import { tokenLimits } from '../../../src/token/limits.ts';
import { derive, type Grammar } from '../grammar.ts';
import { hold, holdEqual } from '../hold.ts';
import { mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target.ts';

const limits = tokenLimits();

const json: Grammar = {
  start: ['<object>', '<object>', '<object>', '<object>', '<space><object><space>', '<value>', '<object><object>', '\ufeff<object>'],
  object: ['{}', '{<members>}', '{<space><members><space>}', '{<members>,<members>}', '{<members>,}'],
  members: ['<name>:<value>', '<name><space>:<space><value>', '<name>:<value>,<members>', '<name>:<value> , <members>'],
  name: ['"<text>"', '"sub"', '"iss"', '"exp"', '"aud"', '"alg"', '"s\\u0075b"', '"__proto__"', '"SUB"', '"ѕub"', '""', 'sub', '0'],
  value: ['1', '"<text>"', 'null', 'true', '<number>', '<object>', '[]', '[<value>]', '[<value>,<value>]', '[<space><value>,<value><space>]'],
  number: ['0', '-0', '1e3', '1e400', '1.50', '01', '+1', '.5', '9007199254740993', 'NaN', '0x1'],
  text: ['', 'a', 'ab', '\\"', '\\\\', '\\u0000', '\\ud83d\\ude00', '\\ud83d', 'é', '😀', '\u2028', ':', ',', '{', '}', '<text><text>', '<text>a<text>'],
  space: ['', ' ', '\n', '\t', '\r\n', '\f', '\u00a0'],
}; // prettier-ignore

const GOOD = [
  '{"alg":"RS256","typ":"JWT","kid":"one"}',
  '{"iss":"https://g.example","sub":"org:A/env:E","aud":["x","y"],"exp":1767226200,"iat":1767225600,"team":"a","n":{"a":[1,{"b":null}]}}',
  '{}',
];
const JSON_PIECES = [
  '"',
  '\\',
  '\\u0073',
  ',',
  ':',
  '{',
  '}',
  '[',
  ']',
  '"sub":"b",',
  '"a":1,',
  ' ',
  '\n',
  '\ud800',
  '\0',
  '1e999',
  '__proto__',
  '[[[[[[[[[[[[[[[[',
];
const TOKEN_PIECES = ['.', '..', '=', '==', '+', '/', '-', '_', ' ', '\n', 'A', 'AA', 'AB', 'Bearer ', 'e30', 'bnVsbA', 'é', '\0', 'eyJhbGciOiJub25lIn0.']; // prettier-ignore

/** The parser of tokens in compact form. */
export const compactTarget: Target = {
  draw(random) {
    const token = [part(random), part(random), random.pick(['', 'AAAA', 'AA', 'AB', 'AA==', '-_-_'])].join('.');
    return random.onceIn(6) ? mutate(token, [token], TOKEN_PIECES, random) : token;
  },
  check(token) {
    const parsed = parseCompact(token, limits);
    if ('reason' in parsed) {
      const { code, message } = parsed.reason;
      hold(reasonCodes.includes(code), 'an unknown code', parsed);
      hold(message.length > 0 && JSON.stringify(parsed).length < 2_000, 'no refusal of fair length', parsed);
      return false;
    }
    holdEqual(parsed.parts.join('.'), token, 'other parts');
    for (const one of parsed.parts) {
      holdEqual(Buffer.from(one, 'base64url').toString('base64url'), one, 'accepted another spelling');
    }
    holdRead(parsed.parts[0], parsed.unverifiedHeader);
    holdRead(parsed.parts[1], parsed.unverifiedClaims);
    return true;
  },
};

function part(random: Random): string {
  const text = random.onceIn(3) ? derive(json, random) : random.pick(GOOD);
  const drawn = random.onceIn(2) ? text : mutate(text, GOOD, JSON_PIECES, random);
  const bytes = Buffer.from(drawn);
  // Now and then a byte that is no UTF-8.
  if (random.onceIn(20) && bytes.length > 0) bytes[random.below(bytes.length)] = 0x80 + random.below(0x80);
  return bytes.toString('base64url');
}

/** What was read is all that stands there: by `JSON.parse`, and with as many members as there are names. */
function holdRead(part: string, object: object): void {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(part, 'base64url'));
  holdEqual(JSON.stringify(object), JSON.stringify(JSON.parse(text)), 'another object');
  const names = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined);
  holdEqual(countMembers(object), names.length, 'a member twice');
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, member) => sum + countMembers(member), own);
}
