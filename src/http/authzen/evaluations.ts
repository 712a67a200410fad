import { isObject, type Misfit, withDefaults } from './evaluation.ts';

/** When to stop (AuthZEN Authorization API 1.0, evaluations semantics). */
export type Semantic = 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit';

const SEMANTICS: readonly Semantic[] = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'];

const MOST_EVALUATIONS = 100;

/** Several questions in one request (Access Evaluations API). */
export interface Evaluations {
  /** Each completed with the defaults, not parsed yet; `undefined` where the request is a single question itself. */
  readonly evaluations: readonly unknown[] | undefined;
  readonly semantic: Semantic;
}

/** Parses what holds for all questions; each of them may still be a misfit of its own. */
export function parseEvaluations(body: Readonly<Record<string, unknown>>): Evaluations | Misfit {
  const { evaluations = [], options = {} } = body;
  if (!Array.isArray(evaluations)) return { misfit: 'evaluations must be a list' };
  if (evaluations.length > MOST_EVALUATIONS) return { misfit: `at most ${MOST_EVALUATIONS} evaluations are allowed` };
  if (!isObject(options)) return { misfit: 'options must be an object' };
  const { evaluations_semantic: wanted = 'execute_all' } = options;
  const semantic = SEMANTICS.find((name) => name === wanted);
  if (semantic === undefined) return { misfit: `evaluations_semantic must be one of ${SEMANTICS.join(', ')}` };
  return {
    evaluations: evaluations.length === 0 ? undefined : evaluations.map((question) => withDefaults(question, body)),
    semantic,
  };
}

/** Whether nothing is asked after an answer like this. */
export function isFinal(semantic: Semantic, decision: boolean): boolean {
  return semantic === (decision ? 'permit_on_first_permit' : 'deny_on_first_deny');
}
