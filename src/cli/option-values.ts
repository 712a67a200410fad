import { parseDuration, parseTime } from '../policy/parse/time.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

/** A time as seconds since the epoch: RFC 3339 with an offset, or those seconds. */
export const parseTimeOption =
  (option: string) =>
  (text: string): number => {
    const seconds = /^[0-9]{1,10}$/.test(text) ? Number(text) : parseTime(text);
    return (
      seconds ??
      refuse(
        `\`${option}\` cannot be \`${text}\``,
        'write RFC 3339 with an offset, such as 2026-01-01T00:00:00Z, or seconds since the epoch',
      )
    );
  };

/** Seconds of a duration of at least one second. */
export function parseTtl(text: string): number {
  const seconds = parseDuration(text);
  return seconds === undefined || seconds === 0
    ? refuse(`\`--ttl\` cannot be \`${text}\``, 'write digits and a unit: 30s, 15m, 24h')
    : seconds;
}

export function parsePort(text: string): number {
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535
    ? Number(text)
    : refuse(`\`--port\` cannot be \`${text}\``, 'write a number from 0 to 65535; 0 takes any free port');
}

/** A number of processes, with the bounds of `schemas/serve.schema.json`; `from` is what named it. */
export const parseWorkers =
  (from: string) =>
  (text: string): number =>
    /^[1-9][0-9]?$/.test(text) && Number(text) <= 64
      ? Number(text)
      : refuse(`\`${from}\` cannot be \`${text}\``, 'write a number from 1 to 64');

/** From 0 to 100, with or without decimals. */
export const parsePercent =
  (option: string) =>
  (text: string): number =>
    /^[0-9]{1,3}(?:\.[0-9]{1,6})?$/.test(text) && Number(text) <= 100
      ? Number(text)
      : refuse(`\`${option}\` cannot be \`${text}\``, 'write a number from 0 to 100, such as 95 or 99.5');

/** `name=text` is a claim that is a string, `name:=json` one of any JSON value. */
export function parseClaim(text: string): readonly [name: string, value: unknown] {
  const [, name, sign, value = ''] = /^([^=]*?)(:?=)(.*)$/s.exec(text) ?? [];
  if (name === undefined || name === '') {
    return refuse(
      '`--claim` needs a name and a value',
      'write `creator_email=ada@example.com`, or `level:=5` for a JSON value',
    );
  }
  if (sign === '=') return [name, value];
  try {
    return [name, JSON.parse(value)];
  } catch {
    return refuse(`the value of \`--claim ${name}:=…\` is not JSON`, `\`${name}=…\` sets a string`);
  }
}

function refuse(message: string, help: string): never {
  throw new CliError(exitCode.usage, message, help);
}
