import { issuerUrlOf } from '../../idp/discovery.ts';
import { serveIssuer, type ServedIssuer } from '../../idp/serve.ts';
import type { IssuerState } from '../../idp/state.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import { parsePort } from '../option-values.ts';
import { openState } from '../state-option.ts';
import type { Terminal } from '../output/terminal.ts';

const DEFAULT_PORT = 8710;

/** What the development issuer's tokens name where it was never served. */
export const DEFAULT_ISSUER = 'http://127.0.0.1:8710';

interface ServeOptions {
  readonly port?: number;
  readonly issuer?: string;
  readonly state?: string;
}

export function idpServeCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('serve', terminal)
    .description('Serve the discovery document and the keys of the development issuer on loopback, until interrupted.')
    .single('--port <number>', 'TCP port on 127.0.0.1; 0 takes any free one (default: 8710)', parsePort)
    .single(
      '--issuer <url>',
      'the issuer to play, such as https://app.gitpod.io (default: where it listens)',
      parseIssuer,
    )
    .single('--state <directory>', 'where its key is kept (default: $XDG_STATE_HOME/countersign/idp)')
    .addHelpText(
      'after',
      `
Standard output is a policy file with the issuer to trust; \`countersign idp token\` mints its tokens.
The signing key is private to you (directory mode 0700, files 0600) and made on first use.

Examples:
  countersign idp serve
  countersign idp serve --port 0 > policies/development.yaml

Exit codes:
  0  ended by SIGINT or SIGTERM
  2  wrong usage, a port in use, or a state directory that others can read`,
    );
  return command.action((options: ServeOptions) => serve(options, terminal));
}

/** An issuer's url, or a usage error. */
export function parseIssuer(text: string): string {
  try {
    return issuerUrlOf('`--issuer`', text);
  } catch (error) {
    throw new CliError(exitCode.usage, (error as Error).message);
  }
}

async function serve(
  { port = DEFAULT_PORT, issuer, state: directory }: ServeOptions,
  { out, err }: Terminal,
): Promise<void> {
  const state = await openState(directory);
  const served = await listen(state, port, issuer);
  try {
    const interrupted = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    });
    await state.rememberIssuer(served.issuer);
    const { discovery, policy } = published(served);
    err.write(`${err.paint('good', 'serving')} ${served.issuer}${served.issuer === served.url ? '' : ` on ${served.url}`}
  discovery  ${discovery}
  state      ${state.directory}

A policy trusts this issuer with:

`);
    out.write(policy);
    err.write(`
Mint a token in another terminal:

  countersign idp token --audience https://secrets.example.com --org acme --user ada

Ctrl-C ends it.
`);
    await interrupted;
  } finally {
    await served.close();
  }
  err.write('stopped\n');
}

async function listen({ key }: IssuerState, port: number, issuerUrl: string | undefined): Promise<ServedIssuer> {
  try {
    return await serveIssuer({ key, port, ...(issuerUrl === undefined ? {} : { issuerUrl }) });
  } catch (error) {
    const why = { EADDRINUSE: 'is in use', EACCES: 'may not be used' }[String((error as NodeJS.ErrnoException).code)];
    if (why === undefined) throw error;
    throw new CliError(exitCode.usage, `port ${port} ${why}`, '`--port 0` takes any free one');
  }
}

/** An issuer that plays another is not found under its own url, so a policy must say where its keys are. */
function published({ url, issuer }: ServedIssuer): { discovery: string; policy: string } {
  const base = `${url}${new URL(issuer).pathname.replace(/\/$/, '')}/.well-known`;
  const keys = issuer === url ? '' : `    jwks: { uri: ${base}/jwks.json }\n`;
  return {
    discovery: `${base}/openid-configuration`,
    policy: `version: 1
issuers:
  development: # ${base}/openid-configuration
    url: ${issuer}
    subject: [gitpod, gitpod-v3]
    audiences: [https://secrets.example.com]
${keys}`,
  };
}
