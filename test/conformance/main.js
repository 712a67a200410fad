// @ts-check
// Runs the kit against every adapter and prints what held: `npm run conformance -- [--format text|markdown]`.
import { parseArgs } from 'node:util';
import { createEngine } from 'countersign';
import { parsePolicy } from 'countersign/policy';
import { remoteKeys } from '../../dist/token/keys/remote-keys.js';
import { countersign } from './adapters/countersign.js';
import { fastJwtAdapters } from './adapters/fast-jwt.js';
import { joseAdapters } from './adapters/jose.js';
import { readEntries } from './read-entries.js';
import { tally, toMarkdown, toText } from './table.js';

const formats = { text: toText, markdown: toMarkdown };

/** What was asked for; ends the process where that cannot be. */
function readArguments() {
  try {
    const { values } = parseArgs({ options: { format: { type: 'string', default: 'text' } } });
    const { format } = values;
    if (format !== 'text' && format !== 'markdown') throw new Error('`--format` is text or markdown');
    return formats[format];
  } catch (error) {
    console.error(`conformance: ${/** @type {Error} */ (error).message}`);
    process.exit(2);
  }
}

const print = readArguments();
const ours = countersign({ createEngine, parsePolicy, remoteKeys });
const tallies = await tally(readEntries(), [ours, ...joseAdapters, ...fastJwtAdapters]);
console.log(print(tallies));
process.exitCode = [...(tallies.get(ours.name)?.values() ?? [])].every(({ lost }) => lost.length === 0) ? 0 : 1;
