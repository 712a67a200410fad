import { expect, test } from '@jest/globals';
import { parseTraceparent } from '../../src/http/trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const read = { traceId: TRACE, parentId: SPAN, flags: '01' };

test.each([
  ['version 00', `00-${TRACE}-${SPAN}-01`, read],
  ['flags that are not known', `00-${TRACE}-${SPAN}-ff`, { ...read, flags: 'ff' }],
  ['a later version', `01-${TRACE}-${SPAN}-01`, read],
  ['a later version with more to it', `cc-${TRACE}-${SPAN}-01-what-comes.next`, read],
  ['a later version with an empty end', `cc-${TRACE}-${SPAN}-01-`, read],
])('reads %s', (_, value, expected) => {
  expect(parseTraceparent(value)).toEqual(expected);
});

test.each([
  ['nothing', ''],
  ['version ff', `ff-${TRACE}-${SPAN}-01`],
  ['version 00 with more to it', `00-${TRACE}-${SPAN}-01-x`],
  ['version 00 with a dash at the end', `00-${TRACE}-${SPAN}-01-`],
  ['a later version that goes on without a dash', `cc-${TRACE}-${SPAN}-01x`],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['a capital version', `CC-${TRACE}-${SPAN}-01`],
  ['a short trace id', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ['a long span id', `00-${TRACE}-${SPAN}0-01`],
  ['what is not hexadecimal', `00-${TRACE.replace('4', 'g')}-${SPAN}-01`],
  ['one flag', `00-${TRACE}-${SPAN}-1`],
  ['no flags', `00-${TRACE}-${SPAN}`],
  ['no version', `${TRACE}-${SPAN}-01`],
  ['other separators', `00_${TRACE}_${SPAN}_01`],
  ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
  ['space around', ` 00-${TRACE}-${SPAN}-01`],
  ['a line break at the end', `00-${TRACE}-${SPAN}-01\n`],
  ['a later version without end', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(500)}`],
])('refuses %s', (_, value) => {
  expect(parseTraceparent(value)).toBeUndefined();
});
