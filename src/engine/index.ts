/** `countersign`: the engine, for services that embed it. */
export { CountersignError, type ErrorCode, type Reason, type ReasonCode, statusOf } from '../decision/reason.ts';
export type { Decision, Effect, Grant, Outcome, Principal } from '../decision/decision.ts';
export type { ConditionExplanation, RuleExplanation, Step } from '../decision/explain/explanation.ts';
export type { Hint, HintCode } from '../decision/explain/hints/hint.ts';
export type { Stage } from '../decision/stage.ts';
export { permits } from '../decision/permits.ts';
export type { Diagnostic } from '../policy/diagnostic.ts';
export type { KeySet, VerificationKey } from '../token/keys/key-set.ts';
export type { KeySource, WantedKey } from '../token/keys/key-source.ts';
export type { VerificationMode } from '../token/signature.ts';
export { type AuthorizeRequest, createEngine, type Engine, type Readiness, type ReloadReport } from './engine.ts';
export type { EngineEvent, OnEngineEvent } from './events.ts';
export type { EngineExplanation } from './explain-token.ts';
export type { EngineOptions, JsonWebKeySet, Logger } from './options.ts';
export type { IssuerReadiness } from './readiness.ts';
