import type { CompiledPolicy } from '../decision/compile.ts';
import { expiresAt, type Judgement, judgeWithin } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import { freezeWithin, type JsonObject } from '../token/json.ts';
import type { VerifiedToken } from '../token/verify.ts';

/** Estimated bytes that are remembered at the most. */
const MOST_BYTES = 16 * 1024 * 1024;
/** An allow of more bytes would push out too many others. */
const LARGEST = 64 * 1024;
const LONGEST_REQUEST = 512;
const NAMES: readonly string[] = ['audience', 'action', 'resource'];

/** Decides under one policy for one service. What it remembers dies with the policy and with the verified token. */
export class Decisions {
  readonly #policy: CompiledPolicy;
  readonly #audiences: readonly string[];
  readonly #remembers: boolean;
  #allows = new WeakMap<JsonObject, Map<string, Judgement>>();
  #bytes = 0;

  /** `remembers`: whether the same token comes with the very same claims each time. */
  constructor(policy: CompiledPolicy, audiences: readonly string[], remembers: boolean) {
    this.#policy = policy;
    this.#audiences = audiences;
    this.#remembers = remembers;
  }

  /**
   * As `decideWithin`. An allow on which the time has no bearing is given again for the same token and request, dated
   * anew; denials and whatever else depends on the time are decided each time.
   */
  decide(token: VerifiedToken, request: unknown, now: number): Decision {
    const asked = this.#remembers ? plainRequest(request) : undefined;
    if (asked === undefined) return this.#judge(token, request, now).decision;
    const key = keyOf(asked);
    const known = this.#allows.get(token.claims)?.get(key);
    if (known?.lasts !== undefined) return { ...known.decision, expiresAt: expiresAt(known.lasts, now) };
    const judgement = this.#judge(token, asked, now);
    if (judgement.lasts !== undefined && key.length <= LONGEST_REQUEST) {
      this.#remember(token.claims, key, judgement);
    }
    return judgement.decision;
  }

  #judge(token: VerifiedToken, request: unknown, now: number): Judgement {
    return judgeWithin(this.#policy, token, request, { audiences: this.#audiences, now });
  }

  /** Frozen, since it is shared. Where it would be too much, all are forgotten. */
  #remember(claims: JsonObject, key: string, judgement: Judgement): void {
    const bytes = 2 * key.length + bytesOf(judgement.decision);
    if (bytes > LARGEST) return;
    if (this.#bytes + bytes > MOST_BYTES) {
      this.#allows = new WeakMap();
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    freezeWithin(judgement.decision, Infinity, Infinity);
    const allows = this.#allows.get(claims) ?? new Map<string, Judgement>();
    this.#allows.set(claims, allows.set(key, judgement));
  }
}

/** What it shares with the policy is not counted; what a template filled in is. */
function bytesOf({ reasons, grants, denied, enforced }: Decision): number {
  const parts = reasons.length + grants.length + denied.length;
  return 768 + 128 * (parts + (enforced === undefined ? 0 : enforced.grants.length + enforced.denied.length));
}

type PlainRequest = Readonly<Partial<Record<'audience' | 'action' | 'resource', string>>>;

/** Each member read once, so that what is remembered is what was decided; `undefined` for what no key can be made of. */
function plainRequest(request: unknown): PlainRequest | undefined {
  if (request === undefined) return {};
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return undefined;
  for (const name of Object.keys(request)) if (!NAMES.includes(name)) return undefined;
  const { audience, action, resource } = request as Readonly<Record<string, unknown>>;
  return isTextOrNone(audience) && isTextOrNone(action) && isTextOrNone(resource)
    ? {
        ...(audience === undefined ? {} : { audience }),
        ...(action === undefined ? {} : { action }),
        ...(resource === undefined ? {} : { resource }),
      }
    : undefined;
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

/** One text for each request: lengths first, so that no two share one. */
function keyOf({ audience, action, resource }: PlainRequest): string {
  return `${lengthOf(audience)},${lengthOf(action)},${lengthOf(resource)}:${audience ?? ''}${action ?? ''}${resource ?? ''}`;
}

function lengthOf(text: string | undefined): string {
  return text === undefined ? '-' : String(text.length);
}
