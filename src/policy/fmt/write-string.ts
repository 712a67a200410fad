import { HIDDEN_CHARACTER } from '../quote.ts';
import { resolveScalar } from '../document/resolve-scalar.ts';

/** Where a string stands: in brackets a comma would end it. */
export type Context = 'block' | 'flow';

const INDICATORS = /[*#{}[\]&!|>`%]|: |:$|^[-?](?: |$)|^(?:---|\.\.\.)|^[?:,'"@=]|^<<$|^\s|\s$|[\t\n\r]/u;

/** What readers of YAML 1.1 take for a number, a boolean, null or a date. */
const SURPRISES =
  /^(?:[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:e[-+]?[0-9]+)?|\.inf)|\.nan|y|n|yes|no|on|off|true|false|null|~|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[t\s].*)?)$/i;

const NEEDS_NO_QUOTES = /^[A-Za-z0-9_./:@-]+$/;

/** A string as YAML: plain where every reader of YAML takes it for that string, else in double quotes. */
export function writeString(value: string, { quoted, context }: { quoted: boolean; context: Context }): string {
  return isPlain(value, context) && (!quoted || NEEDS_NO_QUOTES.test(value)) ? value : writeQuoted(value);
}

/** Whether a string may stand without quotes. */
export function isPlain(value: string, context: Context): boolean {
  const resolved = resolveScalar(value);
  return (
    !INDICATORS.test(value) &&
    !(context === 'flow' && value.includes(',')) &&
    'value' in resolved &&
    resolved.value === value &&
    !SURPRISES.test(value) &&
    !UNWELCOME.test(value)
  );
}

/** A variation selector behind a sign it may follow is no more hidden than the sign is. */
const UNWELCOME = new RegExp(`(?!(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f])(?:${HIDDEN_CHARACTER.source})`, 'u');
const EVERY_UNWELCOME = new RegExp(UNWELCOME, 'gu');

/** A string in double quotes, as JSON and YAML both read it, with all that hides escaped. */
export function writeQuoted(value: string): string {
  return JSON.stringify(value).replace(EVERY_UNWELCOME, (character) =>
    Array.from({ length: character.length }, (_, at) => escape(character.charCodeAt(at))).join(''),
  );
}

function escape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
