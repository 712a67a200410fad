import { matchStars } from '../glob/match-stars.ts';
import type { Principal, Segment } from './principal.ts';
import type { SubjectPattern, SubjectProblem } from './scheme.ts';
import { quote } from '../quote.ts';

/** The forms a Gitpod path can have, by the kinds of its segments, and the kind of principal each is. */
export const GITPOD_FORMS: readonly { readonly kind: string; readonly segments: readonly string[] }[] = [
  { kind: 'user', segments: ['org', 'user'] },
  { kind: 'runner', segments: ['org', 'rnr'] },
  { kind: 'environment', segments: ['org', 'env'] },
  { kind: 'environment', segments: ['org', 'prj', 'env'] },
  { kind: 'service-account', segments: ['org', 'sa'] },
];

export const GITPOD_KINDS: readonly string[] = [...new Set(GITPOD_FORMS.map((form) => form.kind))];

const FORMS_IN_WORDS =
  '`org:<id>/user:<id>`, `org:<id>/rnr:<id>`, `org:<id>/env:<id>`, `org:<id>/prj:<id>/env:<id>` or `org:<id>/sa:<id>`';
const ID = /^[A-Za-z0-9._~-]{1,128}$/;
const ID_GLOB = /^[A-Za-z0-9._~*-]{1,128}$/;

/** Ids are compared as they are: no case folding, no decoding, no normalisation. */
export function isGitpodId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value) && value !== '.' && value !== '..';
}

/** The principal of a path, where the path is exactly one of the forms. */
export function gitpodPrincipal(path: string): Principal | undefined {
  const segments = parseSegments(path);
  const form = segments && GITPOD_FORMS.find((candidate) => sameKinds(candidate.segments, segments));
  return form && { kind: form.kind, path, segments };
}

/** The principal of segments whose ids are known to be ids. */
export function gitpodPrincipalOf(segments: readonly Segment[]): Principal | undefined {
  return gitpodPrincipal(segments.map(({ kind, id }) => `${kind}:${id}`).join('/'));
}

function parseSegments(path: string): readonly Segment[] | undefined {
  const segments: Segment[] = [];
  for (const text of path.split('/')) {
    const colon = text.indexOf(':');
    const id = text.slice(colon + 1);
    if (colon < 1 || !isGitpodId(id)) return undefined;
    segments.push({ kind: text.slice(0, colon), id });
  }
  return segments;
}

function sameKinds(kinds: readonly string[], segments: readonly Segment[]): boolean {
  return kinds.length === segments.length && kinds.every((kind, i) => kind === segments[i]?.kind);
}

/** Why a rule cannot speak of Gitpod principals in these words. */
export function checkGitpodPattern(pattern: SubjectPattern): SubjectProblem | undefined {
  if ('glob' in pattern) return checkGlob(pattern.glob);
  const text = 'prefix' in pattern ? pattern.prefix : pattern.equals;
  if (text.includes('*')) {
    return {
      code: 'subject-wildcard',
      message: `${quote(text)} has a wildcard, which only a glob may have`,
      help: 'write `{ glob: … }`; a prefix needs no wildcard, `org:A` covers all below it',
    };
  }
  const faulty = checkSegments(text);
  if (faulty !== undefined) return faulty;
  if ('equals' in pattern) return gitpodPrincipal(text) ? undefined : noPrincipal(text, 'equals');
  const segments = parseSegments(text) ?? [];
  const fits = GITPOD_FORMS.some((form) => segments.every((segment, i) => segment.kind === form.segments[i]));
  return fits ? undefined : noPrincipal(text, 'begins with');
}

function noPrincipal(text: string, verb: string): SubjectProblem {
  return {
    code: 'subject-invalid',
    message: `no Gitpod principal ${verb} ${quote(text)}`,
    help: `principals are ${FORMS_IN_WORDS}`,
  };
}

function checkSegments(text: string): SubjectProblem | undefined {
  for (const segment of text.split('/')) {
    if (segment === '') {
      return {
        code: 'subject-invalid',
        message: `${quote(text)} has an empty segment`,
        help: 'write segments as `kind:id`, joined by single `/`, with none at the ends',
      };
    }
    const [kind, id] = halves(segment);
    if (id === '')
      return {
        code: 'subject-invalid',
        message: `the segment ${quote(segment)} has an empty id`,
        help: 'an id is 1 to 128 of `A-Z a-z 0-9 . _ ~ -`',
      };
    if (id === undefined || !isGitpodId(id) || !/^[a-z]+$/.test(kind)) {
      return {
        code: 'subject-invalid',
        message: `${quote(segment)} is not a segment \`kind:id\``,
        help: `an id is 1 to 128 of \`A-Z a-z 0-9 . _ ~ -\`; principals are ${FORMS_IN_WORDS}`,
      };
    }
  }
  return undefined;
}

function halves(segment: string): [kind: string, id: string | undefined] {
  const colon = segment.indexOf(':');
  return colon === -1 ? [segment, undefined] : [segment.slice(0, colon), segment.slice(colon + 1)];
}

function checkGlob(glob: string): SubjectProblem | undefined {
  const segments = glob.split('/');
  const early = segments.slice(0, -1).indexOf('**');
  if (early !== -1) {
    return {
      code: 'subject-invalid',
      message: '`**` may only be the last segment of a subject',
      help: 'use `*` for one segment',
    };
  }
  for (const segment of segments) {
    if (segment === '*' || segment === '**') continue;
    const [kind, id] = halves(segment);
    if (id === undefined || !ID_GLOB.test(id) || id === '.' || id === '..' || !/^[a-z]+$/.test(kind)) {
      return {
        code: 'subject-invalid',
        message: `${quote(segment)} is not a segment \`kind:id\`, \`kind:*\`, \`*\` or a last \`**\``,
        help: `principals are ${FORMS_IN_WORDS}`,
      };
    }
  }
  return GITPOD_FORMS.some((form) => couldMatch(segments, form.segments)) ? undefined : noPrincipal(glob, 'matches');
}

function couldMatch(glob: readonly string[], kinds: readonly string[]): boolean {
  const open = glob.at(-1) === '**';
  if (open ? kinds.length < glob.length : kinds.length !== glob.length) return false;
  // As kinds, `*` and `**` are patterns for every kind.
  return glob.every((segment, i) => matchStars(halves(segment)[0], kinds[i] ?? ''));
}
