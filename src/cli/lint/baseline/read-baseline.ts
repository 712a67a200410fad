import { FileRefused } from '../../../files/file-refused.ts';
import { CliError } from '../../cli-error.ts';
import { exitCode } from '../../exit-code.ts';
import { InvalidDocument } from '../../invalid-document.ts';
import { readShaped } from '../../read-shaped.ts';
import type { KnownFinding } from './baseline.ts';
import { lintBaselineKeys, validateLintBaseline } from './generated/lint-baseline-validator.ts';

const shape = { validate: validateLintBaseline, keys: lintBaselineKeys, words: { language: 'the baseline' } };

/**
 * The findings that a baseline lists; none of a file that is missing where it `mayBeMissing`.
 *
 * @throws {InvalidDocument} with all that is wrong with it
 * @throws {CliError} where it is missing
 * @throws {FileRefused} where it cannot be read
 */
export async function readBaseline(file: string, mayBeMissing: boolean): Promise<readonly KnownFinding[]> {
  try {
    const { findings } = (await readShaped(file, shape)) as { findings: readonly KnownFinding[] };
    return findings;
  } catch (error) {
    if (error instanceof InvalidDocument) {
      throw new InvalidDocument(
        error.source,
        error.diagnostics,
        'mend the baseline, or delete it and write it anew with `--write-baseline`',
      );
    }
    if (!(error instanceof FileRefused) || error.code !== 'missing') throw error;
    if (mayBeMissing) return [];
    throw new CliError(exitCode.usage, `the baseline \`${file}\` does not exist`, '`--write-baseline` writes it');
  }
}
