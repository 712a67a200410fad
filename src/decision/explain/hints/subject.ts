import type { SubjectPattern } from '../../../policy/policy.ts';
import type { Principal } from '../../../policy/subject/principal.ts';
import { compileSubject } from '../../compiled-rule.ts';
import type { Facts } from '../rule-conditions.ts';
import { type Hint, hint, isSlip } from './hint.ts';
import { segmentHints } from './segments.ts';
import { textHints } from './text.ts';

/** More patterns than these are not compared. */
const MOST_PATTERNS = 64;

/** Why none of a rule's subjects covers a principal: of the pattern that it misses by a slip, else of the first. */
export function subjectHints(patterns: readonly SubjectPattern[], { principal, split }: Facts): readonly Hint[] {
  if (principal === undefined) return [];
  const all = patterns.slice(0, MOST_PATTERNS).map((pattern) => hintsOf(pattern, principal, split));
  return all.find(isSlip) ?? all.find((hints) => hints.length > 0) ?? [];
}

function hintsOf(pattern: SubjectPattern, principal: Principal, split: Facts['split']): readonly Hint[] {
  const { path } = principal;
  const text = textOf(pattern);
  if (compileSubject(inLowerCase(pattern))({ ...principal, path: path.toLowerCase() })) {
    return [hint('case-differs', { expected: text, actual: path })];
  }
  const environment = environmentHint(text, principal);
  if (environment !== undefined) return [environment];
  if (split(path).length === 1) return textHints(path, [text]);
  const organization = organizationHint(text, path);
  if (organization !== undefined) {
    const near = textHints(organization.actual, [organization.expected]);
    return near.length > 0 ? near : [organization];
  }
  const byLength = 'prefix' in pattern ? [] : segmentHints(text, path, (given) => testOf(pattern, given, principal));
  if (byLength.length > 0) return byLength;
  return textHints(split(path).slice(0, split(text).length).join('/'), [text]);
}

function textOf(pattern: SubjectPattern): string {
  return 'prefix' in pattern ? pattern.prefix : 'equals' in pattern ? pattern.equals : pattern.glob;
}

function inLowerCase(pattern: SubjectPattern): SubjectPattern {
  const text = textOf(pattern).toLowerCase();
  return 'prefix' in pattern ? { prefix: text } : 'equals' in pattern ? { equals: text } : { glob: text };
}

function testOf(pattern: SubjectPattern, text: string, principal: Principal): (path: string) => boolean {
  const covers = compileSubject('glob' in pattern ? { glob: text } : { equals: text });
  return (path) => covers({ ...principal, path });
}

/** `org:O/env:E` does not cover that environment where it comes from a project, nor the other way round. */
function environmentHint(text: string, { kind, path }: Principal): Hint | undefined {
  if (kind !== 'environment') return undefined;
  const [meant, has] = [text.split('/'), path.split('/')];
  const isInProject = has.length > 2;
  if (meant[0] !== has[0] || meant.at(-1) !== has.at(-1)) return undefined;
  if (isInProject && meant.length === 2) return hint('environment-in-project', { expected: text, actual: path });
  if (!isInProject && meant.length === 3) return hint('environment-outside-project', { expected: text, actual: path });
  return undefined;
}

function organizationHint(text: string, path: string): Hint | undefined {
  const [expected, actual] = [firstSegment(text), firstSegment(path)];
  if (!expected.startsWith('org:') || expected.includes('*') || expected === actual) return undefined;
  return hint('another-organization', { expected, actual });
}

function firstSegment(path: string): string {
  return path.replace(/\/.*/s, '');
}
