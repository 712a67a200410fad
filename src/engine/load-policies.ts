import { findPolicyFiles, readTextFile } from '#files';
import { CountersignError } from '../decision/reason.ts';
import { FileRefused } from '../files/file-refused.ts';
import type { PolicyFile } from '../files/walk.ts';
import type { Diagnostic } from '../policy/diagnostic.ts';
import { MOST_BYTES } from '../policy/document/check-text.ts';
import { type ParsedSources, parseSources, type PolicySource } from '../policy/parse.ts';
import type { Source } from '../policy/parse/source.ts';
import type { Policy } from '../policy/policy.ts';

/** What was read at some paths, together one policy; `policy` only where there is nothing wrong with any file. */
export interface LoadedPolicies {
  readonly policy?: Policy;
  readonly diagnostics: readonly Diagnostic[];
  /** What the texts were read as, for pointing at places in them. */
  readonly documents: readonly Source[];
  /** The texts that were read, for showing where something is wrong. */
  readonly sources: readonly PolicySource[];
}

/** Policy files that were read and parsed, together one policy. */
export interface ReadSources {
  /** What was read; its policy lacks the files that could not be. */
  readonly parsed: ParsedSources;
  /** One for each file whose content cannot be had. */
  readonly unreadable: readonly Diagnostic[];
}

/** The policy files at some paths by real path: one that is reached twice counts once. */
export async function findSources(paths: readonly string[]): Promise<ReadonlyMap<string, PolicyFile>> {
  const files = new Map<string, PolicyFile>();
  for (const path of paths) for (const file of await findPolicyFiles(path)) files.set(file.realPath, file);
  return files;
}

/**
 * Reads and parses policy files that were found.
 *
 * @throws {FileRefused} of a file that cannot be read
 */
export async function readSources(files: Iterable<PolicyFile>): Promise<ReadSources> {
  const sources: PolicySource[] = [];
  const unreadable: Diagnostic[] = [];
  for (const { file, realPath, root } of files) {
    const text = await readTextFile(realPath, { maxBytes: MOST_BYTES, root }).catch((error: unknown) =>
      asDiagnostic(error, file),
    );
    if (typeof text === 'string') sources.push({ file, text });
    else unreadable.push(text);
  }
  return { parsed: parseSources(sources), unreadable };
}

/** The policy that was read, and all that is wrong with it. */
export function loadedFrom({ parsed, unreadable }: ReadSources): LoadedPolicies {
  const { policy, documents, sources } = parsed;
  const diagnostics = [...unreadable, ...parsed.diagnostics];
  return { ...(policy === undefined || diagnostics.length > 0 ? {} : { policy }), diagnostics, documents, sources };
}

/**
 * Reads and parses the policy files at paths. Throws `ERR_POLICY_UNREADABLE` for a path that is missing or cannot be
 * read, and where there is no policy file at all.
 */
export async function loadPolicies(paths: readonly string[]): Promise<LoadedPolicies> {
  const files = await findSources(paths).catch(asUnreadable);
  if (files.size === 0) {
    throw new CountersignError(
      'ERR_POLICY_UNREADABLE',
      `there is no policy file (*.yaml, *.yml, *.json) in ${paths.map((path) => `\`${path}\``).join(', ')}`,
    );
  }
  return loadedFrom(await readSources(files.values()).catch(asUnreadable));
}

function asUnreadable(error: unknown): never {
  if (!(error instanceof FileRefused)) throw error;
  throw new CountersignError('ERR_POLICY_UNREADABLE', error.message, { cause: error });
}

/** A file whose content is at fault is reported like any other problem of the policy; anything else is rethrown. */
function asDiagnostic(error: unknown, file: string): Diagnostic {
  const at = { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
  if (error instanceof FileRefused && error.code === 'not-utf8') {
    return {
      code: 'invalid-unicode',
      severity: 'error',
      message: 'the file is not valid UTF-8',
      at,
      help: 'save it as UTF-8',
    };
  }
  if (error instanceof FileRefused && error.code === 'too-large') {
    return {
      code: 'file-too-large',
      severity: 'error',
      message: `the file is larger than ${String(MOST_BYTES)} bytes`,
      at,
      help: 'split it into several files of one directory',
    };
  }
  throw error instanceof FileRefused ? new FileRefused(error.code, file, { cause: error }) : error;
}

/** The policy that was loaded; throws `ERR_POLICY_INVALID`, with all diagnostics, where something is wrong. */
export function requirePolicy({ policy, diagnostics }: LoadedPolicies): Policy {
  if (policy !== undefined) return policy;
  const [first] = diagnostics;
  const where =
    first === undefined
      ? ''
      : `: ${first.at.file}:${String(first.at.line)}:${String(first.at.column)}: ${first.message} (${first.code})`;
  const more = diagnostics.length > 1 ? `, and ${String(diagnostics.length - 1)} more` : '';
  throw new CountersignError('ERR_POLICY_INVALID', `the policy does not load${where}${more}`, { diagnostics });
}
