import type { Before } from '../decision/explain/explain.ts';
import type { CountersignError, Reason } from '../decision/reason.ts';
import { type Stage, stageOf } from '../decision/stage.ts';
import type { KeySet } from '../token/keys/key-set.ts';
import { shown } from '../token/refusal.ts';
import type { UnverifiedToken } from '../token/unverified.ts';

/** The steps of verification, in their order. */
const VERIFICATION: readonly Stage[] = ['size', 'form', 'issuer', 'header', 'key', 'signature', 'times', 'names'];

/** Why a token's journey ended before the rules: a reason, or keys that cannot be had. */
export type Fault = Reason | CountersignError;

/** Each step of verification: passed, failed by this fault, or not reached; `read` is what could be read of the token. */
export function journeyOf(fault: Fault | undefined, read: UnverifiedToken | undefined): Before['steps'] {
  const failed = fault === undefined ? Infinity : VERIFICATION.indexOf(stageOfFault(fault));
  return VERIFICATION.map((name, i) => {
    if (fault !== undefined && i === failed) return { name, status: 'failed', ...toldBy(fault) };
    if (i > failed || (name === 'key' && isUnsigned(fault))) return { name, status: 'not-reached' };
    const actual = read && shown(whatIs(name, read));
    return { name, status: 'passed', ...(actual === undefined ? {} : { actual }) };
  });
}

/** Whether the signature held where verification ended. */
export function isVerified(fault: Fault | undefined): boolean {
  return fault === undefined || VERIFICATION.indexOf(stageOfFault(fault)) > VERIFICATION.indexOf('signature');
}

/** A reason by which the hints can say what keys there are. */
export function withKeys(fault: Reason, { keys }: KeySet): Reason {
  const ids = keys.flatMap(({ kid }) => (kid === undefined ? [] : [kid]));
  return { ...fault, expected: ids.slice(0, MOST_IDS) };
}

const MOST_IDS = 8;

function stageOfFault(fault: Fault): Stage {
  return isReason(fault) ? stageOf(fault) : 'key';
}

export function isReason(fault: Fault): fault is Reason {
  return !(fault instanceof Error);
}

/** A token that nobody signed is refused before its key is looked for. */
function isUnsigned(fault: Fault | undefined): boolean {
  return fault?.code === 'token_malformed' && stageOfFault(fault) === 'signature';
}

function toldBy(fault: Fault): Pick<Before['steps'][number], 'reason' | 'error'> {
  return isReason(fault) ? { reason: fault } : { error: { code: fault.code, message: fault.message } };
}

function whatIs(name: Stage, { unverifiedHeader: header, unverifiedClaims: claims }: UnverifiedToken): unknown {
  const [from, member] = SHOWN[name] ?? [];
  const object = from === 'header' ? header : claims;
  return member !== undefined && Object.hasOwn(object, member) ? object[member] : undefined;
}

const SHOWN: Partial<Record<Stage, readonly ['header' | 'claims', string]>> = {
  issuer: ['claims', 'iss'],
  header: ['header', 'alg'],
  key: ['header', 'kid'],
  times: ['claims', 'exp'],
};
