import { execFile } from 'node:child_process';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';

export interface GitRun {
  readonly ok: boolean;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs git, without a shell, with paths taken literally; what it says is for programs. */
export function runGit(args: readonly string[], input = '', mostBytes: number = 64 * 1024 * 1024): Promise<GitRun> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      ['--literal-pathspecs', '--no-optional-locks', ...args],
      { encoding: 'buffer', maxBuffer: mostBytes, env: { ...process.env, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' } },
      (error, stdout, stderr) => {
        if (error?.code === 'ENOENT') {
          reject(
            new CliError(exitCode.usage, '`git:` needs git, which is not installed', 'name a directory or a bundle'),
          );
        } else if (error !== null && typeof error.code !== 'number') {
          reject(new CliError(exitCode.usage, `git could not be run (${String(error.code ?? error.signal)})`));
        } else resolve({ ok: error === null, stdout, stderr: stderr.toString('utf8') });
      },
    );
    // A git that ends early says so by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
