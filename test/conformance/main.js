// @ts-check
// Runs the kit against every adapter and prints what held: `[--format text|markdown] [--adapter file.js]...`.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { createEngine } from 'countersign';
import { trust } from 'countersign/express';
import { parsePolicy, statusOf } from 'countersign/policy';
import { compileMapping } from '../../dist/http/mapping/compile.js';
import { createExchange } from '../../dist/http/exchange/exchange.js';
import { createForwardAuth } from '../../dist/http/sidecar/forward-auth/forward-auth.js';
import { DEFAULT_IDENTITY_HEADERS as identityHeaders } from '../../dist/http/sidecar/forward-auth/identity.js';
import { forwardAuthListener } from '../../dist/http/sidecar/forward-auth/listener.js';
import { DEFAULT_LIMITS as limits } from '../../dist/http/sidecar/limits.js';
import { parsePeers } from '../../dist/http/sidecar/peers.js';
import { startSidecar } from '../../dist/http/sidecar/sidecar.js';
import { remoteKeys } from '../../dist/token/keys/remote-keys.js';
import { countersign } from './adapters/countersign.js';
import { countersignExpress } from './adapters/countersign-express.js';
import { countersignSidecar } from './adapters/countersign-sidecar.js';
import { fastJwtAdapters } from './adapters/fast-jwt.js';
import { joseAdapters } from './adapters/jose.js';
import { readEntries } from './read-entries.js';
import { tally, toMarkdown, toText } from './table.js';

const formats = { text: toText, markdown: toMarkdown };

/** What was asked for; ends the process where that cannot be. */
async function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        format: { type: 'string', default: 'text' },
        adapter: { type: 'string', multiple: true, default: [] },
      },
    });
    const { format, adapter: files } = values;
    if (format !== 'text' && format !== 'markdown') throw new Error('`--format` is text or markdown');
    const modules = await Promise.all(files.map((file) => import(pathToFileURL(resolve(file)).href)));
    const lacking = files.find((_, i) => !Array.isArray(modules[i].adapters));
    if (lacking !== undefined) throw new Error(`\`${lacking}\` must export a list named adapters`);
    return { print: formats[format], more: modules.flatMap(({ adapters }) => adapters) };
  } catch (error) {
    console.error(`conformance: ${/** @type {Error} */ (error).message}`);
    process.exit(2);
  }
}

const { print, more } = await readArguments();
const engine = { createEngine, parsePolicy, remoteKeys, statusOf };
const forwardAuth = { compileMapping, createForwardAuth, forwardAuthListener, identityHeaders, parsePeers };
const ours = [
  countersign(engine),
  countersignSidecar({ ...engine, ...forwardAuth, createExchange, limits, startSidecar }),
  countersignExpress({ ...engine, trust }),
];
const tallies = await tally(readEntries(), [...ours, ...joseAdapters, ...fastJwtAdapters, ...more]);
console.log(print(tallies));
const lost = ours.flatMap(({ name }) => [...(tallies.get(name)?.values() ?? [])].flatMap((counts) => counts.lost));
process.exitCode = lost.length === 0 ? 0 : 1;
