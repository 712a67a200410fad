import { decodedToken } from '../../idp/decoded-token.ts';
import { mintToken } from '../../idp/mint.ts';
import { gitpodClaims, type GitpodClaimsOptions } from '../../idp/principal-claims.ts';
import { decodeUnverified } from '../../token/unverified.ts';
import { choiceOf } from '../choice-of.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import { parseClaim, parseTtl } from '../option-values.ts';
import type { Terminal } from '../output/terminal.ts';
import { openState } from '../state-option.ts';
import { DEFAULT_ISSUER, parseIssuer } from './idp-serve.ts';

interface TokenOptions {
  readonly audience: readonly string[];
  readonly org: string;
  readonly project?: string;
  readonly environment?: string;
  readonly user?: string;
  readonly runner?: string;
  readonly serviceAccount?: string;
  readonly tokenVersion?: 'v1' | 'v3';
  readonly ttl?: number;
  readonly claim?: ReadonlyMap<string, unknown>;
  readonly issuer?: string;
  readonly state?: string;
  readonly decode?: true;
}

export function idpTokenCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('token', terminal)
    .description('Mint a token of the development issuer, with the claims and header of a Gitpod token.')
    .requiredOption('--audience <name...>', 'the service it is for; version v3 takes several')
    .single('--org <id>', 'organisation; required')
    .single('--user <id>', 'a user')
    .single('--runner <id>', 'a runner')
    .single('--environment <id>', 'an environment')
    .single('--project <id>', 'the project of the environment')
    .single('--service-account <id>', 'a service account; version v3 only')
    .single(
      '--token-version <version>',
      '`v1`, or `v3` with `aud` an array and ids in claims (default: v1)',
      choiceOf('--token-version', ['v1', 'v3']),
    )
    .single('--ttl <duration>', 'how long it lasts: 30s, 15m, 24h (default: 1h)', parseTtl)
    .option('--claim <name=value...>', 'a further claim: `name=text`, or `name:=json`', collectClaim)
    .single('--issuer <url>', `its \`iss\` (default: the url last served, else ${DEFAULT_ISSUER})`, parseIssuer)
    .single('--state <directory>', 'where the key is kept (default: $XDG_STATE_HOME/countersign/idp)')
    .option('--decode', 'print claims and header as `gitpod idp token --decode` does, not the token')
    .addHelpText(
      'after',
      `
Exactly one of --user, --runner, --environment and --service-account says whose token it is.

Examples:
  countersign idp token --audience https://secrets.example.com --org acme --project payments --environment e1
  countersign idp token --audience https://secrets.example.com --org acme --user ada --ttl 5m --decode
  countersign idp token --audience a b --org acme --service-account ci --token-version v3 --claim team=payments

Exit codes:
  0  printed
  2  wrong usage, or a state directory that others can read`,
    );
  return command.action(async (options: TokenOptions) => {
    terminal.out.write(`${await mint(options)}\n`);
  });
}

async function mint(options: TokenOptions): Promise<string> {
  if (options.org === undefined) throw new CliError(exitCode.usage, '`--org` is needed', 'the id of the organisation');
  const state = await openState(options.state);
  const claims = claimsOf(options, options.issuer ?? state.issuer ?? DEFAULT_ISSUER);
  const token = await mintToken(claims, state.key);
  if (options.decode !== true) return token;
  const decoded = decodeUnverified(token);
  if ('reason' in decoded)
    throw new CliError(exitCode.usage, `no service reads such a token: ${decoded.reason.message}`);
  return JSON.stringify(decodedToken({ header: decoded.unverifiedHeader, claims: decoded.unverifiedClaims }));
}

function claimsOf(options: TokenOptions, issuer: string): Record<string, unknown> {
  const { audience, org: organization, project, environment, user, runner, serviceAccount, ttl } = options;
  const wanted: GitpodClaimsOptions = {
    ...{ issuer, audience, organization, project, environment, user, runner, serviceAccount, ttl },
    version: options.tokenVersion ?? 'v1',
    extra: Object.fromEntries(options.claim ?? []),
    now: Date.now() / 1000,
  };
  try {
    return gitpodClaims(wanted);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CliError(exitCode.usage, inOptions(error.message), 'see `countersign idp token --help`');
  }
}

function collectClaim(text: string, before: ReadonlyMap<string, unknown> = new Map()): ReadonlyMap<string, unknown> {
  const [name, value] = parseClaim(text);
  if (before.has(name)) throw new CliError(exitCode.usage, `the claim \`${name}\` is given twice`);
  return new Map([...before, [name, value]]);
}

const optionNames: Readonly<Record<string, string>> = {
  organization: '--org',
  project: '--project',
  environment: '--environment',
  user: '--user',
  runner: '--runner',
  serviceAccount: '--service-account',
  audience: '--audience',
  version: '--token-version',
  extra: '--claim',
};

/** A sentence about the arguments of `gitpodClaims`, as one about the options they came from. */
function inOptions(sentence: string): string {
  const names = new RegExp(`\\b(?:${Object.keys(optionNames).join('|')})\\b`, 'g');
  return sentence.replace(names, (name) => `\`${optionNames[name] ?? name}\``);
}
