import { join } from 'node:path';
import { stringify } from 'yaml';
import { createTestIssuer, type TestClaims, type TestIssuer } from '../../../src/idp/testing.ts';
import { directoryOf } from '../../files/directory.ts';
import { collect, ended, start, type Surroundings } from '../../cli/cli.ts';

export const AUDIENCE = 'https://secrets.test';

export const SERVE = `version: 1
realm: secrets
forwardAuth:
  routes:
    - path: /v1/secrets/{path+}
      methods: { GET: read, PUT: write }
      resource: secret/{path}
      public: [OPTIONS]
    - path: /health
      public: [GET]
`;

/** A policy that lets org:acme read and write below secret/app, under its issuer's keys. */
export function policyOf(issuer: TestIssuer, more: object = {}): string {
  return stringify({
    version: 1,
    issuers: { shop: { url: issuer.url, subject: 'gitpod', audiences: [AUDIENCE], jwks: issuer.keys } },
    rules: [
      {
        id: 'acme-app',
        effect: 'allow',
        when: { issuer: 'shop', subject: 'org:acme' },
        grants: [{ actions: ['read', 'write'], resources: ['secret/app/**'] }],
      },
    ],
    ...more,
  });
}

export interface Shop {
  readonly directory: string;
  readonly issuer: TestIssuer;
  token(claims?: TestClaims): Promise<string>;
}

/** A directory with `policies/` and a configuration, and an issuer whose tokens they allow. */
export async function shopOf(files: Readonly<Record<string, string>> = {}): Promise<Shop> {
  const issuer = await createTestIssuer({ algorithm: 'ES256' });
  const directory = await directoryOf({
    'policies/trust.yaml': policyOf(issuer),
    'countersign.serve.yaml': SERVE,
    ...files,
  });
  const token = (claims: TestClaims = {}): Promise<string> =>
    issuer.token({ sub: 'org:acme/user:ada', aud: AUDIENCE, ...claims });
  return { directory, issuer, token };
}

export interface Serving {
  /** `http://127.0.0.1:<port>`, or `unix:…`. */
  readonly url: string;
  readonly operations: string;
  readonly pid: number;
  readonly stderr: () => string;
  /** The decision log so far. */
  readonly stdout: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves to the exit code. */
  readonly end: Promise<number | null>;
  /** Resolves when a line that matches was written, from the beginning on. */
  heard(line: RegExp): Promise<void>;
  stop(): Promise<number | null>;
}

/** Serves on free ports of loopback until the test ends it. */
export async function serve(args: readonly string[], surroundings: Surroundings = {}): Promise<Serving> {
  const free = (flag: string): string[] => (args.includes(flag) ? [] : [flag, '127.0.0.1:0']);
  const child = start(['serve', ...args, ...free('--listen'), ...free('--operations')], surroundings);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const end = ended(child);
  const heard = (line: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (line.test(stderr())) resolve();
      };
      look();
      child.stderr?.on('data', look);
      child.once('close', () => reject(new Error(stderr())));
    });
  await heard(/forward auth .*\n/);
  const [, url = '', operations = ''] = /serving (\S+)\n +operations +(\S+)\n/.exec(stderr()) ?? [];
  const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
  const stop = (): Promise<number | null> => {
    kill('SIGTERM');
    return end;
  };
  return { url, operations, pid: child.pid ?? 0, stdout, stderr, kill, end, heard, stop };
}

export const inside = ({ directory }: Shop, path: string): string => join(directory, path);
