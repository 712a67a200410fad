import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../../answer.ts';
import type { ForwardAuth } from './forward-auth.ts';

/** Lets forward auth answer on a port, or (`isUnix`) on a socket of this machine; false where a request is none of its. The body of a request is not read. */
export function forwardAuthListener(
  forwardAuth: ForwardAuth,
  isUnix: boolean,
): (incoming: IncomingMessage, outgoing: ServerResponse) => boolean {
  return (incoming, outgoing) => {
    const { method = '', url = '', rawHeaders, socket } = incoming;
    // A connection that is gone has no address any more; who it was is not known then.
    const peer = isUnix ? 'unix' : (socket.remoteAddress ?? 'unknown');
    const answering = forwardAuth({ method, target: url, headers: rawHeaders, peer });
    if (answering === undefined) return false;
    void answering.then((answer) => send(incoming, outgoing, answer));
    return true;
  };
}

function send({ headers: given }: IncomingMessage, outgoing: ServerResponse, { status, headers, body }: Answer): void {
  // Nobody reads the body: the connection is worth less than what may still come on it.
  const hasBody = given['transfer-encoding'] !== undefined || Number(given['content-length'] ?? 0) > 0;
  if (hasBody) outgoing.setHeader('Connection', 'close');
  outgoing.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
}
