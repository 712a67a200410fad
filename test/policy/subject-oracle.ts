/**
 * Whom a token speaks for under the subject schemes of its issuer, read off the words of the language: the part of the
 * reference evaluator that knows them. Shares no code with `src/`.
 */
export type Claims = Readonly<Record<string, unknown>>;
export type Principal = { kind: string; path: string };

/** The principal, or the code that says why there is none. Every scheme is tried. */
export function readPrincipal(schemes: string[], claims: Claims): Principal | string {
  const found = schemes.map((scheme) => READERS[scheme]!(claims));
  const paths = new Set(found.flatMap((one) => (typeof one === 'object' ? [one.path] : [])));
  if (found.includes('subject_inconsistent') || paths.size > 1) return 'subject_inconsistent';
  return found.find((one) => typeof one === 'object') ?? 'subject_malformed';
}

const READERS: Record<string, (claims: Claims) => Principal | string> = {
  opaque: ({ sub }) => (typeof sub === 'string' && sub ? { kind: 'subject', path: sub } : 'subject_malformed'),
  gitpod(claims) {
    const principal = readPath(claims['sub']);
    if (typeof principal === 'string' || principal.kind === 'service-account') return 'subject_malformed';
    const isOfOrg = !Object.hasOwn(claims, 'org') || claims['org'] === principal.path.split('/')[0]!.slice(4);
    return isOfOrg ? principal : 'subject_inconsistent';
  },
  'gitpod-v3'(claims) {
    const given = Object.keys(SEGMENTS).filter((name) => Object.hasOwn(claims, name));
    if (!given.every((name) => typeof claims[name] === 'string' && ID.test(claims[name]))) return 'subject_malformed';
    const naming = given.filter((name) => name !== 'runner_id' || !given.includes('environment_id'));
    return readPath(naming.map((name) => `${SEGMENTS[name]}:${String(claims[name])}`).join('/'));
  },
};

function readPath(path: unknown): Principal | string {
  const parts = typeof path === 'string' ? path.split('/').map((part) => /^(\w+):(.*)$/s.exec(part) ?? []) : [];
  const kind = new Map(Object.entries(KINDS)).get(parts.map(([, of]) => of).join('/'));
  return kind !== undefined && parts.every(([, , id = '']) => ID.test(id))
    ? { kind, path: String(path) }
    : 'subject_malformed';
}

const ID = /^(?!\.\.?$)[A-Za-z0-9._~-]{1,128}$/;
// prettier-ignore
const KINDS: Record<string, string> = { 'org/user': 'user', 'org/rnr': 'runner', 'org/env': 'environment',
  'org/prj/env': 'environment', 'org/sa': 'service-account' };
// prettier-ignore
const SEGMENTS: Record<string, string> = { organization_id: 'org', project_id: 'prj', environment_id: 'env',
  user_id: 'user', runner_id: 'rnr', service_account_id: 'sa' };
