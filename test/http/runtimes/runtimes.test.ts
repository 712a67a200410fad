import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from '@jest/globals';
import { describeServer } from '../frameworks/behaviour.ts';
import type { Running } from '../frameworks/listen.ts';
import type { Given } from '../frameworks/services.ts';
import { installScript, programOf, startProgram } from './runtime.ts';

type Start = (program: string, given: Given) => Promise<Running>;

/** The built package as it is: the runtime resolves it, and its conditions. */
const AS_INSTALLED = ['--external:countersign', '--external:countersign/*'];

/** No Node in it, and none to be had: the date is before workerd's own became the default. */
const WORKERD_CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["private"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [(name = "service", esModule = embed "service.mjs")],
  compatibilityDate = "2026-06-01"
);
`;

const runtimes: Readonly<Record<string, Start>> = {
  bun: async (program, given) => {
    const serve = `console.log(Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: handle }).port);`;
    const directory = await installScript(given, serve, AS_INSTALLED);
    return startProgram(program, ['run', 'service.mjs'], directory, /^(\d+)$/);
  },
  deno: async (program, given) => {
    const serve = `Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: ({ port }) => console.log(port) }, handle);`;
    const directory = await installScript(given, serve, AS_INSTALLED);
    // The YAML parser asks for two variables of its own.
    const allowed = ['--no-prompt', '--allow-net=127.0.0.1', '--allow-env=LOG_TOKENS,LOG_STREAM'];
    return startProgram(program, ['run', '--node-modules-dir=manual', ...allowed, 'service.mjs'], directory, /^(\d+)$/);
  },
  workerd: async (program, given) => {
    const bundling = ['--conditions=workerd,worker,browser', '--platform=neutral', '--main-fields=module,main'];
    const directory = await installScript(given, 'export default { fetch: handle };', bundling);
    await writeFile(join(directory, 'config.capnp'), WORKERD_CONFIG);
    return startProgram(program, ['serve', 'config.capnp', '--control-fd=1'], directory, /"port":(\d+)/);
  },
};

for (const [name, start] of Object.entries(runtimes)) {
  const program = await programOf(name);
  if (program !== undefined) describeServer(`fetch on ${name}`, (given) => start(program, given));
  else {
    describe(`fetch on ${name}`, () => {
      console.warn(`${name}: skipped; its package has no program for this system`);
      test.skip('answers as the table says', () => undefined);
    });
  }
}
