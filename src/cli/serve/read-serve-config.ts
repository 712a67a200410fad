import { beside } from '../../files/beside.ts';
import type { Saying, ShapeWords } from '../../policy/document/check-shape.ts';
import { readShaped } from '../read-shaped.ts';
import { checkServeConfig } from './check-serve-config.ts';
import { serveKeys, validateServe } from './generated/serve-validator.ts';
import type { ServeConfig } from './serve-config.ts';

const VALUES: Readonly<Record<string, string>> = {
  '/forwardAuth/unmapped': '`deny` or `access`',
  '/exchange/algorithm': '`ES256` or `EdDSA`',
  '/exchange/subjectTokenTypes/*': '`jwt`, `id_token` or `access_token`',
  '/log/level': '`info`, `warn` or `error`',
  '/log/decisions': '`all`, `denied` or `none`',
  '/log/redact/*': "a field of a decision's line such as `principal.path`",
};

const words: ShapeWords = {
  language: 'the configuration',
  unknownValue: (place) => ['unknown-value', VALUES[place] ?? 'known here'],
  pattern: patternSaying,
};

/**
 * Reads the configuration of the sidecar.
 *
 * @throws {InvalidDocument} with all that is wrong with it
 * @throws {FileRefused} where it cannot be read
 */
export async function readServeConfig(file: string): Promise<ServeConfig> {
  const shape = { validate: validateServe, keys: serveKeys, words };
  const config = (await readShaped(file, shape, checkServeConfig)) as ServeConfig;
  const { policies, bundleKeys, listen, operations, exchange, envoy } = config;
  return {
    ...config,
    ...(policies === undefined ? {} : { policies: policies.map((path) => beside(file, path)) }),
    ...(bundleKeys === undefined ? {} : { bundleKeys: beside(file, bundleKeys) }),
    ...(listen === undefined ? {} : { listen: besideSocket(file, listen) }),
    ...(operations === undefined ? {} : { operations: besideSocket(file, operations) }),
    ...(typeof envoy === 'object' && envoy.listen !== undefined
      ? { envoy: { listen: besideSocket(file, envoy.listen) } }
      : {}),
    ...(exchange === undefined ? {} : { exchange: { ...exchange, keyFile: beside(file, exchange.keyFile) } }),
  };
}

function besideSocket(file: string, address: string): string {
  return address.startsWith('unix:') ? `unix:${beside(file, address.slice('unix:'.length))}` : address;
}

function patternSaying(place: string): Saying | undefined {
  if (place.startsWith('/forwardAuth/headers')) {
    const help = 'write letters, digits and `-`, such as `X-Auth-Subject`';
    return ['invalid-value', 'this cannot be the name of a header', help];
  }
  if (place.startsWith('/forwardAuth/routes')) {
    return ['invalid-value', 'this is not an HTTP method', 'write capital letters, such as `GET`'];
  }
  if (place.startsWith('/exchange')) {
    return ['invalid-value', 'this is not a duration', 'write digits and `s`, `m`, `h` or `d`, such as `15m`'];
  }
  return ['invalid-value', 'the text must be printable ASCII without `"` and `\\`'];
}
