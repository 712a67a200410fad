import type { Command } from 'commander';
import { choiceOf } from './choice-of.ts';
import { CliCommand } from './cli-command.ts';
import type { Terminal } from './output/terminal.ts';
import { packageVersion } from './package-file.ts';

interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly load: (terminal: Terminal) => Promise<Command>;
}

/** Every command once. Only the one that is called is loaded. */
const entries: readonly Entry[] = [
  {
    name: 'demo',
    summary: 'show decisions about friendly and hostile tokens, offline',
    load: async (terminal) => (await import('./commands/demo.ts')).demoCommand(terminal),
  },
  {
    name: 'init',
    summary: 'write a starter policy, ready to edit',
    load: async (terminal) => (await import('./commands/init.ts')).initCommand(terminal),
  },
  {
    name: 'schema',
    summary: 'print a JSON Schema: policies, policy tests, configuration, lint results',
    load: async (terminal) => (await import('./commands/schema.ts')).schemaCommand(terminal),
  },
  {
    name: 'lint',
    summary: 'check policies: load errors, and trust wider than it looks',
    load: async (terminal) => (await import('./commands/lint.ts')).lintCommand(terminal),
  },
  {
    name: 'test',
    summary: 'run the tests of policies',
    load: async (terminal) => (await import('./commands/test.ts')).testCommand(terminal),
  },
  {
    name: 'prove',
    summary: 'prove invariants of policies, or find a token that refutes them',
    load: async (terminal) => (await import('./commands/prove.ts')).proveCommand(terminal),
  },
  {
    name: 'fmt',
    summary: 'bring policy files into canonical form',
    load: async (terminal) => (await import('./commands/fmt.ts')).fmtCommand(terminal),
  },
  {
    name: 'diff',
    summary: 'say what a change of policy means: who gains what, who loses what',
    load: async (terminal) => (await import('./commands/diff.ts')).diffCommand(terminal),
  },
  {
    name: 'bundle',
    summary: 'write a policy as one file that loads fast and can be signed',
    load: async (terminal) => (await import('./commands/bundle.ts')).bundleCommand(terminal),
  },
  {
    name: 'verify',
    summary: 'verify a token and decide what it may do',
    load: async (terminal) => (await import('./commands/verify.ts')).verifyCommand(terminal),
  },
  {
    name: 'explain',
    summary: 'say why a token is allowed or denied, rule by rule',
    load: async (terminal) => (await import('./commands/explain.ts')).explainCommand(terminal),
  },
  {
    name: 'who',
    summary: 'say who is allowed a request',
    load: async (terminal) => (await import('./commands/who.ts')).whoCommand(terminal),
  },
  {
    name: 'can',
    summary: 'say what everything under a subject can do',
    load: async (terminal) => (await import('./commands/can.ts')).canCommand(terminal),
  },
  {
    name: 'graph',
    summary: 'draw who may do what',
    load: async (terminal) => (await import('./commands/graph.ts')).graphCommand(terminal),
  },
  {
    name: 'decode',
    summary: "show a token's header and claims, unverified",
    load: async (terminal) => (await import('./commands/decode.ts')).decodeCommand(terminal),
  },
  {
    name: 'serve',
    summary: 'a sidecar: decide for proxies and services',
    load: async (terminal) => (await import('./commands/serve.ts')).serveCommand(terminal),
  },
  {
    name: 'idp',
    summary: 'a development issuer: serve its keys, mint its tokens',
    load: async (terminal) => (await import('./commands/idp.ts')).idpCommand(terminal),
  },
];

/** The command line, with the command that the arguments call for in full and all others by name. */
export async function createProgram(args: readonly string[], terminal: Terminal): Promise<Command> {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const called = words[0] === 'help' ? words[1] : words[0];
  const program = new CliCommand('countersign', terminal)
    .description('Decides whether to honour OIDC tokens: verifies them, evaluates trust rules, answers with reasons.')
    .version(packageVersion(), '--version', 'print the version')
    .addHelpText(
      'after',
      `
Exit codes:
  0   fine, or allow
  1   deny, or findings
  2   wrong usage, a path that cannot be read, or a policy that does not load
  3   nothing to check
  5   no decision possible: the keys cannot be had
  70  a fault of countersign

\`countersign <command> --help\` shows options and examples. Start with \`countersign demo\`.`,
    );
  program
    .option(
      '--color <when>',
      'colours: `always`, `auto` (on a terminal) or `never`; alone it means `always`',
      choiceOf('--color', ['always', 'auto', 'never']),
    )
    .option('--no-color', 'no colours; as do NO_COLOR=1 and FORCE_COLOR=0');
  for (const { name, summary, load } of entries) {
    const command = name === called ? await load(terminal) : new CliCommand(name, terminal).description(summary);
    program.addCommand(command.summary(summary));
  }
  return program;
}
