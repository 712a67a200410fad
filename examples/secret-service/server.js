// @ts-check
/**
 * A small secret service, which lets in whom its policies trust.
 *
 *     SECRETS_KEY_FILE=master.key node examples/secret-service/server.js [policies…]
 *
 * `SECRETS_KEY_FILE` names the master key, `SECRETS_DIRECTORY` where secrets are kept (default `secrets`), `PORT` where it
 * listens on loopback (default 8720; 0: any free port). The arguments are policy files and directories (default: the
 * policies beside it), which it watches. Standard output is the audit log; all else goes to standard error.
 */
import { join } from 'node:path';
import { createEngine } from 'countersign';
import { createAudit } from './audit.js';
import { readMasterKey } from './master-key.js';
import { createService } from './service.js';
import { Sessions } from './sessions.js';
import { Vault } from './vault.js';

const clock = () => Date.now() / 1000;

try {
  await start();
} catch (error) {
  // One sentence; for a policy that does not load, one a line with its place.
  console.error(String(error instanceof Error ? error.message : error));
  process.exitCode = 2;
}

async function start() {
  const { PORT = '8720', SECRETS_DIRECTORY = 'secrets', SECRETS_KEY_FILE } = process.env;
  const vault = await Vault.open(SECRETS_DIRECTORY, await readMasterKey(SECRETS_KEY_FILE));
  const policies = process.argv.length > 2 ? process.argv.slice(2) : [join(import.meta.dirname, 'policies')];
  const engine = await createEngine({ policies, watch: true, clock, logger: { info: log, warn: log, error: log } });
  const audit = createAudit(process.stdout, clock);
  const onError = (/** @type {Error} */ error) => log({ error: error.message }, 'request failed');
  const service = createService({ engine, vault, sessions: new Sessions({ clock }), audit, clock, onError });
  try {
    log({ url: await service.listen({ host: '127.0.0.1', port: Number(PORT) }) }, 'listening');
  } catch (error) {
    await engine.close();
    throw error;
  }
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void service.close().then(() => engine.close()));
  }
}

/** @param {object} data @param {string} message */
function log(data, message) {
  console.error(JSON.stringify({ message, ...data }));
}
