import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readServeConfig } from '../../../src/cli/serve/read-serve-config.ts';
import { directoryOf } from '../../files/directory.ts';
import { text } from '../../repository/repository.ts';
import { serve } from './process.ts';

const CONFIG = 'examples/sidecar/countersign.serve.yaml';

test('the example says all that a sidecar can do, and starts', async () => {
  expect(await readServeConfig(CONFIG)).toMatchObject({
    policies: ['examples/sidecar/policies'],
    listen: '127.0.0.1:8711',
    envoy: { listen: '127.0.0.1:9191' },
    authzen: { url: 'https://pdp.example.com' },
    exchange: { keyFile: 'examples/sidecar/keys.json' },
  });
  const cwd = await directoryOf({
    'countersign.serve.yaml': text(CONFIG).replace('127.0.0.1:9191', '127.0.0.1:0'),
    'policies/trust.yaml': text('examples/sidecar/policies/trust.yaml'),
  });
  const { url, stderr, stop } = await serve([], { cwd });
  expect(stderr()).toMatch(/envoy +127\.0\.0\.1:\d+, over gRPC\n +authzen .*\n +exchange +\/token, as https:\/\/sts/);
  expect(await (await fetch(`${url}/.well-known/authzen-configuration`)).json()).toMatchObject({
    policy_decision_point: 'https://pdp.example.com',
  });
  expect(await (await fetch(`${url}/.well-known/jwks.json`)).json()).toMatchObject({ keys: [{ alg: 'ES256' }] });
  expect(await stop()).toBe(0);
});

test('the example of Envoy over gRPC asks where the sidecar listens, and never lets pass what it could not ask', async () => {
  const { http_filters: filters, clusters } = parse(text('examples/envoy/envoy-grpc.yaml'));
  const { failure_mode_allow: allows, encode_raw_headers: raw, grpc_service: service } = filters[0].typed_config;
  const [{ name, load_assignment: load }] = clusters;
  expect([allows, raw, service.envoy_grpc.cluster_name]).toEqual([false, true, name]);
  const { address, port_value: port } = load.endpoints[0].lb_endpoints[0].endpoint.address.socket_address;
  expect(`${address}:${port}`).toBe((parse(text(CONFIG)) as { envoy: { listen: string } }).envoy.listen);
});

test.each(['docs/sidecar.md', 'docs/token-exchange.md'])('every configuration in %s loads', async (page) => {
  const blocks = [...text(page).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  const configs = blocks.filter((block) => !block.startsWith('issuers:'));
  expect(configs.length).toBeGreaterThan(1);
  for (const config of configs) {
    const cwd = await directoryOf({ 'c.yaml': config.startsWith('version:') ? config : `version: 1\n${config}` });
    await expect(readServeConfig(`${cwd}/c.yaml`)).resolves.toMatchObject({ version: 1 });
  }
});
