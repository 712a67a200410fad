import { ANY_SEGMENTS, globSegments, type GlobSegment } from './glob.ts';

/** What a template stands for: the id of a segment of the principal's path, or a claim. */
export type Variable = { readonly segment: string } | { readonly claim: string };

/** One segment of a resource pattern before it is filled in. */
export type TemplateSegment = GlobSegment | { readonly variable: Variable };

/** The names of a template's subject variables, and the kind of segment each takes its id from. */
const SUBJECT_VARIABLES: ReadonlyMap<string, string> = new Map([
  ['subject.org', 'org'],
  ['subject.project', 'prj'],
  ['subject.environment', 'env'],
  ['subject.user', 'user'],
  ['subject.runner', 'rnr'],
]);

export const SUBJECT_VARIABLE_NAMES: readonly string[] = [...SUBJECT_VARIABLES.keys()];

export type TemplateFault =
  | { readonly fault: 'not-closed' | 'not-whole-segment'; readonly text: string }
  | { readonly fault: 'unknown-variable'; readonly text: string };

/** Whether there is anything to fill in; else the pattern is a glob as it stands. */
export function hasTemplate(pattern: string): boolean {
  return pattern.includes('${');
}

/** Takes a resource pattern apart; `${…}` must be a whole segment and name a variable. */
export function templateSegments(pattern: string): readonly TemplateSegment[] | TemplateFault {
  const segments: TemplateSegment[] = [];
  for (const text of pattern.split('/')) {
    if (!hasTemplate(text)) {
      segments.push(...globSegments(text));
      continue;
    }
    const [, name] = /^\$\{([^{}]*)\}$/.exec(text) ?? [];
    if (name === undefined) {
      return { fault: text.slice(text.indexOf('${')).includes('}') ? 'not-whole-segment' : 'not-closed', text };
    }
    const variable = variableOf(name);
    if (variable === undefined) return { fault: 'unknown-variable', text: name };
    segments.push({ variable });
  }
  return segments;
}

function variableOf(name: string): Variable | undefined {
  const segment = SUBJECT_VARIABLES.get(name);
  if (segment !== undefined) return { segment };
  const claim = name.startsWith('claims.') ? name.slice('claims.'.length) : '';
  return claim === '' ? undefined : { claim };
}

/** A variable's name, as rules write it. */
export function variableName(variable: Variable): string {
  if ('claim' in variable) return `claims.${variable.claim}`;
  const named = [...SUBJECT_VARIABLES].find(([, segment]) => segment === variable.segment);
  return named?.[0] ?? `subject.${variable.segment}`;
}

/** How a `*` that came from a token is written in a filled-in pattern, so that it cannot be taken for a wildcard. */
const LITERAL_STAR = '${*}';

/** Writes filled-in segments as a pattern, as decisions report it. */
export function writePattern(segments: readonly GlobSegment[]): string {
  return segments
    .map((segment) =>
      segment === ANY_SEGMENTS
        ? segment
        : 'stars' in segment
          ? segment.stars
          : segment.literal.replaceAll('*', LITERAL_STAR),
    )
    .join('/');
}

/** Reads a filled-in pattern back: the inverse of `writePattern`. */
export function readPattern(pattern: string): readonly GlobSegment[] {
  return pattern
    .split('/')
    .flatMap((text) =>
      text.includes(LITERAL_STAR) ? [{ literal: text.replaceAll(LITERAL_STAR, '*') }] : globSegments(text),
    );
}
