import type { JWK } from 'jose';
import { isBundlePath } from '../../engine/load-records.ts';
import { readTextFile } from '../../files/read.ts';
import { writeFileAtomic } from '../../files/write.ts';
import { signatureLine } from '../../policy/bundle/sign-bundle.ts';
import { bundleText } from '../../policy/bundle/write-bundle.ts';
import { policyDigest, recordsOf } from '../../policy/records.ts';
import { CliCommand } from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import { addConfigFlags, type ConfigFlags, pathsOrConfigured } from '../config/load-config.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Terminal } from '../output/terminal.ts';
import { readPolicy } from '../policy-input.ts';

interface BundleOptions extends ConfigFlags {
  readonly output?: string;
  readonly sign?: string;
}

/** A private key is small; anything larger is some other file. */
const MOST_KEY_BYTES = 16 * 1024;

export function bundleCommand(terminal: Terminal): CliCommand {
  const command = new CliCommand('bundle', terminal)
    .description('Write a policy as one bundle, which loads a hundred times faster and can be signed.')
    .argument('[paths...]', 'policy files and directories (default: policies/)')
    .single('-o, --output <file>', 'where to write it: a name that ends in .bundle.json (default: policy.bundle.json)')
    .single('--sign <file>', 'sign it with a private JWK: EdDSA (Ed25519) or ES256 (P-256)');
  addConfigFlags(command).addHelpText(
    'after',
    `
Lint and test the files it is made from: a bundle is for serving, and is taken wherever a directory of policies is.

Examples:
  countersign bundle policies -o policy.bundle.json
  countersign bundle policies -o policy.bundle.json --sign key.jwk
  countersign verify policy.bundle.json --token token.txt

Exit codes:
  0  the bundle was written
  2  wrong usage, a path that cannot be read or written, or a policy that does not load
  3  the paths hold no policy`,
  );
  return command.action(async (paths: string[], options: BundleOptions) => {
    process.exitCode = await bundle(paths, options, terminal);
  });
}

async function bundle(paths: readonly string[], options: BundleOptions, terminal: Terminal): Promise<ExitCode> {
  const { output = 'policy.bundle.json', sign } = options;
  if (!isBundlePath(output)) {
    throw new CliError(
      exitCode.usage,
      `\`--output\` cannot be \`${output}\``,
      'a bundle has a name that ends in `.bundle.json`',
    );
  }
  const key = sign === undefined ? undefined : await readKey(sign);
  const loaded = await readPolicy(await pathsOrConfigured(paths, options), terminal);
  if (loaded === undefined) return exitCode.usage;
  const records = recordsOf(loaded.policy);
  const digest = policyDigest(records);
  const pieces = Array.from(bundleText(records, digest), (text) => Buffer.from(text));
  const unsigned = Buffer.concat(pieces);
  const signature = key === undefined ? '' : await signed(unsigned, key);
  await writeFileAtomic(output, Buffer.concat([unsigned, Buffer.from(signature)]));
  const rules = `${String(records.rules.length)} rule${records.rules.length === 1 ? '' : 's'}`;
  const mode = key === undefined ? 'not signed' : 'signed';
  terminal.out.write(`${output}: ${rules}, ${mode}, digest ${digest}\n`);
  return exitCode.ok;
}

async function readKey(path: string): Promise<JWK> {
  const text = await readTextFile(path, { maxBytes: MOST_KEY_BYTES });
  try {
    const key: unknown = JSON.parse(text);
    if (typeof key === 'object' && key !== null) return key;
  } catch {
    // Answered below: what a key file holds is never repeated.
  }
  throw notAKey(path);
}

async function signed(bytes: Uint8Array, key: JWK): Promise<string> {
  try {
    return await signatureLine(bytes, key);
  } catch {
    throw notAKey('the file given with `--sign`');
  }
}

function notAKey(what: string): CliError {
  return new CliError(
    exitCode.usage,
    `${what} does not hold a private key that can sign`,
    'give a private JWK (RFC 7517) for EdDSA (Ed25519) or ES256 (P-256), as one JSON object',
  );
}
