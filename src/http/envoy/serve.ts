import type * as Grpc from '@grpc/grpc-js';
import { CountersignError } from '../../decision/reason.ts';
import type { Engine } from '../../engine/engine.ts';
import { checkAnswerOptions } from '../answer.ts';
import { check, type CheckOptions } from './check.ts';
import { type CheckedRequest, type CheckResponse, readCheckRequest, writeCheckResponse } from './messages.ts';

export interface EnvoyOptions extends CheckOptions {
  /** Where to listen, without TLS: `127.0.0.1:9191` (port 0 takes any free one) or `unix:/run/countersign.sock`. */
  readonly listen: string;
}

export interface ServedEnvoy {
  /** The TCP port it listens on; 0 for a socket of the file system. */
  readonly port: number;
  /** Finishes the checks under way, and stops listening. May be called again. */
  close(): Promise<void>;
}

/**
 * Serves `envoy.service.auth.v3.Authorization/Check` over gRPC: Envoy's external authorization. A message that cannot be
 * read is an error of gRPC, on which Envoy denies (`failure_mode_allow` is off unless set).
 *
 * Rejects with an `Error` where it cannot listen.
 *
 * @throws {CountersignError} `ERR_PACKAGE_MISSING` without `@grpc/grpc-js`
 * @throws {TypeError} of a realm or metadata URL that no header can hold
 */
export async function serveEnvoy(engine: Engine, options: EnvoyOptions): Promise<ServedEnvoy> {
  checkAnswerOptions(options);
  const { Server, ServerCredentials } = await loadGrpc();
  const server = new Server();
  const handlers: Grpc.UntypedServiceImplementation = {
    check: (
      call: { readonly request: CheckedRequest },
      callback: (error: null, response: CheckResponse) => void,
    ): void => {
      void check(engine, options, call.request).then((response) => callback(null, response));
    },
  };
  server.addService(SERVICE, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(options.listen, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) {
        resolve(bound);
        return;
      }
      server.forceShutdown();
      reject(error);
    });
  });
  return { port, close: () => new Promise((resolve) => server.tryShutdown(() => resolve())) };
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

async function loadGrpc(): Promise<typeof Grpc> {
  try {
    return await import('@grpc/grpc-js');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new CountersignError(
      'ERR_PACKAGE_MISSING',
      'Envoy over gRPC needs the package `@grpc/grpc-js`, which is not installed; help: npm install @grpc/grpc-js',
      { cause },
    );
  }
}
