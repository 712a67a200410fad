import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readServeConfig } from '../../../src/cli/serve/read-serve-config.ts';
import { DEFAULT_IDENTITY_HEADERS } from '../../../src/http/sidecar/forward-auth/identity.ts';
import { text } from '../../repository/repository.ts';

const PORT = '127.0.0.1:8711';
const names = Object.values(DEFAULT_IDENTITY_HEADERS);

test.each([
  ['nginx', 'examples/nginx/countersign.conf', 'authorize/nginx', names],
  ['Caddy', 'examples/caddy/Caddyfile', 'authorize/caddy', names],
  ['Traefik', 'examples/traefik/dynamic.yaml', 'authorize/traefik', names],
])('the example of %s asks where the sidecar listens, and copies every identity header', (_, file, path, headers) => {
  const example = text(file);
  expect(example).toContain(PORT);
  expect(example).toContain(path);
  for (const name of headers) expect(example).toMatch(new RegExp(`(?<![\\w-])${name}(?![\\w-])`));
});

test('the example of Envoy asks below its prefix, never lets pass what it could not ask, and copies every identity header', () => {
  const envoy = parse(text('examples/envoy/envoy.yaml'));
  const [{ filter_chains: chains }] = envoy.static_resources.listeners;
  const [authz, router] = chains[0].filters[0].typed_config.http_filters;
  expect([authz.name, router.name]).toEqual(['envoy.filters.http.ext_authz', 'envoy.filters.http.router']);
  const { failure_mode_allow: allow, http_service: service } = authz.typed_config;
  expect([allow, service.path_prefix, service.server_uri.uri]).toEqual([false, '/authorize/envoy', `http://${PORT}`]);
  const [{ prefix }] = service.authorization_response.allowed_upstream_headers.patterns;
  expect(names.filter((name) => !name.toLowerCase().startsWith(prefix))).toEqual([]);
});

test('the example of the sidecar loads', async () => {
  expect(await readServeConfig('examples/countersign.serve.yaml')).toMatchObject({
    policies: ['examples/policies'],
    listen: PORT,
    forwardAuth: { peers: ['127.0.0.1'] },
  });
});
