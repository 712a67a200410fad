/** `countersign/policy`: the pure core. No network, no file system, no waiting; also for browsers. */
export { type PolicySource, parsePolicy } from '../policy/parse.ts';
export type { Diagnostic, LoadErrorCode, Region } from '../policy/diagnostic.ts';
export { formatPolicy } from '../policy/fmt/format-policy.ts';
export { formatDiagnostics, type FrameOptions } from '../policy/frame.ts';
export type {
  ClaimCondition,
  Conditions,
  GrantPattern,
  Issuer,
  JwksSource,
  Matcher,
  Place,
  Policy,
  PositiveMatcher,
  Scalar,
  SubjectPattern,
  TrustRule,
} from '../policy/policy.ts';
export type { Segment } from '../policy/subject/principal.ts';
export { type CompiledPolicy, compilePolicy } from './compile.ts';
export { decide, type DecisionToken } from './decide.ts';
export type { Decision, DecisionRequest, Effect, Grant, Outcome, Principal } from './decision.ts';
export { explain } from './explain/explain.ts';
export type { ConditionExplanation, Explanation, RuleExplanation, Step } from './explain/explanation.ts';
export { type Hint, type HintCode, hintCodes } from './explain/hints/hint.ts';
export type { Stage } from './stage.ts';
export { permits } from './permits.ts';
export { CountersignError, type ErrorCode, type Reason, type ReasonCode, reasonCodes, statusOf } from './reason.ts';
