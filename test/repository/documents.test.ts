import { describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { manifest, root, run, text } from './repository.ts';

const bin = join(root, 'dist/cli/main.js');

/** What a Markdown text says that a reader can try: commands, paths, links, names to import. */
interface Promises {
  commands: string[];
  paths: string[];
  links: string[];
  imports: string[];
}

const FENCE = /^( *)(```+|~~~+)(\w*).*\n([\s\S]*?)^\1\2 *$/gm;
const SHELL = /^(sh|shell|bash|console)$/;
const PROGRAM = /^(?:npx (?:--\S+ )*)?(countersign|npm|node)(?=\s|$)/;

function promisesOf(markdown: string): Promises {
  const blocks = [...markdown.matchAll(FENCE)].map(([, , , language = '', body = '']) => ({ language, body }));
  const inline = [...markdown.replace(FENCE, '').matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, code = '']) => code);
  const lines = blocks.filter(({ language }) => SHELL.test(language)).flatMap(({ body }) => linesOf(body));
  const commands = [...lines, ...inline].flatMap(simpleCommands).filter((command) => PROGRAM.test(command));
  const code = blocks.filter(({ language }) => /^(ts|js|typescript|javascript)$/.test(language));
  return {
    commands,
    paths: [...inline, ...commands.flatMap(argumentsOf)].filter(looksLikeOurPath),
    links: [...markdown.replace(FENCE, '').matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, target = '']) => target),
    imports: [
      ...code.flatMap(({ body }) => [...body.matchAll(/\bfrom\s+'([^']+)'/g)]),
      ...inline.map((name) => ['', name]),
    ]
      .map(([, name = '']) => name)
      .filter((name) => name === manifest.name || name.startsWith(`${manifest.name}/`)),
  };
}

/** The lines a reader types: continued lines joined, prompts and comments taken off, output left out. */
function linesOf(block: string): string[] {
  const lines = block.replace(/\s*\\\n\s*/g, ' ').split('\n');
  const prompted = lines.some((line) => line.trimStart().startsWith('$ '));
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && (!prompted || line.startsWith('$ ')))
    .map((line) => line.replace(/^\$ /, '').replace(/\s+#.*$/, ''));
}

/** `a && B=1 b | c` is three commands; a variable set in front is not one of them. */
const simpleCommands = (line: string): string[] =>
  line.split(/\s*(?:&&|\|\|?|;|\$\(|\))\s*/).map((command) => command.replace(/^(\w+=\S*\s+)+/, '').trim());

const argumentsOf = (command: string): string[] => command.split(/\s+/).slice(1);

const ROOTS = ['src', 'test', 'policies', 'schemas', 'dist', 'docs', 'examples', 'bench', '.ci'];

/** A path with one of our folders in front, or one of our files; a path in a reader's project is neither. */
const looksLikeOurPath = (word: string): boolean =>
  /^(\.\/)?[\w.@-]+(\/[\w.@-]+)*\/?$/.test(word) &&
  (ROOTS.includes(word.replace(/^\.\//, '').split('/')[0] ?? '') ? word.includes('/') : OUR_FILES.test(word));

const OUR_FILES = /^(package(-lock)?\.json|tsconfig\.json|build\.js|LICENSE|[A-Z]+\.md|\.[\w-]+\.js)$/;

describe('reading a README', () => {
  const example = promisesOf(
    [
      'Run `npm run check`, see `src/policy/`, [the schema](schemas/x.json) and [a site](https://example.com).',
      'A resource is `secret/payments/**`, a type `application/jwt`, a module `countersign/policy`.',
      '```sh',
      'npm ci && npm test   # as CI does',
      'TOKEN=1 npx countersign lint policies/gitpod.yaml \\',
      '  --format json',
      '```',
      '```console',
      '$ countersign demo | node dist/cli/main.js decode -',
      'npm run output-not-a-command',
      '```',
      '```ts',
      "import { createEngine } from 'countersign';",
      '```',
    ].join('\n'),
  );

  test('finds the commands', () => {
    expect(example.commands).toEqual([
      'npm ci',
      'npm test',
      'npx countersign lint policies/gitpod.yaml --format json',
      'countersign demo',
      'node dist/cli/main.js decode -',
      'npm run check',
    ]);
  });

  test('finds the paths, links and imports', () => {
    expect(example.paths).toEqual(['src/policy/', 'policies/gitpod.yaml', 'dist/cli/main.js']);
    expect(example.links).toEqual(['schemas/x.json']);
    expect(example.imports).toEqual(['countersign', 'countersign/policy']);
  });
});

describe('README.md', () => {
  test('says how to build and test', () => {
    expect(text('README.md')).toMatch(/^(\$ )?npm ci && npm test\b/m);
  });

  test('shows first a policy of eight lines and a program of six, which prints a decision with reasons', async () => {
    const [policy = '', program = ''] = [...text('README.md').matchAll(FENCE)].map(([, , , , body = '']) => body);
    expect([policy, program].map((block) => block.trimEnd().split('\n').length)).toEqual([8, 6]);
    mkdirSync(join(root, 'coverage'), { recursive: true });
    const folder = mkdtempSync(join(root, 'coverage/readme-'));
    try {
      writeFileSync(join(folder, 'policy.yaml'), policy);
      writeFileSync(join(folder, 'program.mjs'), program);
      const { code, stdout, stderr } = await run(process.execPath, ['program.mjs'], folder);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/effect: 'allow'/);
      expect(stdout).toMatch(/rule: 'payments-environments-read'/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('shows what lint says of a policy', async () => {
    const { policy, shown } =
      /^```yaml\n(?<policy>[^`]*)^```\n\n^```console\n\$ npx countersign lint bad\.yaml\n(?<shown>[\s\S]*?)^```$/m.exec(
        text('README.md'),
      )?.groups ?? {};
    mkdirSync(join(root, 'coverage'), { recursive: true });
    const folder = mkdtempSync(join(root, 'coverage/readme-'));
    try {
      writeFileSync(join(folder, 'bad.yaml'), policy ?? '');
      const { code, stdout, stderr } = await run(
        process.execPath,
        [bin, 'lint', '--format', 'pretty', 'bad.yaml'],
        folder,
      );
      expect({ code, shown }).toEqual({ code: 1, shown: stdout + stderr });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Everything that is written for people who use Countersign. */
const documents = [
  'README.md',
  'SECURITY.md',
  'bench/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

describe.each(documents)('%s', (document) => {
  const promises = promisesOf(text(document));

  test('names paths that exist', () => {
    const links = promises.links.map((link) => join(dirname(document), link));
    expect([...promises.paths, ...links].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const scripts = promises.commands.flatMap((command) => /^npm (?:run )?([\w:-]+)/.exec(command)?.slice(1) ?? []);
    const builtin = new Set(['ci', 'install', 'pack', 'exec']);
    expect(scripts.filter((name) => !(name in manifest.scripts) && !builtin.has(name))).toEqual([]);
  });

  test('imports subpaths that exist', () => {
    const exported = Object.keys(manifest.exports);
    const missing = promises.imports.filter((name) => {
      const subpath = `.${name.slice(manifest.name.length)}`;
      return !exported.some((key) =>
        key.endsWith('/*') ? subpath.startsWith(key.slice(0, -1)) && existsSync(join(root, subpath)) : key === subpath,
      );
    });
    expect(missing).toEqual([]);
  });

  test('shows what the commands that it shows print', async () => {
    const shown = [...text(document).matchAll(/^```console\n\$ countersign (.*)\n([\s\S]*?)^```$/gm)];
    for (const [, call = '', output = ''] of shown) {
      const { stdout } = await run(process.execPath, [bin, ...call.split(' ')]);
      const [start = '', rest] = output.split(/^…\n/m);
      expect({ call, stdout: rest === undefined ? stdout : stdout.slice(0, start.length) }).toEqual({
        call,
        stdout: start,
      });
    }
  });

  test('calls commands and options of countersign that exist', async () => {
    const calls = promises.commands
      .map((command) => /^(?:npx (?:--\S+ )*)?(?:countersign|node dist\/cli\/main\.js)(?: (.*))?$/.exec(command)?.[1])
      .filter((call): call is string => call !== undefined);
    const unknown = await Promise.all(calls.map(async (call) => ((await isKnown(call)) ? [] : [call])));
    expect(unknown.flat()).toEqual([]);
  });
});

describe('SECURITY.md', () => {
  test('says of every dependency why it is there', () => {
    const listed = [
      ...(text('SECURITY.md')
        .split('## Dependencies')[1]
        ?.matchAll(/^\|([^|]+)\|/gm) ?? []),
    ].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
    const { dependencies, optionalDependencies, peerDependencies } = manifest;
    expect(listed.sort()).toEqual(
      Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).sort(),
    );
  });
});

/** Whether the help lists the command of a call, its subcommand where it has any, and every long option. */
async function isKnown(call: string): Promise<boolean> {
  const words = call.split(/\s+/);
  const command: string[] = [];
  let help = await helpOf(command);
  for (const word of words.filter((word) => /^[a-z][a-z-]*$/.test(word))) {
    if (command.length > 0 && !/^commands:/im.test(help)) break;
    if (!new RegExp(`^\\s+${word}\\b`, 'm').test(help)) return false;
    command.push(word);
    help = await helpOf(command);
  }
  const options = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''));
  return options.every((option) => option === '--version' || new RegExp(`${option}\\b(?!-)`).test(help));
}

const helps = new Map<string, Promise<string>>();

function helpOf(command: readonly string[]): Promise<string> {
  const key = command.join(' ');
  const help = helps.get(key) ?? run(process.execPath, [bin, ...command, '--help']).then(({ stdout }) => stdout);
  helps.set(key, help);
  return help;
}
