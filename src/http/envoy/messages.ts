import { asBytes, lengthField, message, readFields, readText, varintField } from './protobuf.ts';

/** What Envoy asks about: the part of `CheckRequest.attributes.request.http` that decides. */
export interface CheckedRequest {
  readonly method: string;
  /** The request target: path and query, as it was sent. */
  readonly path: string;
  readonly host: string;
  readonly scheme: string;
  /** Each header with its values, by name in lower case. Envoy may have joined several values by a comma. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a `CheckRequest` (envoy.service.auth.v3); what it holds beside is passed over.
 *
 * @throws {Error} of bytes that are no such message, or without an HTTP request
 */
export function readCheckRequest(bytes: Uint8Array): CheckedRequest {
  const texts = new Map<number, string>();
  const headers = new Map<string, string[]>();
  const addHeader = (name: string, value: string): void => {
    const key = name.toLowerCase();
    const values = headers.get(key);
    if (values === undefined) headers.set(key, [value]);
    else values.push(value);
  };
  // CheckRequest.attributes, AttributeContext.request, Request.http
  for (const http of within(within(within([bytes], 1), 4), 2)) {
    readFields(http, (field, value) => {
      if (field === METHOD || field === PATH || field === HOST || field === SCHEME) texts.set(field, readText(value));
      if (field === HEADERS) addHeader(...readHeader(asBytes(value)));
      if (field === HEADER_MAP) {
        for (const header of within([asBytes(value)], 1)) addHeader(...readHeader(header));
      }
    });
  }
  const [method, path, host = '', scheme = ''] = [METHOD, PATH, HOST, SCHEME].map((field) => texts.get(field));
  if (method === undefined || path === undefined) throw new RangeError('a check without an HTTP request');
  return { method, path, host, scheme, headers };
}

/** Fields of `AttributeContext.HttpRequest`; Envoy fills in one of `headers` and `header_map`. */
const METHOD = 2;
const HEADERS = 3;
const PATH = 4;
const HOST = 5;
const SCHEME = 6;
const HEADER_MAP = 13;

/** The messages that are in one field of messages. */
function within(messages: readonly Uint8Array[], wanted: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const bytes of messages) {
    readFields(bytes, (field, value) => {
      if (field === wanted) found.push(asBytes(value));
    });
  }
  return found;
}

/** An entry of the map `headers`, or a `HeaderValue`: name, value, and value as bytes that need not be UTF-8. */
function readHeader(bytes: Uint8Array): [name: string, value: string] {
  let name = '';
  let text = '';
  readFields(bytes, (field, value) => {
    if (field === 1) name = readText(value);
    if (field === 2) text = readText(value);
    if (field === 3) text = Buffer.from(asBytes(value)).toString('latin1');
  });
  return [name, text];
}

/** Codes of gRPC, as in `google.rpc.Status`. */
export type StatusCode = 'OK' | 'INVALID_ARGUMENT' | 'PERMISSION_DENIED' | 'UNAVAILABLE' | 'UNAUTHENTICATED';

const CODES: Readonly<Record<StatusCode, number>> = {
  OK: 0,
  INVALID_ARGUMENT: 3,
  PERMISSION_DENIED: 7,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
};

/** What Envoy is told. */
export type CheckResponse =
  | { readonly allows: true; readonly headers: Readonly<Record<string, string>>; readonly removes: readonly string[] }
  | {
      readonly allows: false;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };

/** Writes a `CheckResponse`. One without a status would be an allow, so each says its own. */
export function writeCheckResponse(response: CheckResponse): Uint8Array {
  const headers = (field: number): Uint8Array =>
    message(...Object.entries(response.headers).map(([name, value]) => lengthField(field, headerOption(name, value))));
  if (response.allows) {
    const removes = response.removes.map((name) => lengthField(5, name));
    return message(lengthField(1, varintField(1, CODES.OK)), lengthField(3, message(headers(2), ...removes)));
  }
  const { status, body } = response;
  const denied = message(lengthField(1, varintField(1, status)), headers(2), lengthField(3, body));
  return message(lengthField(1, varintField(1, CODES[codeOf(status)])), lengthField(2, denied));
}

const OVERWRITE_IF_EXISTS_OR_ADD = 2;

/** A `HeaderValueOption` that replaces what the client may have sent, and is there even if empty. */
function headerOption(name: string, value: string): Uint8Array {
  const header = message(lengthField(1, name), lengthField(2, value));
  return message(lengthField(1, header), varintField(3, OVERWRITE_IF_EXISTS_OR_ADD), varintField(4, 1));
}

function codeOf(status: number): StatusCode {
  if (status === 400) return 'INVALID_ARGUMENT';
  if (status === 401) return 'UNAUTHENTICATED';
  return status === 403 ? 'PERMISSION_DENIED' : 'UNAVAILABLE';
}
