import { once } from 'node:events';
import { connect, type NetConnectOpts } from 'node:net';

export interface WireAnswer {
  readonly status: number;
  /** Names in lower case; the values of one name in order. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

/** Where to connect: `http://host:port` or `unix:path`. */
export function endOf(url: string): NetConnectOpts {
  if (url.startsWith('unix:')) return { path: url.slice('unix:'.length) };
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** Sends a request byte by byte as it is written, and reads the answer to the end of the connection. */
export async function send(
  to: NetConnectOpts,
  line: string,
  headers: readonly string[] = [],
  body = '',
): Promise<WireAnswer> {
  const socket = connect(to);
  socket.setEncoding('latin1');
  let text = '';
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  socket.write(`${line}\r\n${['Host: test', ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`, 'latin1');
  await closed;
  return parsed(text);
}

export function parsed(text: string): WireAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers: Record<string, string[]> = {};
  for (const line of lines) {
    const [name = ''] = line.split(':', 1);
    (headers[name.toLowerCase()] ??= []).push(line.slice(name.length + 1).trim());
  }
  const body = rest.join('\r\n\r\n');
  const isChunked = headers['transfer-encoding']?.includes('chunked') === true;
  return { status: Number(status.split(' ')[1]), headers, body: isChunked ? joined(body) : body };
}

/** RFC 9112, section 7.1. */
function joined(chunked: string): string {
  const end = chunked.indexOf('\r\n');
  const size = parseInt(chunked.slice(0, end), 16);
  if (!(size > 0)) return '';
  return chunked.slice(end + 2, end + 2 + size) + joined(chunked.slice(end + 2 + size + 2));
}
