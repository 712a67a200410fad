import { can, issuersFor, subjectProblem } from '../../analysis/index.ts';
import type { Policy } from '../../policy/policy.ts';
import { quote } from '../../policy/quote.ts';
import { subjectSchemes } from '../../policy/subject/schemes.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';
import type { Terminal } from '../output/terminal.ts';
import { addReachOptions, answerReach, REACH_EXIT_CODES, type ReachOptions } from '../reach-options.ts';

interface CanOptions extends ReachOptions {
  readonly subject: string;
  readonly kind?: string;
  readonly issuer?: string;
}

export function canCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('can', terminal)
    .description('Say what everything under a subject can do: by rule, actions and resources, minus denies.')
    .single(
      '--subject <prefix>',
      'a prefix by whole segments, such as `org:acme/prj:payments`; of opaque subjects, one',
    )
    .single('--kind <name>', 'only principals of this kind, such as `environment`')
    .single('--issuer <name>', 'only tokens of this issuer, by its name in the policy (default: of any)');
  const targets = addReachOptions(command);
  command.addHelpText(
    'after',
    `
A rule is shown where it gives something to some principal under the subject. \`except\` lists every deny that may take part of it away.

Examples:
  countersign can --subject org:acme/prj:payments
  countersign can --subject org:acme --kind user --format json

${REACH_EXIT_CODES}`,
  );
  return command.action(async (paths: string[], options: CanOptions) => {
    if ((options.subject as string | undefined) === undefined)
      throw new CliError(exitCode.usage, '`--subject` is needed', 'name a prefix, such as `org:acme`');
    const { subject, kind, issuer } = options;
    const narrowed = { subject, ...(kind === undefined ? {} : { kind }), ...(issuer === undefined ? {} : { issuer }) };
    const asked = `what ${kind === undefined ? '' : `${kind}s of `}${subject} can do`;
    process.exitCode = await answerReach(
      paths,
      options,
      {
        asked,
        given: { command: 'can', ...narrowed },
        ask: (policy, moment) => {
          checkQuestion(policy, options);
          return can(policy, { ...narrowed, ...moment });
        },
      },
      targets,
      terminal,
    );
  });
}

/** @throws {CliError} of an issuer, a subject or a kind that no token of the policy's issuers can have */
function checkQuestion(policy: Policy, { subject, kind, issuer }: CanOptions): void {
  const named = policy.issuers.filter(({ name }) => issuer === undefined || name === issuer);
  if (named.length === 0) {
    throw new CliError(
      exitCode.usage,
      issuer === undefined ? 'the policy trusts no issuer' : `the policy has no issuer ${quote(issuer)}`,
      issuer === undefined ? undefined : `issuers are ${policy.issuers.map(({ name }) => quote(name)).join(', ')}`,
    );
  }
  const fitting = issuersFor(policy, { subject, ...(issuer === undefined ? {} : { issuer }) });
  if (fitting.length === 0) {
    const problem = named.map((one) => subjectProblem(subject, one)).find((one) => one !== undefined);
    // What helps in a policy does not help here.
    const help =
      problem?.code === 'subject-wildcard' ? 'a prefix needs none: `org:A` covers all below it' : problem?.help;
    throw new CliError(exitCode.usage, problem?.message ?? `no token has the subject ${quote(subject)}`, help);
  }
  const kinds = [
    ...new Set(fitting.flatMap((one) => one.subject.flatMap((name) => subjectSchemes.get(name)?.kinds ?? []))),
  ];
  if (kind === undefined || kinds.includes(kind)) return;
  throw new CliError(exitCode.usage, `no principal is of the kind ${quote(kind)}`, `kinds are ${kinds.join(', ')}`);
}
