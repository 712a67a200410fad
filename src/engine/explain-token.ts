import type { Decision } from '../decision/decision.ts';
import { explainWithin } from '../decision/explain/explain.ts';
import type { Explanation } from '../decision/explain/explanation.ts';
import { CountersignError, reason } from '../decision/reason.ts';
import { decodeUnverified, type UnverifiedToken } from '../token/unverified.ts';
import { type Fault, isReason, isVerified, journeyOf, withKeys } from './journey.ts';
import type { TrustState } from './trust-state.ts';

/** Why an engine decides what it does about a token. Plain data; never the token, but what its claims say. */
export interface EngineExplanation extends Omit<Explanation, 'decision'> {
  /** What `authorize` says of the same; absent where the issuer's keys cannot be had: the step `key` holds the error. */
  readonly decision?: Decision;
  /** SHA-256 of the token in hexadecimal. */
  readonly token?: { readonly id: string };
}

/** As `Engine.explain`, by one state at one time. A token that cannot be read leaves no rule to explain. */
export async function explainToken(
  state: TrustState,
  token: unknown,
  request: unknown,
  now: number,
): Promise<EngineExplanation> {
  const fault = await faultOf(state, token, now);
  const decoded = decodeUnverified(token);
  const read = 'reason' in decoded ? undefined : decoded;
  const { decision, rules, ...explanation } = explainWithin(
    state.written(),
    claimed(read),
    request,
    { audiences: state.audiences, now },
    {
      steps: journeyOf(fault && (await knowingKeys(state, fault, read)), read),
      // Without keys no rule decides, as in a refusal; it is not shown.
      ...(fault === undefined ? {} : { refused: isReason(fault) ? fault : reason('key_unknown') }),
      verified: isVerified(fault),
      compiled: state.policy,
    },
  );
  const isDecided = fault === undefined || isReason(fault);
  return { ...(isDecided ? { decision } : {}), ...explanation, rules: read === undefined ? [] : rules };
}

async function faultOf({ verify }: TrustState, token: unknown, now: number): Promise<Fault | undefined> {
  try {
    const verification = await verify(token, now);
    return 'reason' in verification ? verification.reason : undefined;
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'ERR_KEYS_UNAVAILABLE') return error;
    throw error;
  }
}

function claimed(read: UnverifiedToken | undefined): {
  readonly issuer: string;
  readonly claims: UnverifiedToken['unverifiedClaims'];
} {
  const claims = read?.unverifiedClaims ?? {};
  const iss = Object.hasOwn(claims, 'iss') ? claims['iss'] : undefined;
  return { issuer: typeof iss === 'string' ? iss : '', claims };
}

/** Tells of a key that is not published which ones are, where they are at hand still. */
async function knowingKeys({ keys }: TrustState, fault: Fault, read: UnverifiedToken | undefined): Promise<Fault> {
  if (!isReason(fault) || fault.code !== 'key_unknown') return fault;
  try {
    const set = await keys.get(claimed(read).issuer)?.source.keySet({ kid: undefined });
    return set === undefined ? fault : withKeys(fault, set);
  } catch {
    return fault;
  }
}
