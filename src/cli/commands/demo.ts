import { relative, sep } from 'node:path';
import type { Policy } from '../../policy/policy.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { AUDIENCE, foes, friends, ISSUER } from '../demo/cast.ts';
import { isAsExpected, type Performance, perform } from '../demo/perform.ts';
import { formatHead, formatScenes } from '../demo/table.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Terminal } from '../output/terminal.ts';
import { wrap } from '../output/wrap.ts';
import { packageFile } from '../package-file.ts';
import { readPolicy } from '../policy-input.ts';

const WIDTH = 116;

export function demoCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('demo', terminal)
    .description(
      'Show decisions about signed tokens, friendly and hostile, by the example policies; offline, in seconds.',
    )
    .argument('[paths...]', 'policies to decide by instead; they should trust https://app.gitpod.io')
    .addHelpText(
      'after',
      `
Examples:
  countersign demo
  countersign demo policies/

Exit codes:
  0   shown; by the example policies, every decision was as it should be
  2   the policies do not load, or cannot be read
  3   the paths hold no policy
  70  a decision was not as it should be`,
    );
  return command.action(async (paths: string[]) => {
    process.exitCode = await demo(paths, terminal);
  });
}

async function demo(paths: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const examples = packageFile('policies');
  const loaded = await readPolicy(paths.length === 0 ? [examples] : paths, terminal);
  if (loaded === undefined) return exitCode.usage;
  const { policy, sources } = loaded;
  const files = sources.map(({ file }) =>
    paths.length === 0 ? `policies/${relative(examples, file).split(sep).join('/')}` : file,
  );
  const performance = await perform(policy, [...friends, ...foes]);
  const { out } = terminal;
  const { paint } = out;
  out.write(`${wrap(introduction(policy, files, performance), WIDTH).join('\n')}\n\n`);
  out.write(`${formatHead(paint)}\n`);
  for (const [title, roles] of [
    ['Callers of the organisation', friends],
    ['Hostile: the environment of the payments project again, but for one thing', foes],
  ] as const) {
    const scenes = performance.scenes.filter(({ role }) => roles.includes(role));
    out.write(`\n${paint('note', title)}\n\n${formatScenes(scenes, { paint, policy })}\n`);
  }
  out.write('\n');
  const surprises = paths.length === 0 ? performance.scenes.filter((scene) => !isAsExpected(scene)) : [];
  if (surprises.length > 0) {
    throw new CliError(exitCode.internal, `not as expected: ${surprises.map(({ role }) => role.who).join('; ')}`);
  }
  out.write(`${conclusion(performance, paths.length === 0)}\n`);
  return exitCode.ok;
}

function introduction(policy: Policy, files: readonly string[], { url, scenes }: Performance): string {
  const count = policy.rules.length;
  return `A service that keeps secrets, ${AUDIENCE}, is sent tokens that it did not issue, and must know whose requests to honour. They come from ${ISSUER}, played here by a development issuer on ${url}: nothing leaves this machine. Each of these ${String(scenes.length)} tokens is really signed and goes the whole way: the issuer's keys by discovery, the signature, then the ${String(count)} trust rules in ${files.join(', ')}. Nothing is allowed unless a rule allows it. Ids are cut to their last four digits.`;
}

function conclusion({ scenes }: Performance, compared: boolean): string {
  const allowed = scenes.filter(({ decision }) => decision.effect === 'allow').length;
  const found = `${String(allowed)} allowed, ${String(scenes.length - allowed)} denied`;
  return `${found}${compared ? ', each as it should be' : ''}. Where to go from here:

  policies/                   the rules above, to read and to copy
  countersign init            writes a policy to start with
  countersign idp token       mints a token like these, for countersign verify to judge
  README.md                   the language, the library, all reasons`;
}
