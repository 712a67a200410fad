import { ownClaim, type SubjectScheme } from './scheme.ts';

/** The whole `sub` is one value: no segments, no prefixes, no wildcards (RFC 7519, section 4.1.2). */
export const opaque: SubjectScheme = {
  name: 'opaque',
  kinds: ['subject'],
  pathClaims: [],
  principalOf(claims) {
    const sub = ownClaim(claims, 'sub');
    if (typeof sub !== 'string' || sub === '') return 'subject_malformed';
    return { kind: 'subject', path: sub, segments: [{ kind: 'subject', id: sub }] };
  },
  checkPattern(pattern) {
    if (!('glob' in pattern)) return undefined;
    return {
      code: 'subject-glob-unsupported',
      message: 'an opaque subject is one value, which a glob cannot take apart',
      help: 'name the subjects in a list, or give the issuer a subject scheme',
    };
  },
  split: (path) => [path],
};
