import { quote } from '../../policy/quote.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import { runGit } from './run-git.ts';

/** A place in the history of the repository that the working directory is in. */
export interface GitPlace {
  /** The id of a commit. */
  readonly commit: string;
  /** A path from the working directory. */
  readonly path: string;
}

const PREFIX = 'git:';

export function isGitPlace(text: string): boolean {
  return text.startsWith(PREFIX);
}

/**
 * The place that `git:REV:path` names.
 *
 * @throws {CliError} exit code 2 of another form, of a revision that is not there, and outside a repository
 */
export async function gitPlace(text: string): Promise<GitPlace> {
  const [, revision = '', path = ''] = /^git:([^:]*):(.*)$/su.exec(text) ?? [];
  if (revision === '' || path === '' || /[\0\n]/u.test(text)) {
    throw new CliError(
      exitCode.usage,
      `${quote(text)} is not of the form \`git:REV:path\``,
      'for example `git:origin/main:policies`',
    );
  }
  if (revision.startsWith('-')) {
    throw new CliError(exitCode.usage, `${quote(revision)} cannot be a revision`, 'a revision does not begin with `-`');
  }
  const { ok, stdout } = await runGit(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  if (!ok) throw await unknownRevision(revision);
  return { commit: stdout.toString('utf8').trim(), path };
}

async function unknownRevision(revision: string): Promise<CliError> {
  const { ok, stdout, stderr } = await runGit(['rev-parse', '--is-shallow-repository']);
  if (!ok) {
    const [why = ''] = stderr.replace(/^fatal: /u, '').split('\n');
    return new CliError(exitCode.usage, `git cannot read a repository here: ${why}`, 'run it inside the repository');
  }
  const isShallow = stdout.toString('utf8').trim() === 'true';
  return new CliError(
    exitCode.usage,
    `the repository has no revision ${quote(revision)}${isShallow ? ', and is a shallow clone' : ''}`,
    isShallow
      ? 'fetch the history with `git fetch --unshallow`, or the branch alone with `git fetch --depth=1 origin BRANCH:refs/remotes/origin/BRANCH`; in GitHub Actions give actions/checkout `fetch-depth: 0`'
      : 'fetch it, for example with `git fetch origin`; `git branch --all` and `git tag` list what is there',
  );
}
