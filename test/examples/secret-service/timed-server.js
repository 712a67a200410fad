/** The service under a clock that the test sets: `NOW` at first, then each number that it sends. */
import { createEngine } from 'countersign';
import { createAudit } from '../../../examples/secret-service/audit.js';
import { readMasterKey } from '../../../examples/secret-service/master-key.js';
import { createService } from '../../../examples/secret-service/service.js';
import { Sessions } from '../../../examples/secret-service/sessions.js';
import { Vault } from '../../../examples/secret-service/vault.js';

let now = Number(process.env.NOW);
const clock = () => now;
process.on('message', (seconds) => {
  now = seconds;
  process.send('set');
});

const vault = await Vault.open('secrets', await readMasterKey('master.key'));
const engine = await createEngine({ policies: process.argv[2], clock });
const onError = (error) => console.error(error);
const audit = createAudit(process.stdout, clock);
const service = createService({ engine, vault, sessions: new Sessions({ clock }), audit, clock, onError });
console.error(JSON.stringify({ message: 'listening', url: await service.listen({ host: '127.0.0.1', port: 0 }) }));
