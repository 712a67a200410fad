import type { Approval } from '../output/diff/diff-report.ts';
import { InvalidDocument } from '../invalid-document.ts';
import { readShaped } from '../read-shaped.ts';
import { approvedGainsKeys, validateApprovedGains } from './generated/approved-gains-validator.ts';

const shape = { validate: validateApprovedGains, keys: approvedGainsKeys, words: { language: 'approved gains' } };

/**
 * The gains that a file approves.
 *
 * @throws {InvalidDocument} with all that is wrong with it
 * @throws {FileRefused} where it cannot be read
 */
export async function readApprovals(file: string): Promise<readonly Approval[]> {
  try {
    const { gains } = (await readShaped(file, shape)) as { gains: readonly Approval[] };
    return gains;
  } catch (error) {
    if (!(error instanceof InvalidDocument)) throw error;
    const help = 'list each gain as `- { fingerprint: FINGERPRINT, reason: WHY }` under `gains`, beside `version: 1`';
    throw new InvalidDocument(error.source, error.diagnostics, help);
  }
}
