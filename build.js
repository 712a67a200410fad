// Builds the package: validators from schemas/ into the rooms that enforce them, then src/ into dist/, the command line
// as one bundle.
// Plain JavaScript, because the oldest supported Node does not run TypeScript.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';

const root = import.meta.dirname;
const SUFFIX = '.schema.json';

/**
 * The schemas that are enforced at run time, and the room of each validator (`src/<room>/generated/`); the other schemas
 * describe what is printed.
 */
const ENFORCED = {
  policy: 'policy',
  bundle: 'policy/bundle',
  test: 'suite',
  config: 'cli/config',
  serve: 'cli/serve',
  'lint-baseline': 'cli/lint/baseline',
  'approved-gains': 'cli/diff',
};

/** Writes `<name>-validator.ts` for every enforced `<name>.schema.json`. */
function generateValidators(rooms, from, src) {
  for (const [name, room] of Object.entries(rooms)) {
    const to = join(src, room, 'generated');
    mkdirSync(to, { recursive: true });
    const schema = JSON.parse(readFileSync(join(from, name + SUFFIX), 'utf8'));
    writeIfChanged(join(to, `${name}-validator.ts`), validatorSource(name, schema));
  }
}

function validatorSource(name, schema) {
  const identifier = camelCase(name);
  const validate = `validate${identifier[0].toUpperCase()}${identifier.slice(1)}`;
  const ajv = new Ajv2020({
    strict: true,
    // `a name or a list of names` is how the language is.
    allowUnionTypes: true,
    allErrors: true,
    verbose: false,
    ownProperties: true,
    // Lengths in UTF-16 code units; counting code points would need a module of ajv at run time.
    unicode: false,
    code: { source: true, esm: true, lines: true },
    logger: failOnWarnings,
  });
  ajv.addSchema(schema, name);
  const code = withoutUnusedSchemas(standalone.default(ajv, { [validate]: name }));
  if (/^\s*import\b|\bimport\s*\(|\brequire\s*\(/m.test(code))
    throw new Error(`the validator of ${name}${SUFFIX} would import a module at run time`);
  // Copying all errors for each that is added would take the square of their number.
  const linear = code.replace(
    /vErrors = vErrors === null \? (\w+)\.errors : vErrors\.concat\(\1\.errors\);/g,
    'vErrors = appended(vErrors, $1.errors);',
  );
  if (linear.includes('.concat(')) throw new Error(`the validator of ${name}${SUFFIX} would copy its errors`);
  const untyped = new RegExp(`^export const ${validate} =`, 'm');
  if (!untyped.test(code)) throw new Error(`the validator of ${name}${SUFFIX} is not exported as expected`);
  return `// @ts-nocheck
// Generated from schemas/${name}${SUFFIX} by build.js.
${linear.replace('"use strict";', '').replace(untyped, `export const ${validate}: ${VALIDATOR_TYPE} =`)}
function appended(errors, more) {
  if (errors === null) return more;
  for (const error of more) errors.push(error);
  return errors;
}
/** The keys that may stand at a place, by its path with \`*\` for any name or index. */
export const ${identifier}Keys: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(keysByPath(schema))};
`;
}

/** `lint-baseline` as code calls it: `lintBaseline`. */
function camelCase(name) {
  return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

/** Which keys the schema knows at which place of a document. */
function keysByPath(schema) {
  const keys = {};
  const visit = (at, path) => {
    const here = at.$ref === undefined ? at : { ...at, ...schema.$defs[at.$ref.slice('#/$defs/'.length)] };
    if (here.properties !== undefined) keys[path] ??= Object.keys(here.properties);
    for (const [name, child] of Object.entries(here.properties ?? {})) visit(child, `${path}/${name}`);
    for (const child of [here.items, here.additionalProperties]) {
      if (typeof child === 'object') visit(child, `${path}/*`);
    }
    for (const branch of [here.then, here.else]) if (branch !== undefined) visit(branch, path);
  };
  visit(schema, '');
  return keys;
}

const VALIDATOR_TYPE = `{
  (data: unknown): boolean;
  errors?:
    | null
    | { instancePath: string; schemaPath: string; keyword: string; params: Record<string, unknown>; propertyName?: string; message?: string }[];
}`;

const failOnWarnings = {
  log() {},
  // ajv calls `unicode` deprecated; it stays in version 8.
  warn(message) {
    if (!String(message).includes('option unicode')) throw new Error(message);
  },
  error(message) {
    throw new Error(message);
  },
};

/** ajv keeps a copy of every schema in the code, also of those that the code never reads. */
function withoutUnusedSchemas(code) {
  return code.replace(/^const (schema\d+) = .*;\n/gm, (line, id) =>
    code.split(new RegExp(`\\b${id}\\b`)).length === 2 ? '' : line,
  );
}

/** An unchanged file keeps its time, so that watchers and caches rest. */
function writeIfChanged(file, text) {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

/** The pages of the lint rules belong to the package: `lint --explain` prints them. */
function copyPages(from, to) {
  for (const file of readdirSync(from).filter((name) => name.endsWith('.md')))
    copyFileSync(join(from, file), join(to, file));
}

/**
 * Puts the command line and the packages it uses into a few files, which load several times faster than their parts.
 * A command and an output format are still loaded only when called.
 */
async function bundleCommandLine(to) {
  rmSync(to, { recursive: true });
  const parts = `${to}-parts`;
  await bundleParts(parts, to);
  await joinParts(parts, to);
  rmSync(parts, { recursive: true });
  chmodSync(join(to, 'main.js'), 0o755);
}

/** One file for all code that the same commands use: exactly what a command needs, in far too many files. */
async function bundleParts(parts, to) {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outdir: parts,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // What `imports` in package.json names is taken from src/ too, as there is no dist/ yet.
    conditions: ['countersign-source', 'module'],
    target: 'node20.19',
    // They may be absent; what needs one says so.
    external: Object.keys(optionalDependencies),
    // The same code as what Node would load, in modules of which unused ones can be left out.
    alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') },

    // They are all in one file beside.
    legalComments: 'none',
    // For packages that are no ES modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    plugins: [withoutChildProcesses],
    metafile: true,
    logLevel: 'error',
  });
  const bundled = packagesIn(Object.keys(metafile.inputs));
  const foreign = bundled.filter((name) => !(name in dependencies));
  if (foreign.length > 0) throw new Error(`the command line would bundle ${foreign.join(', ')}`);
  mkdirSync(to);
  writeFileSync(join(to, 'LICENSES.txt'), bundled.map(licenceOf).join(`\n${'-'.repeat(80)}\n\n`));
}

/** What each loads beyond the ones before it becomes one file: opening a file takes longer than reading some code more. */
const LAYERS = ['main', 'fmt', 'lint', 'test', 'verify'];

async function joinParts(parts, to) {
  const bundle = await rollup({
    input: join(parts, 'main.js'),
    external: (id) => !/^[./]/.test(id),
    treeshake: false,
    onLog: (level, { message }) => {
      throw new Error(`${level} while joining the parts of the command line: ${message}`);
    },
  });
  let layers;
  await bundle.write({
    dir: to,
    chunkFileNames: '[name].js',
    manualChunks(id, { getModuleIds, getModuleInfo }) {
      layers ??= layersOf([...getModuleIds()], getModuleInfo);
      const { isEntry, dynamicImporters } = getModuleInfo(id);
      return isEntry || dynamicImporters.length > 0 ? undefined : layers.get(id);
    },
  });
}

/** The first layer that loads each part. INVARIANT: a layer needs none of those after it, so that none waits for another. */
function layersOf(ids, getModuleInfo) {
  const layers = new Map();
  const visit = (id, layer) => {
    if (layers.has(id)) return;
    layers.set(id, layer);
    for (const next of getModuleInfo(id).importedIds) if (!getModuleInfo(next).isExternal) visit(next, layer);
  };
  for (const name of LAYERS) {
    const start = ids.find((id) => new RegExp(`/${name}(-[A-Z0-9]+)?\\.js$`).test(id));
    if (start === undefined) throw new Error(`the command line has no part called ${name}`);
    visit(start, `for-${name}`);
  }
  return layers;
}

/** Commander can run a program for a command. Ours are all functions, and loading what runs programs takes a while. */
const withoutChildProcesses = {
  name: 'without child processes',
  setup(build) {
    const namespace = 'nothing';
    build.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes('/commander/') ? { path, namespace } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace }, () => ({ contents: 'module.exports = {};' }));
  },
};

function packagesIn(paths) {
  const names = paths.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** A package's name and version, and the licence its code may be passed on under. */
function licenceOf(name) {
  const folder = join(root, 'node_modules', name);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`the licence of ${name} is not in its package`);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}

/** Builds beside `dist` and swaps at the end: a failed build leaves no half package. */
async function buildPackage(dist) {
  const fresh = mkdtempSync(`${dist}-`);
  try {
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '--project', root, '--outDir', fresh, '--noEmitOnError'], {
      stdio: 'inherit',
    });
    chmodSync(fresh, 0o755);
    copyPages(join(root, 'src/lint/rules'), join(fresh, 'lint/rules'));
    await bundleCommandLine(join(fresh, 'cli'));
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

try {
  generateValidators(ENFORCED, join(root, 'schemas'), join(root, 'src'));
  await buildPackage(join(root, 'dist'));
} catch (error) {
  // The compiler has already printed what it found.
  if (error.status === undefined) console.error(`build: ${error.message}`);
  process.exit(1);
}
