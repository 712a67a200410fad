import { isPolicyFileName, isTestFileName } from '../../files/walk.ts';
import { watchPaths } from '../../files/watch.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Terminal } from '../output/terminal.ts';
import { reportError } from '../report-error.ts';
import { pathsUnderTest } from './load-suites.ts';

/**
 * Runs the tests, and again after each change of a test, or of a policy that is tested, until SIGINT or SIGTERM. What
 * goes wrong in a run is said, and the next change awaited.
 */
export async function watchTests(
  given: readonly string[],
  run: () => Promise<ExitCode>,
  terminal: Terminal,
): Promise<ExitCode> {
  let isOver = false;
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        isOver = true;
        resolve();
      });
  });
  // Watchers keep no process alive; this does.
  const alive = setInterval(() => undefined, 2 ** 30);
  while (!isOver) await runUntilChange(await pathsUnderTest(given), run, interrupted, terminal);
  clearInterval(alive);
  return exitCode.ok;
}

async function runUntilChange(
  paths: readonly string[],
  run: () => Promise<ExitCode>,
  interrupted: Promise<void>,
  terminal: Terminal,
): Promise<void> {
  const isWanted = (name: string): boolean => isPolicyFileName(name) || isTestFileName(name);
  const onError = (error: unknown): void => void reportError(error, terminal);
  let tell: () => void = () => undefined;
  const changed = new Promise<void>((resolve) => (tell = resolve));
  const watch = watchPaths(paths, () => tell(), { isWanted, onError });
  await watch.ready;
  await run().catch(onError);
  terminal.err.write('waiting for a change; Ctrl-C ends it\n');
  await Promise.race([changed, interrupted]);
  watch.close();
}
