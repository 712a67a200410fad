import { writeFileAtomic } from '../../files/write.ts';
import type { FormatTarget } from '../format-targets.ts';
import type { Terminal } from './terminal.ts';

export interface FormatOptions {
  /** Whether to add ANSI colours, where the format has any. */
  readonly color: boolean;
  /** Takes what a format cannot say, such as that it has no room for all. */
  readonly warn: (what: string) => void;
}

/** Writes a report as a text that ends with a line end, or is empty. */
export type Format<Report> = (report: Report, options: FormatOptions) => string | Promise<string>;

/** The formats of a report by name; only what is asked for is loaded. */
export type Formats<Name extends string, Report> = Readonly<Record<Name, () => Promise<Format<Report>>>>;

/** A token in place of a file is not repeated. Narrow, so that names of files and hosts stay as they are. */
const TOKEN = /(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*)+/g;

/** Writes a report in each format, to its file or to standard output. */
export async function writeTargets<Name extends string, Report>(
  targets: readonly FormatTarget<Name>[],
  formats: Formats<Name, Report>,
  report: Report,
  { out, err }: Terminal,
): Promise<void> {
  for (const { format, output } of targets) {
    const formatReport = await formats[format]();
    const formatted = await formatReport(report, {
      color: output === undefined && out.color,
      warn: (what) => err.write(`${err.paint('warning', 'warning:')} ${what}\n`),
    });
    const text = formatted.replace(TOKEN, '<token>');
    if (output === undefined) out.write(text);
    else await writeFileAtomic(output, text);
  }
}
