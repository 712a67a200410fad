import { describe, expect, test } from '@jest/globals';
import { compileGrant, reviveGrant } from '../../src/decision/grant.ts';

const principal = {
  kind: 'user',
  path: 'org:A/user:U',
  segments: [{ kind: 'org', id: 'A' }, { kind: 'user', id: 'U' }],
}; // prettier-ignore

describe('a grant', () => {
  const all = [undefined, 'a', 'A/b', 'b/c', 'x'];
  test.each<[effect: 'allow' | 'deny', resources: string[] | undefined, covered: (string | undefined)[]]>([
    ['allow', undefined, [undefined]],
    ['deny', undefined, all],
    ['allow', ['a', 'b/*'], ['a', 'b/c']],
    ['deny', ['a', 'b/*'], ['a', 'b/c']],
    ['allow', ['${subject.org}/*', 'a'], ['a', 'A/b']],
    ['deny', ['${subject.org}/*', 'a'], ['a', 'A/b']],
    ['allow', ['${subject.project}/*', 'a'], ['a']],
    ['deny', ['${subject.project}/*', 'a'], ['a', 'A/b', 'b/c', 'x']],
    ['allow', ['${claims.t}'], ['x']],
  ])('of %s on %j covers %j', (effect, resources, covered) => {
    const pattern = { actions: ['read'], ...(resources === undefined ? {} : { resources }) };
    const { grant, covers } = compileGrant(pattern, effect, 'r')(principal, { t: 'x' })!;
    expect(all.filter((resource) => covers('read', resource))).toEqual(covered);
    expect(all.filter((resource) => covers('write', resource))).toEqual([]);
    const revived = reviveGrant(grant, effect);
    expect(all.filter((resource) => revived.covers('read', resource))).toEqual(covered);
    expect([grant, grant.actions, grant.resources].map(Object.isFrozen)).toEqual([true, true, true]);
  });

  test('of which nothing can be filled in gives nothing', () => {
    expect(
      compileGrant({ actions: ['read'], resources: ['${subject.project}'] }, 'allow', 'r')(principal, {}),
    ).toBeUndefined();
  });

  test('is filled in once where it has no template', () => {
    for (const resources of [undefined, ['a', 'b/*']]) {
      const grant = compileGrant({ actions: ['read'], ...(resources && { resources }) }, 'allow', 'r');
      expect(grant(principal, {})).toBe(grant(principal, {}));
    }
  });

  test('with a template that no parser would let pass is refused', () => {
    const compile = (): unknown => compileGrant({ actions: ['read'], resources: ['${subject'] }, 'allow', 'r');
    expect(compile).toThrow(new TypeError('compilePolicy takes a policy that parsePolicy returned'));
  });
});
