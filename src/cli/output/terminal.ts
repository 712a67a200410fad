import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import { type Paint, paintWith } from './paint.ts';

/** One output stream of the process. */
export interface Output {
  /** Whether what is painted gets colours. */
  readonly color: boolean;
  /** Whether a person is looking. */
  readonly interactive: boolean;
  readonly paint: Paint;
  write(text: string): void;
}

/** Results go to `out`, everything else to `err`. */
export interface Terminal {
  readonly out: Output;
  readonly err: Output;
}

/** Colours follow `--color`, else FORCE_COLOR and NO_COLOR (in Node's order), else whether a person is looking. */
export function createTerminal(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Terminal {
  const wish = wishOf(args) ?? wishOfEnvironment(env);
  return { out: outputTo(process.stdout, wish, env), err: outputTo(process.stderr, wish, env) };
}

type Wish = 'always' | 'never' | 'auto';

function outputTo(stream: NodeJS.WriteStream, wish: Wish, env: NodeJS.ProcessEnv): Output {
  // A reader that has seen enough is no fault: what is still to say goes nowhere, and the exit code stays true.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    throw new CliError(exitCode.usage, `the output cannot be written (${error.code ?? error.message})`);
  });
  const interactive = Boolean(stream.isTTY);
  const color = wish === 'always' || (wish === 'auto' && interactive && env['TERM'] !== 'dumb');
  return { color, interactive, paint: paintWith(color), write: (text) => void stream.write(text) };
}

const COLOR = /^--(?:no-color|color=(?:always|never|auto))$/;

function wishOf(args: readonly string[]): Wish | undefined {
  const end = args.indexOf('--');
  const given = (end === -1 ? args : args.slice(0, end)).findLast((arg) => COLOR.test(arg));
  if (given === '--no-color') return 'never';
  return given?.slice('--color='.length) as Wish | undefined;
}

function wishOfEnvironment({ FORCE_COLOR: force, NO_COLOR: no }: NodeJS.ProcessEnv): Wish {
  if (force !== undefined) return force === '0' || force === 'false' ? 'never' : 'always';
  return no !== undefined && no !== '' ? 'never' : 'auto';
}
