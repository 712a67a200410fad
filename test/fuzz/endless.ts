/** Hunts until it is stopped, or until it finds something: `npm run fuzz [-- --target NAME] [--seed N] [--runs N]`. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hunt } from './hunt.ts';
import { targets } from './targets.ts';

const ROUND = 1_000;
const fixtures = join('test', 'fuzz', 'fixtures');

const { target: only, seed, runs } = readArguments();
const chosen = Object.entries(targets).filter(([name]) => only === undefined || name === only);
const until = seed + runs;
let found = 0;
for (let from = seed; from < until && found === 0; from += ROUND) {
  for (const [name, target] of chosen) {
    const { accepted, crash } = hunt(target, from, Math.min(from + ROUND, until));
    console.log(`${name}: seeds from ${String(from)}, ${String(accepted)} texts accepted`);
    if (crash === undefined) continue;
    const digest = createHash('sha256').update(crash.text, 'utf16le').digest('hex').slice(0, 12);
    const file = join(fixtures, `${name}-${digest}.json`);
    writeFileSync(file, `${JSON.stringify(crash.text)}\n`);
    console.error(crash.error);
    console.error(
      `seed ${String(crash.seed)} breaks ${name}; the least of it is in ${file}, which npm test tries again`,
    );
    found += 1;
  }
}
process.exitCode = found === 0 ? 0 : 1;

function readArguments(): { target: string | undefined; seed: number; runs: number } {
  try {
    const options = { target: { type: 'string' }, seed: { type: 'string' }, runs: { type: 'string' } } as const;
    const { values } = parseArgs({ options });
    const { target } = values;
    if (target !== undefined && !Object.hasOwn(targets, target))
      throw new Error(`there is no target \`${target}\`; there are ${Object.keys(targets).join(', ')}`);
    return {
      target,
      seed: wholeNumber('seed', values.seed, Date.now() % 2 ** 31),
      runs: wholeNumber('runs', values.runs, Infinity),
    };
  } catch (error) {
    console.error(`fuzz: ${(error as Error).message}`);
    process.exit(2);
  }
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,15}$/.test(text)) throw new Error(`\`--${name}\` takes a whole number`);
  return Number(text);
}
