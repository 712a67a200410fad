import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileMapping, type Mapping, type RouteMapping } from '../../../src/http/mapping/compile.ts';
import { mapRequest } from '../../../src/http/mapping/map-request.ts';
import { readPathTemplate, relate, type TemplateSegment } from '../../../src/http/mapping/template.ts';
import { runsOf } from '../../runs.ts';

function compiled(routes: readonly RouteMapping[]): Mapping {
  const mapping = compileMapping(routes);
  if ('faults' in mapping) throw new Error(JSON.stringify(mapping.faults));
  return mapping;
}

function faultsOf(routes: readonly RouteMapping[]): readonly [number, string, string][] {
  const mapping = compileMapping(routes);
  return 'faults' in mapping ? mapping.faults.map(({ route, key, message }) => [route, key, message]) : [];
}

const ROUTES: readonly RouteMapping[] = [
  { path: '/health', public: ['GET', 'HEAD'] },
  { path: '/v1/secrets/', methods: { GET: 'list' }, resource: 'secret' },
  {
    path: '/v1/secrets/{path+}',
    methods: { GET: 'read', PUT: 'write', DELETE: 'delete' },
    resource: 'secret/{path}',
    public: ['OPTIONS'],
  },
  { path: '/v1/secrets/{name}/versions', methods: { GET: 'list' }, resource: 'secret/{name}' },
  { path: '/v1/secrets/{name}/versions/current', methods: { GET: 'read' } },
  { path: '/teams/{team}', methods: { GET: 'read' }, resource: 'team/{team}/page', audience: 'https://teams.test' },
  { path: '/', methods: { GET: 'visit' } },
];

describe('a request', () => {
  const mapping = compiled(ROUTES);
  test.each([
    ['GET', '/v1/secrets/app/db', { action: 'read', resource: 'secret/app/db' }],
    ['PUT', '/v1/secrets/app', { action: 'write', resource: 'secret/app' }],
    ['GET', '/v1/secrets/app?version=/../2', { action: 'read', resource: 'secret/app' }],
    ['GET', '/v1/secrets/', { action: 'list', resource: 'secret' }],
    ['GET', '/v1/secrets/app/versions', { action: 'list', resource: 'secret/app' }],
    ['GET', '/v1/secrets/a/b/versions', { action: 'read', resource: 'secret/a/b/versions' }],
    ['GET', '/v1/secrets/app/versions/current', { action: 'read' }],
    ['GET', '/v1/secrets/app/versions/old', { action: 'read', resource: 'secret/app/versions/old' }],
    ['GET', '/v1/secrets/a%20b/*', { action: 'read', resource: 'secret/a b/*' }],
    ['GET', '/teams/red', { action: 'read', resource: 'team/red/page', audience: 'https://teams.test' }],
    ['GET', '/', { action: 'visit' }],
  ])('%s %s asks for %j', (method, uri, asked) => {
    expect(mapRequest(mapping, { method, uri })).toMatchObject({ kind: 'asks', asked });
  });

  test.each([
    ['GET', '/health', { kind: 'passes', route: '/health' }],
    ['OPTIONS', '/v1/secrets/app', { kind: 'passes', route: '/v1/secrets/{path+}' }],
    ['POST', '/health', { kind: 'method-unmapped', route: '/health' }],
    ['get', '/health', { kind: 'method-unmapped', route: '/health' }],
    ['constructor', '/v1/secrets/app', { kind: 'method-unmapped' }],
    ['PUT', '/v1/secrets/app/versions', { kind: 'method-unmapped', route: '/v1/secrets/{name}/versions' }],
    ['GET', '/v1/secrets', { kind: 'unmapped' }],
    ['GET', '/v1/secrets/app/', { kind: 'unmapped' }],
    ['GET', '/V1/secrets/app', { kind: 'unmapped' }],
    ['GET', '/health/', { kind: 'unmapped' }],
    ['GET', '/teams/', { kind: 'unmapped' }],
    ['GET', '/v1/secrets/../../health', { kind: 'refused', fault: 'dot-segment' }],
    ['GET', '//health', { kind: 'refused', fault: 'empty-segment' }],
  ])('%s %s: %j', (method, uri, mapped) => {
    expect(mapRequest(mapping, { method, uri })).toMatchObject(mapped);
  });
});

describe('routes', () => {
  test.each<[string, readonly RouteMapping[], readonly [number, string, unknown]]>([
    ['without `/`', [{ path: 'v1' }], [0, 'path', 'the path does not begin with `/`']],
    ['with an empty segment', [{ path: '/a//b' }], [0, 'path', 'the path has an empty segment']],
    ['with a dot segment', [{ path: '/a/../b' }], [0, 'path', expect.stringContaining('no path that is let through')]],
    ['with a query', [{ path: '/a?b' }], [0, 'path', expect.stringContaining('no path that is let through')]],
    ['percent-encoded', [{ path: '/a%20b' }], [0, 'path', expect.stringContaining('no path that is let through')]],
    ['with a part of a segment', [{ path: '/a{b}' }], [0, 'path', expect.stringContaining('a whole segment')]],
    ['with a name that is none', [{ path: '/{b-c}' }], [0, 'path', expect.stringContaining('a whole segment')]],
    ['with several segments inside', [{ path: '/{a+}/b' }], [0, 'path', expect.stringContaining('not at the end')]],
    ['with a name twice', [{ path: '/{a}/{a}' }], [0, 'path', '`{a}` stands twice in the path']],
    [
      'of an unknown variable',
      [{ path: '/{a}', resource: 'x/{b}' }],
      [0, 'resource', expect.stringContaining('`{b}`')],
    ],
    [
      'of a part of a resource',
      [{ path: '/{a}', resource: 'x-{a}' }],
      [0, 'resource', expect.stringContaining('whole')],
    ],
    [
      'of no canonical resource',
      [{ path: '/{a}', resource: '/{a}' }],
      [0, 'resource', expect.stringContaining('canonical')],
    ],
    [
      'whose method passes and asks',
      [{ path: '/a', methods: { GET: 'read' }, public: ['GET'] }],
      [0, 'public', '`GET` stands in `methods` too'],
    ],
    ['of the same paths', [{ path: '/{a}/x' }, { path: '/{b}/x' }], [1, 'path', '`/{a}/x` matches the same paths']],
    [
      'that cross',
      [{ path: '/a/{x}' }, { path: '/b' }, { path: '/{y}/b' }],
      [2, 'path', 'some paths match `/a/{x}` too, and neither is the narrower'],
    ],
    ['that cross a rest', [{ path: '/{x}/b/c' }, { path: '/a/{y+}' }], [1, 'path', expect.stringContaining('neither')]],
  ])('%s are refused', (_, routes, fault) => {
    expect(faultsOf(routes)).toEqual([fault]);
  });
});

const segment = fc.constantFrom('a', 'b', '{x}', '');
const template = fc
  .tuple(fc.array(segment, { minLength: 0, maxLength: 3 }), fc.constantFrom('', 'a', '{y}', '{z+}'))
  .map(([head, tail]) => [...head.filter((one) => one !== ''), tail].map((one, at) => one.replace('x', `x${at}`)))
  .map((segments) => `/${segments.join('/')}`);
const path = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }), fc.constantFrom('', 'a', 'c'))
  .map(([head, tail]) => `/${[...head, tail].join('/')}`);

/** The plain meaning of a template. */
function matches(template: string, path: string): boolean {
  const source = template.replace(/\{\w+\+\}/g, '[^/]+(?:/[^/]+)*').replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${source}$`).test(path);
}

function segmentsOf(text: string): readonly TemplateSegment[] {
  const segments = readPathTemplate(text);
  if ('message' in segments) throw new Error(segments.message);
  return segments;
}

describe('by law', () => {
  const paths: string[] = [''];
  for (let depth = 0, last = ['']; depth < 5; depth++) {
    last = last.flatMap((head) => ['a', 'b', 'c'].map((one) => `${head}/${one}`));
    paths.push(...last);
  }
  const everyPath = paths.flatMap((one) => [one, `${one}/`]).filter((one) => one !== '');

  test('how two templates lie is how their paths lie', () => {
    fc.assert(
      fc.property(template, template, (a, b) => {
        const [onlyA, onlyB, both] = [false, false, false].map((_, which) =>
          everyPath.some((one) => {
            const [inA, inB] = [matches(a, one), matches(b, one)];
            return which === 0 ? inA && !inB : which === 1 ? inB && !inA : inA && inB;
          }),
        );
        const expected = !both
          ? 'disjoint'
          : onlyA && onlyB
            ? 'crossing'
            : onlyA
              ? 'around'
              : onlyB
                ? 'inside'
                : 'same';
        expect(relate(segmentsOf(a), segmentsOf(b))).toBe(expected);
      }),
      { numRuns: runsOf() },
    );
  });

  test('the narrowest route that matches counts, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(template, { maxLength: 6 }), path, fc.nat(), (templates, uri, turn) => {
        const routes = templates.map((one) => ({ path: one, methods: { GET: one } }));
        const mapping = compileMapping(routes);
        fc.pre(!('faults' in mapping));
        const candidates = templates.filter((one) => matches(one, uri));
        const narrowest = candidates.filter((one) =>
          candidates.every((other) => other === one || relate(segmentsOf(one), segmentsOf(other)) === 'inside'),
        );
        expect(narrowest).toHaveLength(Math.min(1, candidates.length));
        const mapped = mapRequest(mapping, { method: 'GET', uri });
        expect(mapped.kind === 'asks' ? mapped.asked.action : undefined).toBe(narrowest[0]);
        const cut = routes.length === 0 ? 0 : turn % routes.length;
        const turned = compiled([...routes.slice(cut), ...routes.slice(0, cut)].reverse());
        expect(mapRequest(turned, { method: 'GET', uri })).toEqual(mapped);
      }),
      { numRuns: runsOf() },
    );
  });

  test('no request makes it throw, and none that is not canonical is asked for', () => {
    const mapping = compiled(ROUTES);
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), (method, tail) => {
        const mapped = mapRequest(mapping, { method, uri: `/v1/secrets/${tail}` });
        expect(['asks', 'passes', 'unmapped', 'method-unmapped', 'refused']).toContain(mapped.kind);
      }),
      { numRuns: runsOf() },
    );
  });
});
