import { afterAll } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestIssuer } from '../../../src/idp/testing.ts';
import { collect, ended } from '../../cli/cli.ts';
import { directoryOf } from '../../files/directory.ts';
import { publishIssuer } from '../../http/published-issuer.ts';
import { root, text } from '../../repository/repository.ts';

const EXAMPLE = 'examples/secret-service';

export const ORG = 'org:0191e223-1c3c-7607-badf-303c98b52d2f';
export const ENVIRONMENT = `${ORG}/prj:payments/env:e1`;
export const OPERATOR = `${ORG}/user:019527e4-75d5-704d-a5a4-a2b52cf56200`;
export const AUDIENCE = 'https://secrets.example.com';
export const MASTER_KEY: string = Buffer.alloc(32, 7).toString('base64');

/** A directory with the example's own policies, under the given issuer, and a master key. */
export async function placeFor({ url }: Pick<TestIssuer, 'url'>): Promise<string> {
  const place = await directoryOf({
    'policies/issuers.yaml': text(`${EXAMPLE}/policies/issuers.yaml`).replace('https://app.gitpod.io', url),
    'policies/secrets.yaml': text(`${EXAMPLE}/policies/secrets.yaml`),
    'master.key': MASTER_KEY,
  });
  await chmod(join(place, 'master.key'), 0o600);
  return place;
}

export interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when standard error matches. */
  heard(line: RegExp): Promise<void>;
  /** Resolves to the exit code. */
  stop(): Promise<number | null>;
}

export type Issuer = Awaited<ReturnType<typeof publishIssuer>>;

const running = new Set<ChildProcess>();
const issuers: Issuer[] = [];

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(issuers.map((issuer) => issuer.close()));
});

/** An issuer on loopback, until the test or its file ends. */
export async function openIssuer(): Promise<Issuer> {
  const issuer = await publishIssuer();
  issuers.push(issuer);
  return issuer;
}

export interface Starting {
  /** A program that serves as the example's own does. */
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the service in a place, on a free port. Rejects with what it said where it does not serve. */
export async function serveIn(place: string, starting: Starting = {}): Promise<Running> {
  const child = launch(place, starting);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const end = ended(child);
  const heard = async (line: RegExp): Promise<void> => {
    await whenHeard(child, line, stderr);
  };
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return end;
  };
  await heard(/"listening"/);
  const [, url = ''] = /"url":"([^"]+)"/.exec(stderr()) ?? [];
  return { child, url, port: Number(new URL(url).port), stdout, stderr, heard, stop };
}

/** Resolves when what a program says on standard error matches, and rejects with it where the program ends before. */
export function whenHeard(
  child: ChildProcess,
  line: RegExp,
  said: () => string = collect(child.stderr),
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = line.exec(said());
      if (found !== null) resolve(found);
    };
    look();
    child.stderr?.on('data', look);
    child.once('close', () => reject(new Error(said())));
  });
}

/** Starts it where it is not to serve. */
export async function refusedIn(
  place: string,
  starting: Starting = {},
): Promise<{ code: number | null; said: string }> {
  const child = launch(place, starting);
  const said = collect(child.stderr);
  return { code: await ended(child), said: said() };
}

function launch(place: string, { program = `${EXAMPLE}/server.js`, env = {} }: Starting): ChildProcess {
  const child = spawn(process.execPath, [join(root, program), 'policies'], {
    cwd: place,
    env: { PATH: process.env['PATH'], PORT: '0', SECRETS_KEY_FILE: 'master.key', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

type Json = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

export interface Ask {
  readonly token?: string;
  readonly body?: string;
  readonly type?: string;
}

export async function ask({ url }: Running, method: string, path: string, asked: Ask = {}): Promise<Answer> {
  const { token, body, type = 'application/json' } = asked;
  const response = await fetch(`${url}/v1/${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': type }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === '' ? undefined : JSON.parse(text) };
}

export async function login(service: Running, token: string): Promise<string> {
  const { status, body } = await ask(service, 'POST', 'login', { token });
  if (status !== 200) throw new Error(`login: ${status}`);
  return body.token;
}

export const put = (service: Running, path: string, token: string, value: string): Promise<Answer> =>
  ask(service, 'PUT', path, { token, body: JSON.stringify({ value }) });

export const auditOf = ({ stdout }: Running): Json[] =>
  stdout()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
