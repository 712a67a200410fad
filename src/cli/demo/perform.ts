import type { Decision } from '../../decision/decision.ts';
import { createEngine, type Engine } from '../../engine/engine.ts';
import { fetchVia } from '../../idp/fetch-via.ts';
import { mintToken } from '../../idp/mint.ts';
import { gitpodClaims } from '../../idp/principal-claims.ts';
import { serveIssuer } from '../../idp/serve.ts';
import { generateSigningKey, type SigningKey } from '../../idp/signing-key.ts';
import type { Policy } from '../../policy/policy.ts';
import { AUDIENCE, ISSUER, type Role } from './cast.ts';

/** What was decided about one role. */
export interface Scene {
  readonly role: Role;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly decision: Decision;
}

export interface Performance {
  /** Where the development issuer listened. */
  readonly url: string;
  readonly scenes: readonly Scene[];
}

/**
 * Plays all roles: an issuer on loopback with a key of its own, one engine that finds its keys by discovery, a signed
 * token for each role. Nothing leaves this machine.
 */
export async function perform(policy: Policy, roles: readonly Role[]): Promise<Performance> {
  const { key } = await generateSigningKey('k0', 'RS256');
  const issuer = await serveIssuer({ key, issuerUrl: ISSUER });
  try {
    const now = Math.floor(Date.now() / 1000);
    const engine = await createEngine({
      policies: policy,
      audience: AUDIENCE,
      clock: () => now,
      fetch: fetchVia({ [ISSUER]: issuer.url }),
    });
    const scenes: Scene[] = [];
    for (const role of roles) scenes.push(await play(role, { engine, key, now }));
    return { url: issuer.url, scenes };
  } finally {
    await issuer.close();
  }
}

async function play(
  role: Role,
  { engine, key, now }: { engine: Engine; key: SigningKey; now: number },
): Promise<Scene> {
  const claims = gitpodClaims({ ...role.token, issuer: ISSUER, now: now + (role.issuedIn ?? 0) });
  const decision = await engine.authorize(await mintToken(claims, key), role.request);
  return { role, claims, decision };
}

/** Whether a decision is the one its role expects. */
export function isAsExpected({ role: { expected }, decision: { effect, reasons } }: Scene): boolean {
  const [{ code, rule }] = reasons;
  return effect === expected.effect && code === expected.code && (expected.rule ?? rule) === rule;
}
