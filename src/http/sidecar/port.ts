import cluster from 'node:cluster';
import { unlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Address } from './address.ts';
import type { Limits } from './limits.ts';
import type { Listener } from './routes-app.ts';

/** A server that listens. */
export interface Port {
  /** Where it really listens: the port that was free, the address that a name stands for. */
  readonly address: Address;
  /** Stops accepting, and lets what is under way finish. Resolves when all connections are closed. */
  drain(): Promise<void>;
  /** Closes every connection at once. */
  cut(): void;
}

/** Milliseconds between looks for requests that take too long to arrive. */
const CHECKING = 1000;

/**
 * Listens for requests within limits. A socket that a process left behind is replaced; one that answers is in use.
 *
 * Rejects with the system's error (`EADDRINUSE`, `EACCES`, `ENOTFOUND`) where it cannot listen.
 */
export async function openPort(address: Address, limits: Limits, listener: Listener): Promise<Port> {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    requestTimeout: limits.requestSeconds * 1000,
    headersTimeout: limits.requestSeconds * 1000,
    keepAliveTimeout: limits.keepAliveSeconds * 1000,
    connectionsCheckingInterval: CHECKING,
  });
  server.maxConnections = limits.connections;
  let draining = false;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (incoming, outgoing) => {
    if (draining) outgoing.setHeader('Connection', 'close');
    // What was under way when draining began leaves its connection idle; nobody else would close it.
    outgoing.once('close', () => draining && setImmediate(() => server.closeIdleConnections()));
    listener(incoming, outgoing);
  });
  // To workers the primary hands over what it listens on.
  if ('socket' in address && !cluster.isWorker) await removeAbandoned(address.socket);
  return {
    address: await listen(server, address),
    drain: () => {
      draining = true;
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      // To the server a connection on which nothing was ever sent is not idle.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      return closed;
    },
    cut: () => server.closeAllConnections(),
  };
}

function listen(server: Server, address: Address): Promise<Address> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen('socket' in address ? { path: address.socket } : address, () => {
      server.off('error', reject);
      const bound = server.address() ?? '';
      resolve(typeof bound === 'string' ? { socket: bound } : { host: bound.address, port: bound.port });
    });
  });
}

/** Removes a socket that nobody listens on any more. */
export async function removeAbandoned(path: string): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  if (code === 'ECONNREFUSED') await unlink(path);
}
