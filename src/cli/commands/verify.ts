import {
  addAskOptions,
  ASK_EXIT_CODES,
  askedBy,
  type AskOptions,
  engineFor,
  isTokenFile,
  timeOf,
} from '../ask-options.ts';
import { CliCommand } from '../cli-command.ts';
import { pathsOrConfigured } from '../config/load-config.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { formatDecision } from '../output/decision.ts';
import { formatJson } from '../output/json.ts';
import type { Terminal } from '../output/terminal.ts';
import { readPolicy } from '../policy-input.ts';
import { readToken } from '../token-input.ts';

export function verifyCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('verify', terminal).description(
    'Verify a token and decide by trust rules what it may do, with reasons.',
  );
  addAskOptions(command, 'the whole decision').addHelpText(
    'after',
    `
The token may also come from the environment variable COUNTERSIGN_TOKEN.

Examples:
  gitpod idp token --audience https://secrets.example.com | countersign verify -
  countersign verify policies/ --token token.txt --action read --resource secret/payments/db
  countersign verify --jwks jwks.json --at 2026-01-01T00:00:00Z --format json token.txt

${ASK_EXIT_CODES}`,
  );
  return command.action(async (paths: string[], options: AskOptions) => {
    process.exitCode = await verify(paths, options, terminal);
  });
}

async function verify(positionals: readonly string[], options: AskOptions, terminal: Terminal): Promise<ExitCode> {
  const request = askedBy(options);
  const { token, rest } = await readToken({ option: options.token, positionals, isTokenFile });
  const loaded = await readPolicy(await pathsOrConfigured(rest, options), terminal, options);
  if (loaded === undefined) return exitCode.usage;
  const { out, err } = terminal;
  const now = timeOf(options);
  const engine = await engineFor(loaded.policy, options, { now, err });
  const decision = await engine.authorize(token, request);
  out.write(
    `${options.format === 'json' ? formatJson(decision) : formatDecision(decision, { paint: out.paint, now })}\n`,
  );
  return decision.effect === 'allow' ? exitCode.ok : exitCode.deny;
}
