// @ts-check
// Runs benchmarks by name, or all: `node bench/run.js [--rounds N] [name...]`. Results go to bench/results/.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Context } from './harness/context.js';
import { toSvg } from './harness/plot.js';
import { toMarkdown } from './harness/table.js';

const folder = import.meta.dirname;
const SUFFIX = '.bench.js';
const known = readdirSync(folder)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .sort();

/** What was asked for; ends the process where that cannot be. */
function readArguments() {
  try {
    const { values, positionals } = parseArgs({ options: { rounds: { type: 'string' } }, allowPositionals: true });
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new Error(`there is no benchmark \`${unknown}\`; there are ${known.join(', ')}`);
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
    if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
      throw new Error('`--rounds` takes a number, 1 or more');
    return { names: positionals.length === 0 ? known : positionals, rounds };
  } catch (error) {
    console.error(`bench: ${/** @type {Error} */ (error).message}`);
    process.exit(2);
  }
}

const machine = {
  date: new Date().toISOString().slice(0, 10),
  node: process.versions.node,
  cpu: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
};

const { names, rounds } = readArguments();
mkdirSync(join(folder, 'results'), { recursive: true });
for (const name of names) {
  /** @type {{ benchmark: import('./harness/benchmark.js').Benchmark }} */
  const { benchmark } = await import(`./${name}${SUFFIX}`);
  const context = new Context(rounds ?? benchmark.rounds, folder);
  console.error(`${name}: ${String(context.rounds)} rounds`);
  const rows = [];
  for await (const row of benchmark.run(context)) rows.push(row);
  const { title, axes } = benchmark;
  const result = { title, axes, rounds: context.rounds, rows, missing: [...context.missing] };
  const markdown = toMarkdown(name, result, machine);
  writeFileSync(join(folder, 'results', `${name}.md`), markdown);
  writeFileSync(join(folder, 'results', `${name}.svg`), toSvg(result));
  console.log(markdown);
}
