import type * as Grpc from '@grpc/grpc-js';
import { optionalPackage } from '../../packages/optional-package.ts';
import { checkAnswerOptions } from '../answer.ts';
import { type Address, formatAddress } from '../sidecar/address.ts';
import type { ForwardAuthOptions } from '../sidecar/forward-auth/judge.ts';
import { removeAbandoned } from '../sidecar/port.ts';
import { ListenFailed } from '../sidecar/sidecar.ts';
import { check } from './check.ts';
import { type CheckedRequest, type CheckResponse, readCheckRequest, writeCheckResponse } from './messages.ts';

export interface EnvoyOptions extends ForwardAuthOptions {
  /** Where to listen, without TLS. */
  readonly listen: Address;
}

export interface ServedEnvoy {
  /** Where it really listens: the port that was free. */
  readonly address: Address;
  /**
   * Stops accepting checks and waits for those under way, at most so many seconds; then, and at once where `now` settles
   * first, every connection is closed. May be called again.
   */
  drain(seconds: number, now?: Promise<unknown>): Promise<void>;
}

/** Bytes of a check: the headers of a request, and of its body what Envoy may be set up to send along. */
const MOST_BYTES = 1_048_576;

/** Checks at a time on one connection; Envoy opens another for more. */
const MOST_STREAMS = 1000;

/**
 * Serves `envoy.service.auth.v3.Authorization/Check` over gRPC: Envoy's external authorization. A message that cannot be
 * read is an error of gRPC, on which Envoy denies (`failure_mode_allow` is off unless set).
 *
 * Rejects with the system's error, which `ListenFailed` wraps, where it cannot listen.
 *
 * @throws {CountersignError} `ERR_PACKAGE_MISSING` without `@grpc/grpc-js`
 * @throws {TypeError} of a realm or metadata URL that no header can hold
 */
export async function serveEnvoy(options: EnvoyOptions): Promise<ServedEnvoy> {
  const { listen } = options;
  checkAnswerOptions(options.answer);
  const { Server, ServerCredentials, setLogVerbosity, logVerbosity } = await loadGrpc();
  // What goes wrong is told by the errors and the log of this program, in its own form.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    'grpc.max_receive_message_length': MOST_BYTES,
    'grpc.max_concurrent_streams': MOST_STREAMS,
  });
  const handlers: Grpc.UntypedServiceImplementation = {
    check: (
      call: { readonly request: CheckedRequest; getPeer(): string },
      callback: (error: null, response: CheckResponse) => void,
    ): void => {
      const peer = 'socket' in listen ? 'unix' : call.getPeer().replace(/:[0-9]+$/, '');
      void check(options, call.request, peer).then((response) => callback(null, response));
    },
  };
  server.addService(SERVICE, handlers);
  if ('socket' in listen) await removeAbandoned(listen.socket);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(formatAddress(listen), ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) {
        resolve(bound);
        return;
      }
      server.forceShutdown();
      reject(new ListenFailed(listen, withCode(error)));
    });
  });
  return {
    address: 'socket' in listen ? listen : { host: listen.host, port },
    drain: (seconds, now) => drain(server, seconds, now),
  };
}

/** gRPC tells the system's code in the sentence alone. */
function withCode(error: Error): NodeJS.ErrnoException {
  const [code] = /\bE[A-Z]{3,}\b/.exec(error.message) ?? [];
  return code === undefined ? error : Object.assign(error, { code });
}

async function drain(server: Grpc.Server, seconds: number, now: Promise<unknown> | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timeout = setTimeout(() => cut(), seconds * 1000);
    const cut = (): void => {
      server.forceShutdown();
      clearTimeout(timeout);
      resolve();
    };
    void now?.then(cut);
    // The shutdown waits for checks under way; what it is told then is that there are none.
    server.tryShutdown(cut);
  });
}

/** What one side writes, the other reads: only the server's half is ever called. */
const notOurs = (): never => {
  throw new RangeError('this side neither sends checks nor receives answers');
};

const SERVICE: Grpc.ServiceDefinition = {
  check: {
    path: '/envoy.service.auth.v3.Authorization/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: notOurs,
    requestDeserialize: readCheckRequest,
    responseSerialize: (response: CheckResponse) => Buffer.from(writeCheckResponse(response)),
    responseDeserialize: notOurs,
  },
};

function loadGrpc(): Promise<typeof Grpc> {
  return optionalPackage('@grpc/grpc-js', () => import('@grpc/grpc-js'), 'Envoy over gRPC needs');
}
