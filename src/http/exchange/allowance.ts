import type { Decision, Grant } from '../../decision/decision.ts';
import { permits } from '../../decision/permits.ts';
import { compileGlob } from '../../policy/glob/glob.ts';
import { type OAuthRefusal, refused } from './oauth-answer.ts';
import { isScopeToken } from './request.ts';

/** What a token allows: never more than a decision permits, nor than was asked. */
export interface Allowance {
  /** Actions that go where no resource is named; with `resource`, actions on that one alone. */
  readonly scope: readonly string[];
  /** The resource that the whole token is limited to. */
  readonly resource?: string;
  readonly grants: readonly GrantDetail[];
  readonly denied: readonly GrantDetail[];
}

/** As a `Grant` of a decision, without the rule. */
export type GrantDetail = Omit<Grant, 'rule'>;

/** What a request asks of a decision for plain access. */
export interface Asked {
  readonly scope?: readonly string[];
  readonly resource?: string;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Narrows a decision to what was asked. An action that is asked for and not permitted is refused, not left out. */
export function allowanceOf(decision: Decision, asked: Asked): Allowance | OAuthRefusal {
  return asked.resource === undefined
    ? anywhere(narrowed(decision, asked.scope), asked.scope)
    : onResource(decision, asked.resource, asked);
}

function onResource(decision: Decision, resource: string, { scope, now }: Asked): Allowance | OAuthRefusal {
  const candidates = scope ?? [...new Set(decision.grants.flatMap(({ actions }) => actions.filter(isScopeToken)))];
  const permitted = candidates.filter((action) => permits(decision, { action, resource }, now));
  if (scope !== undefined && permitted.length < scope.length) return scopeExceeded();
  if (permitted.length === 0) return refused('invalid_target', 'No token is issued for this resource');
  return { scope: permitted, resource, grants: [], denied: [] };
}

type Grants = Pick<Allowance, 'grants' | 'denied'>;

/** What a decision grants and denies of the actions asked for; all of it where none are. */
function narrowed({ grants, denied }: Decision, scope: readonly string[] | undefined): Grants {
  const narrow = (list: readonly Grant[]): readonly GrantDetail[] =>
    list
      .map(({ actions, resources }) => ({
        actions: scope === undefined ? actions : scope.filter((action) => isNamed(actions, action)),
        ...(resources === undefined ? {} : { resources }),
      }))
      .filter(({ actions }) => actions.length > 0);
  return { grants: narrow(grants), denied: narrow(denied) };
}

/**
 * An action is a scope only where its grant has no resources and no deny touches it: who reads scopes alone must not
 * take it for more. Everything else, and all that is denied, is told in detail.
 */
function anywhere({ grants, denied }: Grants, asked: readonly string[] | undefined): Allowance | OAuthRefusal {
  const isGiven = (action: string): boolean =>
    grants.some(({ actions }) => actions.includes(action)) &&
    !denied.some(({ actions, resources }) => resources === undefined && actions.includes(action));
  if (asked?.every(isGiven) === false) return scopeExceeded();
  const isScope = (action: string): boolean =>
    isScopeToken(action) && !denied.some(({ actions }) => isNamed(actions, action));
  const plain = grants.filter(({ resources }) => resources === undefined).flatMap(({ actions }) => actions);
  const detailed = grants
    .map((grant) => (grant.resources === undefined ? without(grant, isScope) : grant))
    .filter(({ actions }) => actions.length > 0);
  return { scope: [...new Set(plain.filter(isScope))], grants: detailed, denied };
}

function without(grant: GrantDetail, leftOut: (action: string) => boolean): GrantDetail {
  return { ...grant, actions: grant.actions.filter((action) => !leftOut(action)) };
}

function isNamed(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => compileGlob(pattern).matches(action));
}

function scopeExceeded(): OAuthRefusal {
  return refused('invalid_scope', 'The scope exceeds what is granted');
}
