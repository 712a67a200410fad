import type { Principal } from '../../policy/subject/principal.ts';

/** One question (AuthZEN Authorization API 1.0, Access Evaluation API), as policies know it. */
export interface Evaluation {
  readonly subject: { readonly type: string; readonly id: string };
  readonly action: string;
  /** `resource.type`, `/`, and `resource.id`. */
  readonly resource: string;
  /** `context.token` */
  readonly token?: string;
}

/** Why a question cannot be understood; a sentence for the caller. */
export interface Misfit {
  readonly misfit: string;
}

type Members = Readonly<Record<string, unknown>>;

/** The members of a question that an `evaluations` request gives defaults for. */
const PARTS = ['subject', 'action', 'resource', 'context'] as const;

/** A question with what it leaves out taken, whole, from the defaults. */
export function withDefaults(question: unknown, defaults: Members): unknown {
  if (!isObject(question)) return question;
  return Object.fromEntries(
    PARTS.map((part) => [part, Object.hasOwn(question, part) ? question[part] : defaults[part]]),
  );
}

/**
 * Parses a question. `properties`, and whatever else it has, do not count: policies judge the token, the action's name and
 * the resource's type and id, and nothing that the caller merely says.
 */
export function parseEvaluation(question: unknown): Evaluation | Misfit {
  if (!isObject(question)) return misfit('an evaluation must be an object');
  const { subject, action, resource, context = {} } = question;
  if (!isEntity(subject)) return misfit('the subject must have a type and an id');
  if (!isObject(action) || !isText(action['name'])) return misfit('the action must have a name');
  if (!isEntity(resource)) return misfit('the resource must have a type and an id');
  if (resource.type.includes('/')) return misfit('the type of the resource must be one segment of a path');
  if (!isObject(context)) return misfit('the context must be an object');
  const { token } = context;
  if (token !== undefined && !isText(token)) return misfit('the token in the context must be a string');
  return {
    subject: { type: subject.type, id: subject.id },
    action: action['name'],
    resource: `${resource.type}/${resource.id}`,
    ...(token === undefined ? {} : { token }),
  };
}

/**
 * Whether a question is about the principal of its token: the id is its path, and the type its kind. A principal of the
 * scheme `opaque` is of no kind that a token tells, so that it may be called by any type.
 */
export function isAbout({ subject }: Evaluation, { kind, path }: Principal): boolean {
  return subject.id === path && (kind === 'subject' || subject.type === kind);
}

function isEntity(value: unknown): value is { readonly type: string; readonly id: string } {
  return isObject(value) && isText(value['type']) && isText(value['id']);
}

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function misfit(text: string): Misfit {
  return { misfit: text };
}
