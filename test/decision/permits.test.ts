import { describe, expect, test } from '@jest/globals';
import type { Decision } from '../../src/decision/decision.ts';
import { permits } from '../../src/decision/permits.ts';
import { reason } from '../../src/decision/reason.ts';

const NOW = 1_767_225_600;
const allow: Decision = {
  effect: 'allow',
  reasons: [reason('rule_matched', { rule: 'r' })],
  grants: [
    { actions: ['read'], resources: ['s/**'], rule: 'r' },
    { actions: ['ping', 'list'], rule: 'r' },
  ],
  denied: [
    { actions: ['read'], resources: ['s/root'], rule: 'd' },
    { actions: ['list'], rule: 'd' },
    { actions: ['*'], resources: ['t'], rule: 'd' },
  ],
  expiresAt: NOW + 10,
  policy: { digest: 'd' },
};

describe('a decision permits', () => {
  test.each<[what: string, request: object | undefined, permitted: boolean]>([
    ['plain access', {}, true],
    ['plain access, where nothing is said', undefined, true],
    ['what a grant covers', { action: 'read', resource: 's/a' }, true],
    ['an action without a resource', { action: 'ping' }, true],
    ['no resource by a grant that names none', { action: 'ping', resource: 's/a' }, false],
    ['nothing that was denied', { action: 'read', resource: 's/root' }, false],
    ['nothing that was denied everywhere', { action: 'list' }, false],
    ['nothing that no grant covers', { action: 'write', resource: 's/a' }, false],
    ['no question of an audience', { audience: 'x' }, false],
    ['no question of another time', { now: NOW }, false],
    ['no question that is none', { resource: 's/a' }, false],
  ])('%s', (_, request, permitted) => {
    expect(permits(allow, request, NOW)).toBe(permitted);
  });

  test('a denied action, even where a grant for resources of it stands', () => {
    const both: Decision = { ...allow, grants: [{ actions: ['list'], resources: ['**'], rule: 'r' }] };
    expect(permits(both, { action: 'list', resource: 'a' }, NOW)).toBe(false);
    expect(permits({ ...both, denied: [] }, { action: 'list', resource: 'a' }, NOW)).toBe(true);
  });

  test('nothing where it is a deny, whenever it expires and whatever it lists', () => {
    expect(permits({ ...allow, effect: 'deny' }, {}, NOW)).toBe(false);
    expect(permits({ ...allow, effect: 'deny' }, { action: 'ping' }, NOW)).toBe(false);
  });

  test('something until it expires, and nothing from then on', () => {
    expect(permits(allow, {}, NOW + 9.9)).toBe(true);
    expect(permits(allow, {}, NOW + 10)).toBe(false);
    expect(permits(allow, {}, Number.NaN)).toBe(false);
  });

  test('by the clock, in seconds, where no time is given', () => {
    const now = Date.now() / 1000;
    expect(permits({ ...allow, expiresAt: now + 600 })).toBe(true);
    expect(permits({ ...allow, expiresAt: now - 1 })).toBe(false);
  });
});
