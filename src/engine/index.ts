/** `countersign`: the engine, for services that embed it. */
export { CountersignError, type ErrorCode, type Reason, type ReasonCode, statusOf } from '../decision/reason.ts';
export type { Decision, Effect, Grant, Outcome, Principal } from '../decision/decision.ts';
export { permits } from '../decision/permits.ts';
export type { Diagnostic } from '../policy/diagnostic.ts';
export type { KeySet, VerificationKey } from '../token/keys/key-set.ts';
export type { KeySource, WantedKey } from '../token/keys/key-source.ts';
export type { VerificationMode } from '../token/signature.ts';
export { type AuthorizeRequest, createEngine, type Engine, type Readiness, type ReloadReport } from './engine.ts';
export type { EngineOptions, JsonWebKeySet, Logger } from './options.ts';
export type { IssuerReadiness } from './readiness.ts';
