import { explainWithin } from '../../decision/explain/explain.ts';
import type { EngineExplanation } from '../../engine/explain-token.ts';
import type { Policy } from '../../policy/policy.ts';
import {
  addAskOptions,
  ASK_EXIT_CODES,
  type Asked,
  askedBy,
  type AskOptions,
  engineFor,
  isTokenFile,
  timeOf,
} from '../ask-options.ts';
import { readClaims } from '../claims-input.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { pathsOrConfigured } from '../config/load-config.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { formatExplanation } from '../output/explanation.ts';
import { formatJson } from '../output/json.ts';
import type { Terminal } from '../output/terminal.ts';
import { readPolicy } from '../policy-input.ts';
import { redactExplanation } from '../redact-explanation.ts';
import { readToken } from '../token-input.ts';

interface ExplainOptions extends AskOptions {
  readonly claims?: string;
  readonly rule?: string;
  readonly all?: boolean;
  readonly redact?: boolean;
}

/** What is explained: a token, or claims that nobody signed. */
type Given = { readonly token: string } | { readonly claims: Readonly<Record<string, unknown>> };

export function explainCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('explain', terminal)
    .description('Say why a token is allowed or denied: its journey, then the nearest rules with each condition.')
    .single('--claims <file>', 'explain unsigned claims (JSON, `-` for standard input) instead of a token')
    .single('--rule <id>', 'show this rule alone');
  command
    .option('--all', 'show every rule, not only the three nearest')
    .option(
      '--redact',
      'put placeholders for ids, names, hosts and other texts; numbers of four digits and more in claims',
    );
  addAskOptions(command, 'the whole explanation').addHelpText(
    'after',
    `
The token may also come from the environment variable COUNTERSIGN_TOKEN. It is not repeated, but what it claims is: use
--redact for what leaves your hands. Equal texts get equal placeholders; names of claims, times and places stay.
Nothing that anybody could have written counts as true: lines that rest on it end with \`(unverified)\`.

Examples:
  countersign explain policies/ --token token.txt --action read --resource secret/payments/db
  gitpod idp token --audience example.org --decode | countersign explain --claims - --all
  countersign explain --token token.txt --redact

${ASK_EXIT_CODES}`,
  ); // prettier-ignore
  return command.action(async (paths: string[], options: ExplainOptions) => {
    process.exitCode = await explain(paths, options, terminal);
  });
}

async function explain(positionals: readonly string[], options: ExplainOptions, terminal: Terminal): Promise<ExitCode> {
  const request = askedBy(options);
  const { given, rest } = await read(positionals, options);
  const loaded = await readPolicy(await pathsOrConfigured(rest, options), terminal, options);
  if (loaded === undefined) return exitCode.usage;
  const { out } = terminal;
  const now = timeOf(options);
  const explanation = shownPart(await explanationOf(given, loaded.policy, request, options, now, terminal), options);
  const shown = options.redact === true ? redactExplanation(explanation) : explanation;
  const rules = options.all === true ? 'all' : 3;
  out.write(`${options.format === 'json' ? formatJson({ version: 1, ...shown }) : formatExplanation(shown, { paint: out.paint, now, rules })}\n`); // prettier-ignore
  if (explanation.decision === undefined) return exitCode.noDecision;
  return explanation.decision.effect === 'allow' ? exitCode.ok : exitCode.deny;
}

async function read(
  positionals: readonly string[],
  { token: option, claims }: ExplainOptions,
): Promise<{ readonly given: Given; readonly rest: readonly string[] }> {
  if (claims === undefined) {
    const { token, rest } = await readToken({ option, positionals, isTokenFile });
    return { given: { token }, rest };
  }
  if (option !== undefined) {
    throw new CliError(exitCode.usage, '`--token` and `--claims` cannot stand together', 'give one');
  }
  return { given: { claims: await readClaims(claims) }, rest: positionals };
}

async function explanationOf(
  given: Given,
  policy: Policy,
  request: Asked,
  options: ExplainOptions,
  now: number,
  { err }: Terminal,
): Promise<EngineExplanation> {
  if ('claims' in given) {
    const { iss } = given.claims;
    const token = { issuer: typeof iss === 'string' ? iss : '', claims: given.claims };
    const bounds = { now, ...(options.audience === undefined ? {} : { audiences: [options.audience] }) };
    return explainWithin(policy, token, request, bounds, { steps: [], verified: false });
  }
  // A warning names what is to be redacted.
  const engine = await engineFor(policy, options, { now, err: options.redact === true ? undefined : err });
  return engine.explain(given.token, request);
}

function shownPart(explanation: EngineExplanation, { rule: id }: ExplainOptions): EngineExplanation {
  if (id === undefined) return explanation;
  const rules = explanation.rules.filter(({ rule }) => rule === id);
  if (rules.length > 0 || explanation.rules.length === 0) return { ...explanation, rules };
  throw new CliError(exitCode.usage, `the policy has no rule \`${id}\``, '`--all` shows every rule');
}
