import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { text } from '../../repository/repository.ts';
import { serve, type Serving, shopOf, type Shop } from '../sidecar/process.ts';
import { send, type WireAnswer } from '../wire.ts';

export interface RealProxy {
  readonly name: string;
  /** Its program; where it is not installed, its tests are skipped and say so. */
  readonly program: string;
  /** The configuration that the documentation shows. */
  readonly example: string;
  /** Its whole configuration, in a directory of its own, and how to run it there. */
  readonly files: (example: string) => Readonly<Record<string, string>>;
  readonly args: (directory: string) => readonly string[];
  /** Whether clients get the body of a denial. */
  readonly passesBodies: boolean;
}

/** What the service behind got. */
interface Reached {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** Runs one table of requests through a real proxy, configured as documented, to a service that says what it got. */
export function testBehind(proxy: RealProxy): void {
  const isThere = existsSync(proxy.program);
  (isThere ? describe : describe.skip)(`behind ${proxy.name}${isThere ? '' : ' (not installed, skipped)'}`, () => {
    const reached: Reached[] = [];
    let service: Server;
    let child: ChildProcess | undefined;
    let shop: Shop;
    let sidecar: Serving;
    let port: number;
    let bearer: string;

    beforeAll(async () => {
      service = createServer(({ url = '', headers }, response) => {
        reached.push({ url, headers });
        response.writeHead(200, { 'Content-Length': 11 }).end('the service');
      }).listen(0, '127.0.0.1');
      await once(service, 'listening');
      shop = await shopOf({ 'countersign.serve.yaml': text('examples/countersign.serve.yaml') });
      sidecar = await serve([], { cwd: shop.directory });
      bearer = `Authorization: Bearer ${await shop.token()}`;
      port = await freePort();
      const example = withPorts(text(proxy.example), {
        8080: port,
        8711: Number(new URL(sidecar.url).port),
        3000: (service.address() as { port: number }).port,
      });
      const { directory } = await shopOf(proxy.files(example));
      child = spawn(proxy.program, proxy.args(directory), {
        cwd: directory,
        env: { PATH: process.env['PATH'], HOME: directory },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      await answering(port, child);
    });
    afterAll(async () => {
      if (child?.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'close');
      }
      service.close().closeAllConnections();
    });

    /** What the client gets, and what the service got, if anything. */
    async function ask(line: string, headers: readonly string[] = []): Promise<WireAnswer & { service?: Reached }> {
      reached.length = 0;
      const answer = await send({ host: '127.0.0.1', port }, `${line} HTTP/1.1`, headers);
      const [service] = reached;
      return service === undefined ? answer : { ...answer, service };
    }

    test('what is allowed reaches the service, with who was let in', async () => {
      const { status, body, service } = await ask('GET /v1/secrets/app/db?version=2', [bearer]);
      expect([status, body]).toEqual([200, 'the service']);
      expect(service).toMatchObject({
        url: '/v1/secrets/app/db?version=2',
        headers: {
          'x-countersign-subject': 'org:acme/user:ada',
          'x-countersign-kind': 'user',
          'x-countersign-issuer': shop.issuer.url,
          'x-countersign-rule': 'acme-app',
          'x-countersign-decision': expect.stringMatching(/^[0-9a-f-]{36}$/),
          'x-countersign-expires': expect.stringMatching(/^\d{10}$/),
        },
      });
    });

    test('a body reaches the service behind, not the sidecar', async () => {
      reached.length = 0;
      const headers = [bearer, 'Content-Length: 5'];
      const answer = await send({ host: '127.0.0.1', port }, 'PUT /v1/secrets/app/db HTTP/1.1', headers, 'value');
      expect([answer.status, reached[0]?.headers['content-length']]).toEqual([200, '5']);
    });

    const spoofed = ['Subject', 'Kind', 'Issuer', 'Rule', 'Decision', 'Expires'].map(
      (part) => `X-Countersign-${part}: spoofed`,
    );

    test.each([
      ['an allowed request', 'GET /v1/secrets/app/db', true],
      ['a public request', 'GET /health', false],
    ])('an identity that the client made up is gone from %s', async (_, line, withToken) => {
      const { status, service } = await ask(line, [...(withToken ? [bearer] : []), ...spoofed]);
      expect(status).toBe(200);
      expect(JSON.stringify(service?.headers)).not.toContain('spoofed');
    });

    test('no token is a challenge, and does not reach the service', async () => {
      const { status, headers, body, service } = await ask('GET /v1/secrets/app/db', spoofed);
      expect([status, headers['www-authenticate'], service]).toEqual([401, ['Bearer realm="secrets"'], undefined]);
      if (proxy.passesBodies) expect(JSON.parse(body)).toMatchObject({ status: 401 });
    });

    test('a token that does not allow it is 403', async () => {
      const { status, body, service } = await ask('GET /v1/secrets/other/db', [bearer]);
      expect([status, service]).toEqual([403, undefined]);
      if (proxy.passesBodies) expect(JSON.parse(body)).toMatchObject({ error: 'insufficient_scope' });
    });

    test('what the client says about the original request counts for nothing', async () => {
      const lies = ['URI: /health', 'Method: GET'].flatMap((lie) => [`X-Original-${lie}`, `X-Forwarded-${lie}`]);
      const { status, service } = await ask('GET /v1/secrets/app/db', lies);
      expect([status, service]).toEqual([401, undefined]);
    });

    test.each([
      ['two Authorization headers', ['Authorization: Bearer a']],
      ['a header that looks like one of the sidecar', ['X_Countersign_Subject: spoofed']],
    ])('%s never let more through', async (_, headers) => {
      const { status, service } = await ask('GET /v1/secrets/app/db', [bearer, ...headers]);
      if (status !== 200) expect([status >= 400 && status < 500, service]).toEqual([true, undefined]);
      else
        expect([headers[0], JSON.stringify(service)]).toEqual([
          'X_Countersign_Subject: spoofed',
          expect.not.stringContaining('spoofed'),
        ]);
    });

    test('a client cannot have the identity dropped on its way', async () => {
      const names = ['X-Countersign-Subject', 'X-Original-URI', 'X-Forwarded-Uri', 'X-Forwarded-Method'];
      const { status, service } = await ask('GET /v1/secrets/app/db', [bearer, `Connection: ${names.join(', ')}`]);
      if (status === 200) expect(service?.headers['x-countersign-subject']).toBe('org:acme/user:ada');
      else expect([status, service]).toEqual([400, undefined]);
    });

    test.each([
      '/health/../v1/secrets/other/db',
      '/health/%2e%2e/v1/secrets/other/db',
      '/health%2f..%2fv1/secrets/other/db',
      '//v1/secrets/app/db',
      '/v1/secrets/app/../other/db',
      '/v1/secrets/app%2f..%2f..%2fother/db',
      '/v1/secrets/app/%252e%252e/db',
      '/v1/secrets/app;/db',
      '/v1/secrets/app\\..\\db',
      '/v1/secrets/app/db%00',
      '/v1/secrets/app//db',
      '/v1/secrets/app/./db',
      '/V1/secrets/app/db',
      'http://other.test//v1/secrets/app/db',
    ])('%s does not reach the service', async (path) => {
      const { status, service } = await ask(`GET ${path}`, [bearer]);
      expect([status >= 400 && status < 500, service]).toEqual([true, undefined]);
    });

    // The last one: it ends the sidecar.
    test('nothing reaches the service where the sidecar is gone', async () => {
      await sidecar.stop();
      for (const [line, headers] of [
        ['GET /v1/secrets/app/db', [bearer]],
        ['GET /health', []],
      ] as const) {
        const { status, service } = await ask(line, headers);
        expect([status >= 500, service]).toEqual([true, undefined]);
      }
    });
  });
}

/** The example with the ports that are free here, each of which it must name. */
function withPorts(example: string, ports: Readonly<Record<number, number>>): string {
  let changed = example;
  for (const [from, to] of Object.entries(ports)) {
    expect(changed).toContain(`:${from}`);
    changed = changed.replaceAll(`:${from}`, `:\u0000${to}`);
  }
  return changed.replaceAll('\u0000', '');
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when something answers there; rejects with what the program said where it ended before. */
async function answering(port: number, child: ChildProcess): Promise<void> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += String(chunk)));
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const event = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (event) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(said);
}
