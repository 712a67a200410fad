import type { Logger } from '../../engine/options.ts';
import type { Output } from '../output/terminal.ts';
import { redactTokens } from '../redact-tokens.ts';

/** Writes what happens as JSON, one line an event: `time`, `level`, `message`, and what the event holds. */
export function lineLogger(out: Output): Logger {
  const log =
    (level: keyof Logger) =>
    (data: object, message: string): void =>
      out.write(`${redactTokens(JSON.stringify({ time: new Date().toISOString(), level, message, ...data }))}\n`);
  return { info: log('info'), warn: log('warn'), error: log('error') };
}
