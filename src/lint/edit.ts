import type { Route } from '../policy/document/route.ts';

/** A change of the text that mends a finding. Comments and layout around it stay as they are. */
export type Edit =
  /** Replaces a scalar by a string, quoted as it was or as it needs to be. */
  | { readonly at: Route; readonly replaceWith: string }
  /** Inserts a line before the first line of a file. */
  | { readonly file: string; readonly firstLine: string };
