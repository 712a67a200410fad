import type { Grant } from '../../decision/decision.ts';
import { permits } from '../../decision/permits.ts';
import { writePattern } from '../../policy/glob/template.ts';
import { DENIAL_DETAIL, GRANT_DETAIL } from './access-token.ts';

type Claims = Readonly<Record<string, unknown>>;

/**
 * Asks the verified claims of an issued token as `permits` asks a decision. Verify the token first, its `aud` included.
 * False for whatever the token does not say, and for all of it where a part cannot be understood.
 */
export function tokenPermits(
  claims: Claims,
  request: { readonly action?: string; readonly resource?: string },
  now: number = Date.now() / 1000,
): boolean {
  const { exp, scope = '', resource, authorization_details: details = [] } = claims;
  if (typeof exp !== 'number' || typeof scope !== 'string' || !Array.isArray(details)) return false;
  // A token that is limited to one resource gives its actions on that one, and nothing in detail.
  if (resource !== undefined && (typeof resource !== 'string' || details.length > 0)) return false;
  const read = details.map(readDetail);
  if (read.includes(undefined)) return false;
  const grants = read.filter((detail) => detail !== undefined);
  const scopes = { actions: scope.split(' ').filter((action) => action !== ''), rule: 'scope' };
  const decision = {
    effect: 'allow' as const,
    reasons: [{ code: 'rule_matched' as const, message: '' }] as const,
    grants: [
      resource === undefined ? scopes : { ...scopes, resources: [literally(resource)] },
      ...grants.filter(({ type }) => type === GRANT_DETAIL),
    ],
    denied: grants.filter(({ type }) => type === DENIAL_DETAIL),
    expiresAt: exp,
    policy: { digest: '' },
  };
  return permits(decision, request, now);
}

function literally(resource: string): string {
  return writePattern(resource.split('/').map((literal) => ({ literal })));
}

function readDetail(detail: unknown): (Grant & { readonly type: string }) | undefined {
  if (typeof detail !== 'object' || detail === null) return undefined;
  const { type, actions, resources } = detail as Claims;
  if (type !== GRANT_DETAIL && type !== DENIAL_DETAIL) return undefined;
  if (!isTexts(actions) || (resources !== undefined && !isTexts(resources))) return undefined;
  return { type, actions, rule: type, ...(resources === undefined ? {} : { resources }) };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
