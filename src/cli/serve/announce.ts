import type { ServedEnvoy } from '../../http/envoy/serve.ts';
import { formatAddress, isLocal } from '../../http/sidecar/address.ts';
import type { Sidecar } from '../../http/sidecar/sidecar.ts';
import type { Terminal } from '../output/terminal.ts';
import type { Settings } from './settings.ts';

/** Where a sidecar answers. */
export interface Where extends Pick<Sidecar, 'address' | 'operations'> {
  readonly envoy?: Pick<ServedEnvoy, 'address'> | undefined;
}

/** Says on standard error where it answers and what, and what of it other machines can reach. */
export function announce({ address, operations, envoy }: Where, settings: Settings, { err }: Terminal): void {
  const { forwardAuth, policies, authzen, exchange } = settings;
  const url = (at: Sidecar['address']): string => ('socket' in at ? formatAddress(at) : `http://${formatAddress(at)}`);
  const lines: readonly (readonly [name: string, what: string | undefined])[] = [
    ['operations', operations === undefined ? 'off' : url(operations)],
    ['policies', policies.join(', ')],
    ['forward auth', routesInWords(forwardAuth)],
    ['envoy', envoy && `${formatAddress(envoy.address)}, over gRPC`],
    ['authzen', authzen && '/access/v1/evaluation and /access/v1/evaluations'],
    ['exchange', exchange && `/token, as ${exchange.issuer}`],
  ];
  const said = lines.flatMap(([name, what]) => (what === undefined ? [] : [`  ${name.padEnd(14)}${what}\n`]));
  err.write(`${err.paint('good', 'serving')} ${url(address)}\n${said.join('')}`);
  for (const at of [address, operations, envoy?.address]) {
    if (at === undefined || isLocal(at)) continue;
    err.write(`${err.paint('warning', 'warning:')} \`${formatAddress(at)}\` can be reached from other machines\n`);
  }
}

function routesInWords({ mapping: { size }, unmapped }: Settings['forwardAuth']): string {
  const others = unmapped === 'deny' ? 'denies' : 'asks for plain access by';
  if (size === 0) return `no routes: it ${others} every request`;
  return `${size} ${size === 1 ? 'route' : 'routes'}; it ${others} every other request`;
}
