import { expect, test } from '@jest/globals';
import { grantHints } from '../../../../src/decision/explain/hints/grant.ts';
import type { TrustRule } from '../../../../src/policy/policy.ts';
import { bare } from '../facts.ts';

interface Written {
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
}

/** The hints where a rule grants this, and a grant with a template is one that cannot be filled in. */
function hintsOf(grants: readonly Written[] | undefined, request: { action: string; resource?: string }, effect = 'allow'): readonly object[] {
  const asked = (grants ?? []).map((grant) => ({
    covers: false,
    grant: grant.resources?.some((resource) => resource.includes('$')) ? undefined : grant,
  }));
  return bare(grantHints({ grants, effect } as unknown as TrustRule, asked, request));
} // prettier-ignore

const reading = (...resources: string[]): Written => ({ actions: ['read', 'list'], resources });
const on = (resource: string, action = 'read'): { action: string; resource: string } => ({ action, resource });
const unfilled = { code: 'template-unfilled', expected: 'secret/${claims.unit}/*' };
const far = Array.from({ length: 63 }, (_, i) => `far/away/place-${String(i)}`);
const db = 'secret/payments/db';
const byCase = { code: 'case-differs', expected: 'secret/Payments/*', actual: db };

const rows: readonly (readonly [says: string, Written[] | undefined, { action: string; resource?: string }, hints: object[]])[] = [
  ['no grants', undefined, on(db), [{ code: 'no-grants' }]],
  ['an action', [reading('*')], on(db, 'destroy'), [{ code: 'action-not-granted', expected: ['read', 'list'], actual: 'destroy' }]],
  ['an action once', [reading('a'), reading('b')], on(db, 'drop'), [{ code: 'action-not-granted', expected: ['read', 'list'], actual: 'drop' }]],
  ['a misspelt action', [reading('*')], on(db, 'raed'), [{ code: 'nearly-the-same', expected: 'read', actual: 'raed' }]],
  ['a resource that is not named', [reading('a/*', 'b')], { action: 'list' }, [{ code: 'resource-needed', expected: 'a/*' }]],
  ['a segment', [reading('secret/*')], on(db), [{ code: 'one-segment-more', expected: 'secret/*', actual: db }]],
  ['case', [reading('other', 'secret/Payments/*')], on(db, 'list'), [byCase]],
  ['case in the resource', [reading('secret/payments/*')], on('secret/Payments/db'), [{ code: 'case-differs', expected: 'secret/payments/*', actual: 'secret/Payments/db' }]],
  ['the nearest alone', [reading('secret/Payments/*', 'secret/payments/dbs')], on(db), [byCase]],
  ['a misspelt resource', [reading('secret/paymetns/db')], on(db), [{ code: 'nearly-the-same', expected: 'secret/paymetns/db', actual: db }]],
  ['a template', [reading('secret/${claims.unit}/*')], on(db), [unfilled]],
  ['a template beside what is far', [reading('far/away'), reading('secret/${claims.unit}/*')], on(db), [unfilled]],
  ['a template of another action', [{ actions: ['drop'], resources: ['secret/${claims.unit}/*'] }], on(db), [unfilled]],
  ['nothing that is far', [reading('deploys/of/others')], on(db), []],
  ['nothing of a grant without resources', [{ actions: ['read'] }], on(db), []],
  ['the 64th pattern', [reading(...far, 'secret/Payments/*')], on(db), [byCase]],
  ['no 65th pattern', [reading(...far, 'far', 'secret/Payments/*')], on(db), []],
]; // prettier-ignore

test.each(rows)('hints at %s', (_, grants, request, hints) => {
  expect(hintsOf(grants, request)).toEqual(hints);
});

test('has no hint for what a deny does not take away', () => {
  expect(hintsOf([reading('*')], on(db, 'destroy'), 'deny')).toEqual([]);
});
