import type { Diagnostic, LoadErrorCode } from '../diagnostic.ts';

/** What keeps a bundle from being loaded; the whole is refused. */
export class BundleFault extends Error {
  readonly code: LoadErrorCode;
  readonly line: number;
  readonly help: string | undefined;

  constructor(code: LoadErrorCode, line: number, message: string, help?: string) {
    super(message);
    this.code = code;
    this.line = line;
    this.help = help;
  }

  diagnostic(file: string): Diagnostic {
    const { code, line, message, help } = this;
    const at = { file, line, column: 1, endLine: line, endColumn: 1 };
    return { code, severity: 'error', message, at, ...(help === undefined ? {} : { help }) };
  }
}
