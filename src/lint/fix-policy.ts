import { parseSources, type PolicySource } from '../policy/parse.ts';
import { applyEdits } from './apply-edits.ts';
import type { Edit } from './edit.ts';
import { type LintDiagnostic, type LintOptions, lintPolicy } from './lint-policy.ts';
import { Locator } from '../policy/document/route.ts';

/** What fixing came to. */
export interface Fixed {
  /** All sources, with the texts as they are after the fixes. */
  readonly sources: readonly PolicySource[];
  /** What there is still to say, of any file. */
  readonly diagnostics: readonly LintDiagnostic[];
}

/** A fix can make room for another; one that makes work for another could go on for ever. */
const MOST_PASSES = 10;

/**
 * Lints and applies the fixes of what is found in `files`, over and over until nothing changes. Files that are not
 * named stay as they are, and so does a policy that a fix would keep from loading.
 */
export function fixPolicy(sources: readonly PolicySource[], files: ReadonlySet<string>, options: LintOptions): Fixed {
  let fixed: Fixed = { sources, diagnostics: lintPolicy(sources, options) };
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const next = onePass(fixed, files);
    if (next === undefined) break;
    fixed = { sources: next, diagnostics: lintPolicy(next, options) };
  }
  return fixed;
}

function onePass({ sources, diagnostics }: Fixed, files: ReadonlySet<string>): readonly PolicySource[] | undefined {
  const fixes = diagnostics.flatMap(({ at, fix }) => (fix === undefined || !files.has(at.file) ? [] : [fix]));
  if (fixes.length === 0) return undefined;
  const locator = new Locator(parseSources(sources).documents);
  const fileOf = (edit: Edit): string => ('at' in edit ? locator.locate(edit.at).source.file : edit.file);
  // A fix that reaches into a file that was not named is no fix by halves.
  const complete = fixes.filter((fix) => fix.every((edit) => files.has(fileOf(edit))));
  const apply = (some: readonly (readonly Edit[])[]): readonly PolicySource[] =>
    sources.map(({ file, text }) => ({ file, text: applyEdits(text, file, some.flat(), locator) }));
  const loads = (some: readonly (readonly Edit[])[]): boolean => parseSources(apply(some)).policy !== undefined;
  // Fixes that only together keep the policy from loading, such as two to the same url: the first wins.
  const taken = loads(complete)
    ? complete
    : complete.reduce<readonly (readonly Edit[])[]>((kept, fix) => (loads([...kept, fix]) ? [...kept, fix] : kept), []);
  const next = apply(taken);
  return next.some(({ text }, index) => text !== sources[index]?.text) ? next : undefined;
}
