/** The rows of the conformance kit that travel over HTTP, against the sidecar and a middleware. */
import { describe, expect, test } from '@jest/globals';
import { parsePolicy, statusOf } from '../../src/decision/index.ts';
import { createEngine } from '../../src/engine/index.ts';
import { createExchange } from '../../src/http/exchange/exchange.ts';
import { trust } from '../../src/http/frameworks/express.ts';
import { compileMapping } from '../../src/http/mapping/compile.ts';
import { createForwardAuth } from '../../src/http/sidecar/forward-auth/forward-auth.ts';
import { DEFAULT_IDENTITY_HEADERS as identityHeaders } from '../../src/http/sidecar/forward-auth/identity.ts';
import { forwardAuthListener } from '../../src/http/sidecar/forward-auth/listener.ts';
import { DEFAULT_LIMITS as limits } from '../../src/http/sidecar/limits.ts';
import { parsePeers } from '../../src/http/sidecar/peers.ts';
import { startSidecar } from '../../src/http/sidecar/sidecar.ts';
import { remoteKeys } from '../../src/token/keys/remote-keys.ts';
import { countersignExpress } from '../conformance/adapters/countersign-express.js';
import { countersignSidecar } from '../conformance/adapters/countersign-sidecar.js';
import { type Adapter, judge } from '../conformance/judge.js';
import { readEntries } from '../conformance/read-entries.js';

const engine = { createEngine, parsePolicy, remoteKeys, statusOf };
const forwardAuth = { compileMapping, createForwardAuth, forwardAuthListener, identityHeaders, parsePeers };

const doesNotTravel = {
  'a header holds nothing but text': ['H27.object', 'H27.list', 'H27.number', 'H27.null'],
  'a header holds no control characters': [
    ...['E1.line-before', 'E1.line-after', 'E1.line-inside', 'E1.line-in-signature'],
    ...['E1.return-after', 'E1.return-inside', 'E1.nul-after'],
  ],
  'spaces around a token are not part of it in a header': ['E1.space-before', 'E1.space-after', 'E1.tab-after'],
};

/** The entries that each edge does not try, by their reason. */
const edges: readonly (readonly [edge: Adapter, leftOut: Readonly<Record<string, readonly string[]>>])[] = [
  [
    countersignSidecar({ ...engine, ...forwardAuth, createExchange, limits, startSidecar }),
    { ...doesNotTravel, 'headers so long are not read': ['E4.million-dots', 'E5.megabyte'] },
  ],
  [
    countersignExpress({ ...engine, trust }),
    {
      ...doesNotTravel,
      'headers so long are not read': ['E4.dots', 'E4.million-dots', 'E5.token', 'E5.megabyte'],
      'it serves no gateway': [
        ...['S1.client', 'S2', 'S3.nobody', 'S3.somebody', 'S4', 'S7.encoded-lines', 'S7.other-letters'],
        ...['S6.encoded-letter', 'S6.encoded-twice', 'S6.backslash', 'S6.fragment', 'S6.parameters', 'S6.whole-url'],
      ],
      'it serves no exchange': [
        ...['S8.no-type', 'S8.unknown-type', 'S8.actor-without-type', 'S8.unknown-target', 'S9'],
        ...['S10.scope', 'S10.wildcard', 'S10.two-targets', 'S10.less', 'S10.lifetime', 'S12.type', 'S12.issuer'],
      ],
    },
  ],
];

const travelling = readEntries().filter(({ token, steps, request }) => (token ?? steps ?? request) !== undefined);

describe.each(edges.map(([edge, leftOut]) => [edge.name, edge, leftOut] as const))('%s', (_name, edge, leftOut) => {
  const reasons = new Map(Object.entries(leftOut).flatMap(([reason, ids]) => ids.map((id) => [id, reason])));

  test.each(travelling.map((entry) => [entry.id, entry.what, entry] as const))(
    '%s holds: %s',
    async (id, _what, entry) => {
      const reason = reasons.get(id);
      expect(await judge(entry, edge)).toEqual(
        reason === undefined ? { held: true, got: expect.any(String) } : { notApplicable: reason },
      );
    },
  );
});
