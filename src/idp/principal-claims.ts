/** Whose token to make. Ids are 1 to 128 of `A-Z a-z 0-9 . _ ~ -`, but not `.` or `..`. */
export interface GitpodClaimsOptions {
  /** `iss`, a url. */
  readonly issuer: string;
  /** `aud`: of v1 exactly one, of v3 up to 64. */
  readonly audience: readonly string[];
  readonly organization: string;
  /** The project of `environment`. */
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
  readonly user?: string | undefined;
  /** In v3 it may stand beside `environment`. */
  readonly runner?: string | undefined;
  /** v3 only. */
  readonly serviceAccount?: string | undefined;
  /** Seconds from `iat` to `exp`, a whole number above 0. Default 3600. */
  readonly ttl?: number | undefined;
  /** `iat`, in seconds since the epoch; a fraction is cut off. */
  readonly now: number;
  readonly version: 'v1' | 'v3';
  /** v3: the claims that make up `sub`, in this order, as its operator chose them. Default: see `gitpodClaims`. */
  readonly subjectFields?: readonly string[] | undefined;
  /** Further claims (`creator_email`); those made here cannot be set, an `undefined` one is left out. */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The claims of a Gitpod token, exactly as its issuer makes them.
 *
 * v1: `aud` (a string), `exp`, `iat`, `iss`, `org` and `sub`, which is one of `org:<o>/user:<u>`, `org:<o>/rnr:<r>`,
 * `org:<o>/env:<e>`, `org:<o>/prj:<p>/env:<e>`.
 *
 * v3: `aud` is an array, the principal is in `organization_id`, `project_id`, `environment_id`, `user_id`, `runner_id`,
 * `service_account_id`, and `sub` is `organization_id:<o>:project_id:<p>` or, without a project, the same with the one
 * id of the principal.
 *
 * Members are in alphabetical order and none is `undefined`.
 *
 * @throws {RangeError} of options that make no principal, naming them as they are called here; of an ill-formed id
 */
export function gitpodClaims(options: GitpodClaimsOptions): Record<string, unknown> {
  refuseIllFormed(options);
  const iat = Math.floor(options.now);
  const registered = { iss: options.issuer, iat, exp: iat + (options.ttl ?? 3600) };
  const own = options.version === 'v1' ? claimsV1(options) : claimsV3(options);
  const made: Readonly<Record<string, unknown>> = { ...registered, ...own };
  const extra = Object.entries(options.extra ?? {}).filter(([, value]) => value !== undefined);
  const taken = extra.find(([name]) => Object.hasOwn(made, name) || principalClaims.includes(name));
  if (taken !== undefined) throw new RangeError(`extra cannot set the claim ${taken[0]}`);
  return Object.fromEntries([...Object.entries(made), ...extra].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const principalClaims: readonly string[] = [
  'organization_id',
  'project_id',
  'environment_id',
  'user_id',
  'runner_id',
  'service_account_id',
];

function claimsV1(options: GitpodClaimsOptions): Record<string, unknown> {
  const { audience, organization, project, environment, user, runner } = options;
  if (options.serviceAccount !== undefined) throw new RangeError('serviceAccount needs version v3');
  if (options.subjectFields !== undefined) throw new RangeError('subjectFields needs version v3');
  if (audience.length !== 1) throw new RangeError('a token of version v1 has exactly one audience');
  exactlyOne({ environment, user, runner });
  const path = [
    ['org', organization],
    ['prj', project],
    ['env', environment],
    ['user', user],
    ['rnr', runner],
  ];
  const segments = path.flatMap(([kind, id]) => (id === undefined ? [] : [`${kind}:${id}`]));
  return { aud: audience[0], org: organization, sub: segments.join('/') };
}

function claimsV3(options: GitpodClaimsOptions): Record<string, unknown> {
  const { audience, organization, project, environment, user, runner, serviceAccount } = options;
  exactlyOne(
    environment === undefined ? { environment, user, runner, serviceAccount } : { environment, user, serviceAccount },
  );
  const ids = {
    organization_id: organization,
    project_id: project,
    environment_id: environment,
    user_id: user,
    runner_id: runner,
    service_account_id: serviceAccount,
  };
  const present = Object.entries(ids).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const known = new Map<string, unknown>([...present, ...Object.entries(options.extra ?? {})]);
  const fields = options.subjectFields ?? present.slice(0, 2).map(([name]) => name);
  const parts = fields.map((name) => {
    const value = known.get(name);
    if (typeof value !== 'string')
      throw new RangeError(`subjectFields names ${name}, which is no string claim of the token`);
    return `${name}:${value}`;
  });
  if (parts.length === 0) throw new RangeError('subjectFields must name at least one claim');
  return { aud: [...audience], sub: parts.join(':'), ...Object.fromEntries(present) };
}

function exactlyOne(principals: Readonly<Record<string, string | undefined>>): void {
  const given = Object.keys(principals).filter((name) => principals[name] !== undefined);
  if (given.length === 1) return;
  const choices = Object.keys(principals).join(', ');
  throw new RangeError(
    given.length === 0
      ? `one of ${choices} is needed`
      : `only one of ${choices} may be given, not ${given.join(' and ')}`,
  );
}

const idOptions = ['organization', 'project', 'environment', 'user', 'runner', 'serviceAccount'] as const;

function refuseIllFormed(options: GitpodClaimsOptions): void {
  const { audience, issuer, now, project, environment, ttl, version } = options;
  if (version !== 'v1' && version !== 'v3') throw new RangeError('version must be v1 or v3');
  for (const name of idOptions) {
    const id = options[name];
    if (id === undefined && name !== 'organization') continue;
    if (typeof id !== 'string' || !/^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,128}$/u.test(id)) {
      throw new RangeError(`${name} must be 1 to 128 of A-Z a-z 0-9 . _ ~ -, and not . or ..`);
    }
  }
  if (project !== undefined && environment === undefined) throw new RangeError('project needs environment');
  if (typeof issuer !== 'string' || issuer === '') throw new RangeError('issuer must be a url');
  const audiences = new Set(audience);
  if (audiences.size !== audience.length || audiences.size < 1 || audiences.size > 64) {
    throw new RangeError('audience must be 1 to 64 different names');
  }
  if (!audience.every((name) => typeof name === 'string' && name !== '')) {
    throw new RangeError('an audience must be a string that is not empty');
  }
  if (!Number.isFinite(now) || now < 0) throw new RangeError('now must be seconds since the epoch');
  if (ttl !== undefined && !(Number.isSafeInteger(ttl) && ttl > 0)) {
    throw new RangeError('ttl must be a whole number of seconds above 0');
  }
}
