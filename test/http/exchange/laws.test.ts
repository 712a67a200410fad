/** Whatever the policy: a token permits nothing that the decision does not permit, or that was not asked for. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compilePolicy } from '../../../src/decision/compile.ts';
import { decide } from '../../../src/decision/decide.ts';
import type { Decision } from '../../../src/decision/decision.ts';
import { permits } from '../../../src/decision/permits.ts';
import { accessTokenClaims } from '../../../src/http/exchange/access-token.ts';
import { allowanceOf } from '../../../src/http/exchange/allowance.ts';
import { tokenPermits } from '../../../src/http/exchange/token-permits.ts';
import { policyOf } from '../../engine/policies.ts';
import { NOW, SUB } from './service.ts';
import { runsOf } from '../../runs.ts';

const numRuns = runsOf();

const ACTIONS = ['read', 'write', 're', 'read:all', '*', 're*', '**', 'read*all', 'é', '"'];
const RESOURCES = ['a', 'a/b', 'a/*', 'a/**', '**', '*', 'a*', '${claims.star}/b', '${subject.org}', '${claims.star}'];
const ASKED_ACTIONS = [...ACTIONS, 'reader', 'delete'];
const ASKED_RESOURCES = [undefined, 'a', 'a/b', 'b', 'a/b/c', '*', '**', 'acme', '*/b', 'x/b', '${*}', '${*}/b', 'ab'];

const grant = fc.record(
  {
    actions: fc.uniqueArray(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 3 }),
    resources: fc.uniqueArray(fc.constantFrom(...RESOURCES), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['actions'] },
);
const rules = fc.array(
  fc.record(
    {
      effect: fc.constantFrom('allow', 'allow', 'deny'),
      grants: fc.array(grant, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ['effect', 'grants'] },
  ),
  { minLength: 1, maxLength: 4 },
);
const scopes = fc.option(
  fc.uniqueArray(fc.constantFrom('read', 'write', 're', 'read:all', 'reader', 'delete'), {
    minLength: 1,
    maxLength: 3,
  }),
  { nil: undefined },
);
const claims = { sub: SUB, aud: 'sidecar', exp: NOW + 600, star: '*' };

function decisionBy(drawn: readonly object[]): Decision {
  const policy = policyOf({
    issuers: { gitpod: { url: 'https://issuer.test', subject: 'gitpod', audiences: ['sidecar'] } },
    rules: drawn.map((rule, index) => ({ id: `r${index}`, when: { issuer: 'gitpod' }, ...rule })),
  });
  return decide(compilePolicy(policy), { issuer: 'https://issuer.test', claims }, { now: NOW });
}

const issuedFor = (
  decision: Decision,
  scope: readonly string[] | undefined,
  resource: string | undefined,
): Record<string, unknown> | undefined => {
  const asked = { now: NOW, ...(scope && { scope }), ...(resource === undefined ? {} : { resource }) };
  const allowance = allowanceOf(decision, asked);
  if ('error' in allowance || decision.principal === undefined) return undefined;
  const { principal } = decision;
  const parts = { issuer: 'i', subjectIssuer: 's', principal, audience: 'vault', iat: NOW, exp: NOW + 60, allowance };
  return JSON.parse(JSON.stringify(accessTokenClaims(parts))) as Record<string, unknown>;
};

const isAmong = (scope: readonly string[] | undefined, action: string): boolean => scope?.includes(action) ?? true;

const requests = ASKED_ACTIONS.flatMap((action) =>
  ASKED_RESOURCES.map((resource) => ({ action, ...(resource === undefined ? {} : { resource }) })),
);

describe('for every policy, what a token permits', () => {
  test('the decision permits, was asked for, and is on the named resource', () => {
    let issued = 0;
    let permitted = 0;
    fc.assert(
      fc.property(rules, scopes, fc.constantFrom(...ASKED_RESOURCES), (drawn, scope, resource) => {
        const decision = decisionBy(drawn);
        fc.pre(decision.effect === 'allow');
        const token = issuedFor(decision, scope, resource);
        if (token === undefined) return;
        issued += 1;
        for (const request of requests) {
          if (!tokenPermits(token, request, NOW)) continue;
          permitted += 1;
          expect({ request, permitted: permits(decision, request, NOW) }).toEqual({ request, permitted: true });
          expect(isAmong(scope, request.action)).toBe(true);
          if (resource !== undefined) expect(request.resource).toBe(resource);
        }
      }),
      { numRuns },
    );
    expect(Math.min(issued, permitted)).toBeGreaterThan(numRuns / 10 - 5);
  });

  test('is all that the decision permits of what was asked', () => {
    fc.assert(
      fc.property(rules, scopes, (drawn, scope) => {
        const decision = decisionBy(drawn);
        fc.pre(decision.effect === 'allow');
        const token = issuedFor(decision, scope, undefined);
        if (token === undefined) return;
        const missing = requests.filter(
          (request) =>
            isAmong(scope, request.action) && permits(decision, request, NOW) && !tokenPermits(token, request, NOW),
        );
        expect(missing).toEqual([]);
      }),
      { numRuns },
    );
  });

  test('its scopes permit without a resource, whatever else is read of it', () => {
    fc.assert(
      fc.property(rules, scopes, (drawn, scope) => {
        const decision = decisionBy(drawn);
        fc.pre(decision.effect === 'allow');
        const token = issuedFor(decision, scope, undefined);
        const listed = String(token?.['scope'] ?? '').split(' ').filter((action) => action !== '');
        for (const action of listed) {
          expect(action).not.toContain('*');
          expect(permits(decision, { action }, NOW)).toBe(true);
          for (const resource of ASKED_RESOURCES) {
            const denying = { ...decision, grants: [{ actions: [action], resources: ['**'], rule: 'x' }] };
            if (resource !== undefined) expect(permits(denying, { action, resource }, NOW)).toBe(true);
          }
        }
      }),
      { numRuns },
    );
  }); // prettier-ignore
});

describe('a token that cannot be understood permits nothing', () => {
  const good = { exp: NOW + 60, scope: 'read' };
  test.each<[name: string, claims: object]>([
    ['without exp', { exp: undefined }],
    ['that has expired', { exp: NOW }],
    ['with a scope that is a list', { scope: ['read'] }],
    ['with details that are no list', { authorization_details: {} }],
    ['with a detail of another type', { authorization_details: [{ type: 'other', actions: ['write'] }] }],
    ['with a detail without actions', { authorization_details: [{ type: 'countersign_denial' }] }],
    ['with resources that are no list', { authorization_details: [{ type: 'countersign_denial', actions: ['x'], resources: 'y' }] }],
    ['with a resource that is none', { resource: 5 }],
    ['with a resource, and details', { resource: 'a', authorization_details: [{ type: 'countersign_grant', actions: ['read'] }] }],
  ])('%s', (_, claims) => {
    expect(tokenPermits(good, { action: 'read' }, NOW)).toBe(true);
    expect(tokenPermits({ ...good, ...claims }, { action: 'read' }, NOW)).toBe(false);
    expect(tokenPermits({ ...good, ...claims }, { action: 'read', resource: 'a' }, NOW)).toBe(false);
  }); // prettier-ignore
});
