import type { Diagnostic } from '../policy/diagnostic.ts';
import type { PolicySource } from '../policy/parse.ts';

/** Ends a command because a file that is no policy is not of the form it must have; shown with its places. */
export class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument';
  readonly source: PolicySource;
  readonly diagnostics: readonly Diagnostic[];
  readonly help: string | undefined;

  constructor(source: PolicySource, diagnostics: readonly Diagnostic[], help?: string) {
    super(`${source.file} is not of the form it must have`);
    this.source = source;
    this.diagnostics = diagnostics;
    this.help = help;
  }
}
