import { connect } from 'node:net';

export interface RawRequest {
  readonly method?: string;
  readonly target: string;
  /** Each in a line of its own, also where a name stands twice. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

export interface RawResponse {
  readonly status: number;
  /** By lower-case name; the values of one name in their order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

/** Sends a request on a connection of its own, byte for byte as written, and reads the answer to its end. */
export async function send(port: number, { method = 'GET', target, headers = [] }: RawRequest): Promise<RawResponse> {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: api.example',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket.setEncoding('latin1')) answer += String(chunk);
  return responseFrom(answer);
}

function responseFrom(answer: string): RawResponse {
  const end = answer.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = answer.slice(0, end).split('\r\n');
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value]);
  }
  const body = answer.slice(end + 4);
  const isChunked = headers.get('transfer-encoding')?.includes('chunked') === true;
  return { status: Number(statusLine.split(' ')[1]), headers, body: isChunked ? joined(body) : body };
}

/** RFC 9112, section 7.1. */
function joined(chunked: string): string {
  const end = chunked.indexOf('\r\n');
  const size = parseInt(chunked.slice(0, end), 16);
  if (!(size > 0)) return '';
  return chunked.slice(end + 2, end + 2 + size) + joined(chunked.slice(end + 2 + size + 2));
}
