import { compilePolicy } from '../decision/compile.ts';
import { decide, type DecisionToken } from '../decision/decide.ts';
import type { Decision, DecisionRequest } from '../decision/decision.ts';
import type { Policy, TrustRule } from '../policy/policy.ts';
import type { Principal } from '../policy/subject/principal.ts';
import { principalUnder, subjectSchemes } from '../policy/subject/schemes.ts';
import type { ClaimValue } from './claim-set.ts';
import type { Word } from './find-word.ts';
import { variableOf } from './glob-expression.ts';
import type { IssuerPart } from './box.ts';
import { requestOf } from './request-set.ts';

/** A token and a request that show what is claimed of a rule. The request says its time. */
export interface Witness {
  readonly token: DecisionToken;
  readonly request: DecisionRequest & { readonly now: number };
}

/** What to make a witness of: one member of every dimension. */
export interface WitnessParts {
  readonly issuer: IssuerPart['issuer'];
  readonly audiences: readonly string[];
  readonly path: string;
  /** By the JSON text of the steps to the claim. */
  readonly claims: ReadonlyMap<string, ClaimValue>;
  readonly now: number;
  readonly request: Word;
}

/** Seconds that a witness token lives beyond its request. */
const LIFETIME = 3600;
/** What a template's claim says where no condition asks anything of it. */
const FILLER = 'x';

/** Makes a witness. Nothing is checked: claims that depend on each other may have come out otherwise. */
export function witnessOf({ issuer, audiences, path, claims, now, request }: WitnessParts): Witness {
  const asked = new Set(
    request
      .map(variableOf)
      .flatMap((variable) => (variable !== undefined && 'claim' in variable ? [variable.claim] : [])),
  );
  const all: Claims = {
    ...Object.fromEntries([...asked].map((name) => [name, FILLER])),
    ...claimsOf(claims),
    ...pathClaims(path, issuer.subject),
    aud: audiences.length === 1 ? audiences[0] : audiences,
    exp: now + LIFETIME,
  };
  const schemes = issuer.subject.map((name) => subjectSchemes.get(name)).filter((scheme) => scheme !== undefined);
  const principal = principalUnder(schemes, all);
  return {
    token: { issuer: issuer.url, claims: all },
    request: { ...requestOf(request, (mark) => filled(mark, principal, all)), now },
  };
}

/** Whether the rule, alone in its policy, gives the witness's request to its token, or takes it away. */
export function confirms({ token, request }: Witness, rule: TrustRule, policy: Policy): boolean {
  const issuers = policy.issuers.filter(({ name }) => rule.when.issuers.includes(name));
  const alone = compilePolicy({ issuers, rules: [{ ...rule, mode: 'enforce' }] });
  return speaks(decide(alone, token, request), rule);
}

/** Whether a rule decided. */
export function speaks({ reasons }: Decision, { id, effect }: TrustRule): boolean {
  const code = effect === 'allow' ? 'rule_matched' : 'denied_by_rule';
  return reasons[0].code === code && reasons.some((reason) => reason.code === code && reason.rule === id);
}

type Claims = Record<string, unknown>;

function claimsOf(values: ReadonlyMap<string, ClaimValue>): Claims {
  const root = new Map<string, unknown>();
  for (const [key, { value }] of values) {
    if (value !== undefined) put(root, JSON.parse(key) as string[], value);
  }
  return plain(root) as Claims;
}

function put(container: Map<string, unknown>, [step = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    container.set(step, value);
    return;
  }
  const known = container.get(step);
  const inner = known instanceof Map ? (known as Map<string, unknown>) : new Map<string, unknown>();
  container.set(step, inner);
  put(inner, rest, value);
}

function plain(value: unknown): unknown {
  return value instanceof Map
    ? Object.fromEntries([...(value as Map<string, unknown>)].map(([name, inner]) => [name, plain(inner)]))
    : value;
}

const CLAIM_OF: ReadonlyMap<string, string> = new Map([
  ['org', 'organization_id'],
  ['prj', 'project_id'],
  ['env', 'environment_id'],
  ['user', 'user_id'],
  ['rnr', 'runner_id'],
  ['sa', 'service_account_id'],
]);

function pathClaims(path: string, schemes: readonly string[]): Claims {
  const isAccount = path.includes('/sa:');
  if (!schemes.includes('gitpod-v3') || (schemes.includes('gitpod') && !isAccount)) return { sub: path };
  const segments = path.split('/').map((segment) => segment.split(':'));
  return Object.fromEntries(segments.map(([kind = '', id]) => [CLAIM_OF.get(kind) ?? kind, id]));
}

function filled(symbol: string, principal: Principal | string, claims: Claims): string {
  const variable = variableOf(symbol);
  if (variable === undefined) return symbol;
  const segments = typeof principal === 'string' ? [] : principal.segments;
  const value =
    'claim' in variable
      ? Object.hasOwn(claims, variable.claim) && claims[variable.claim]
      : segments.find(({ kind }) => kind === variable.segment)?.id;
  return typeof value === 'string' ? value : FILLER;
}
