import type { Logger } from '../../engine/options.ts';
import { LOG_LEVELS, type LogLevel } from '../../http/sidecar/decision-log.ts';
import type { Output } from '../output/terminal.ts';
import { redactTokens } from '../redact-tokens.ts';

/** Writes what happens as JSON, one line an event from a level on: `time`, `level`, `message`, and what the event holds. */
export function lineLogger(out: Output, least: LogLevel): Logger {
  const log =
    (level: keyof Logger) =>
    (data: object, message: string): void => {
      if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return;
      out.write(`${redactTokens(JSON.stringify({ time: new Date().toISOString(), level, message, ...data }))}\n`);
    };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}
