import { join } from 'node:path';
import { mintToken } from '../../src/idp/mint.ts';
import { gitpodClaims, type GitpodClaimsOptions } from '../../src/idp/principal-claims.ts';
import { generateSigningKey, type SigningKey } from '../../src/idp/signing-key.ts';
import { directoryOf } from '../files/directory.ts';

export const AUDIENCE = 'https://secrets.example.com';

/** When the tokens of these tests are issued, and what `--at` says. */
export const NOW = 1_800_000_000;
export const AT = '2027-01-15T08:00:00Z';

export const POLICY = `version: 1
issuers:
  gitpod:
    url: https://app.gitpod.io
    subject: gitpod
    audiences: [${AUDIENCE}]
rules:
  - id: payments-read
    effect: allow
    when:
      issuer: gitpod
      subject: org:acme/prj:payments
      claims:
        team: payments
    grants:
      - actions: [read, list]
        resources: ["secret/payments/**"]
    ttl: 15m
  - id: no-root
    effect: deny
    when:
      issuer: gitpod
    grants:
      - actions: ["*"]
        resources: ["secret/*/root"]
  - id: trial
    effect: allow
    mode: audit
    when:
      issuer: gitpod
      subject: org:acme
    grants:
      - actions: [write]
`;

export interface Fixture {
  /** Holds `policies/trust.yaml`, `jwks.json` and `token`. */
  readonly directory: string;
  readonly key: SigningKey;
  readonly token: string;
  mint(options?: Partial<GitpodClaimsOptions>): Promise<string>;
}

export async function fixture(files: Readonly<Record<string, string>> = {}): Promise<Fixture> {
  const { key } = await generateSigningKey('k0', 'RS256');
  const mint = (options: Partial<GitpodClaimsOptions> = {}): Promise<string> =>
    mintToken(
      gitpodClaims({
        issuer: 'https://app.gitpod.io',
        audience: [AUDIENCE],
        organization: 'acme',
        ...(options.user === undefined ? { project: 'payments', environment: 'e1' } : {}),
        extra: { team: 'payments' },
        now: NOW,
        version: 'v1',
        ...options,
      }),
      key,
    );
  const token = await mint();
  const directory = await directoryOf({
    'policies/trust.yaml': POLICY,
    'jwks.json': JSON.stringify({ keys: [key.publicJwk] }),
    token: `${token}\n`,
    ...files,
  });
  return { directory, key, token, mint };
}

export const inside = ({ directory }: Fixture, path: string): string => join(directory, path);
