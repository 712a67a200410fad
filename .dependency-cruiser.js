// The layers of src/: what each room may import. Arrows point towards the core, never back.
import { builtinModules } from 'node:module';

/**
 * One row a room; a room inside a room has its own row and counts as part of the outer one when others import it.
 * `rooms` are folders or files under src/, `packages` come from npm, `node` is true or a list of Node's own modules.
 * @type {Record<string, { rooms?: string[], packages?: string[], node?: true | string[] }>}
 */
const layers = {
  policy: { packages: ['yaml', 'minimatch', '@noble/hashes'] },
  // Behind `#sha256`: Node's own where there is Node.
  'policy/digest': { packages: ['@noble/hashes'], node: ['process'] },
  'policy/bundle': { rooms: ['policy'], packages: ['yaml', 'minimatch', '@noble/hashes', 'jose'] },
  decision: { rooms: ['policy'], packages: ['@noble/hashes'] },
  analysis: { rooms: ['policy', 'decision'] },
  suite: { rooms: ['policy', 'decision', 'analysis'] },
  lint: { rooms: ['policy', 'decision', 'analysis', 'suite'] },
  files: { node: true },
  // A package missing from an installation is a CountersignError like any other.
  packages: { rooms: ['decision/reason.ts'] },
  token: {
    rooms: ['decision/reason.ts', 'decision/audience.ts'],
    packages: ['jose', 'lru-cache', '@noble/hashes'],
    node: ['crypto'],
  },
  engine: { rooms: ['policy', 'decision', 'token', 'files'] },
  // What stands in front of an API runs wherever `fetch` does; only the rooms within know a framework or Node.
  http: { rooms: ['engine', 'token', 'decision', 'policy'] },
  'http/frameworks': {
    rooms: ['http', 'engine', 'decision'],
    packages: ['express', '@types/express', '@types/express-serve-static-core', 'fastify', 'koa', '@types/koa', 'hono'],
    node: ['http'],
  },
  'http/exchange': {
    rooms: ['http', 'engine', 'token', 'decision', 'policy', 'files'],
    packages: ['jose'],
    node: true,
  },
  'http/authzen': { rooms: ['http', 'engine', 'decision', 'policy'] },
  'http/envoy': {
    rooms: ['http', 'engine', 'decision', 'policy', 'packages'],
    packages: ['@grpc/grpc-js'],
    node: true,
  },
  'http/sidecar': {
    rooms: ['http', 'engine', 'token', 'decision', 'policy', 'files', 'packages'],
    packages: ['hono', '@hono/node-server', 'pino', 'prom-client'],
    node: true,
  },
  idp: {
    rooms: ['decision/reason.ts', 'files', 'packages'],
    packages: ['jose', 'hono', '@hono/node-server'],
    node: true,
  },
  cli: {
    rooms: ['policy', 'decision', 'analysis', 'suite', 'lint', 'files', 'token', 'engine', 'http', 'idp'],
    packages: ['.*'],
    node: true,
  },
};

const literally = (text) => text.replace(/[.+]/g, '\\$&');
const inRoom = (room) => `^src/${literally(room)}${room.endsWith('.ts') ? '$' : '/'}`;
const inPackage = (name) => `(^|/)node_modules/${name}/`;
const nodeModules = (names) => (names.length === 0 ? [] : [`^(node:)?(${names.map(literally).join('|')})$`]);

const roomRules = Object.entries(layers).map(([room, { rooms = [], packages = [], node = [] }]) => ({
  name: `room ${room}`,
  severity: 'error',
  from: {
    path: inRoom(room),
    pathNot: Object.keys(layers)
      .filter((other) => other.startsWith(`${room}/`))
      .map(inRoom),
  },
  to: {
    pathNot: [
      ...[room, ...rooms].map(inRoom),
      ...packages.map(inPackage),
      ...nodeModules(node === true ? builtinModules : node),
    ],
  },
}));

export default {
  forbidden: [
    ...roomRules,
    {
      name: 'room unknown',
      comment: 'A file outside every room; the rooms are the rows of the table above.',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.keys(layers).map(inRoom) },
      to: {},
    },
    {
      name: 'reasons import next to nothing',
      comment: 'Every room speaks the reason codes, so they may not pull anything in but how to quote a value.',
      severity: 'error',
      from: { path: '^src/decision/reason\\.ts$' },
      to: { pathNot: '^src/policy/quote\\.ts$' },
    },
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'installed for users',
      comment:
        'What src/ imports must be a dependency, an optional one or a peer: dev dependencies are not there for users.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Imports of types are arrows too.
    tsPreCompilationDeps: true,
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['countersign-source', 'node', 'import', 'types', 'default'],
    },
  },
};
