import type { Diagnostic, Region } from '../policy/diagnostic.ts';
import type { Edit } from './edit.ts';

/** What a linter says: a load error, or what a lint rule found. */
export interface LintDiagnostic extends Diagnostic {
  readonly related?: readonly { readonly at: Region; readonly message: string }[];
  readonly fix?: readonly Edit[];
}
