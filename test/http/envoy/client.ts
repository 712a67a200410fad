import { join } from 'node:path';
import { credentials, type GrpcObject, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { fromJSON, load, type Options, type ServiceDefinition } from '@grpc/proto-loader';

const deps = join(import.meta.dirname, '../../../node_modules/@grpc/grpc-js-xds/deps');
const OPTIONS: Options = {
  keepCase: true,
  longs: String,
  enums: String,
  defaults: false,
  oneofs: true,
  includeDirs: ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((folder) => join(deps, folder)),
};

/** Envoy's own definition of the service. */
const definition = await load('envoy/service/auth/v3/external_auth.proto', OPTIONS);

/**
 * `CheckRequest` as newer Envoys send it with `encode_raw_headers`: the field 13 of the HTTP request, which these
 * definitions do not have yet (envoy.config.core.v3.HeaderMap).
 */
const text = { type: 'string', id: 1 };
const withHeaderMap = fromJSON({
  nested: {
    CheckRequest: { fields: { attributes: { type: 'Attributes', id: 1 } } },
    Attributes: { fields: { request: { type: 'Wrapper', id: 4 } } },
    Wrapper: { fields: { http: { type: 'Http', id: 2 } } },
    Http: {
      fields: {
        method: { type: 'string', id: 2 },
        path: { type: 'string', id: 4 },
        header_map: { type: 'HeaderMap', id: 13 },
      },
    },
    HeaderMap: { fields: { headers: { rule: 'repeated', type: 'HeaderValue', id: 1 } } },
    HeaderValue: { fields: { key: text, raw_value: { type: 'bytes', id: 3 } } },
    Authorization: { methods: { Check: { requestType: 'CheckRequest', responseType: 'CheckRequest', comment: '' } } },
  },
}, { keepCase: true }); // prettier-ignore

/** What a client of Envoy's definitions reads from an answer. */
export interface CheckAnswer {
  readonly status?: { readonly code?: number };
  readonly http_response?: 'ok_response' | 'denied_response';
  readonly ok_response?: { readonly headers?: readonly Option[]; readonly headers_to_remove?: readonly string[] };
  readonly denied_response?: {
    readonly status: { readonly code: string };
    readonly headers: readonly Option[];
    readonly body: string;
  };
}

interface Option {
  readonly header: { readonly key: string; readonly value?: string };
  readonly append_action?: string;
  readonly keep_empty_value?: boolean;
}

export interface Client {
  check(request: object): Promise<CheckAnswer>;
  /** Sends bytes as they are. */
  send(bytes: Uint8Array): Promise<CheckAnswer>;
  close(): void;
}

/** `to` is a port of loopback, or an address as gRPC writes it. */
export function connect(to: number | string): Client {
  const service = at(loadPackageDefinition(definition), 'envoy.service.auth.v3.Authorization');
  const target = typeof to === 'number' ? `127.0.0.1:${to}` : to;
  const client = new (service as ServiceClientConstructor)(target, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = (service as ServiceClientConstructor).service['Check']!;
  const call = (request: unknown, serialize: (value: never) => Buffer): Promise<CheckAnswer> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, serialize as never, responseDeserialize as never, request, (error, answer) => {
        if (error === null) resolve(answer as CheckAnswer);
        else reject(error);
      });
    });
  return {
    check: (request) => call(request, requestSerialize),
    send: (bytes) => call(bytes, Buffer.from),
    close: () => client.close(),
  };
}

/** A `CheckRequest` whose headers are in `header_map`, each by name and value. */
export function encodeWithHeaderMap(method: string, path: string, headers: readonly [string, string][]): Uint8Array {
  const { requestSerialize } = (withHeaderMap['Authorization'] as ServiceDefinition)['Check']!;
  const list = headers.map(([key, value]) => ({ key, raw_value: Buffer.from(value, 'latin1') }));
  return requestSerialize({ attributes: { request: { http: { method, path, header_map: { headers: list } } } } });
}

function at(object: GrpcObject, path: string): unknown {
  return path.split('.').reduce<unknown>((here, name) => (here as GrpcObject)[name], object);
}
