/** What `gitpod idp token --decode` prints: a token's claims and header, not verified. */
export interface DecodedToken {
  readonly Claims: Readonly<Record<string, unknown>>;
  readonly Header: readonly [DecodedHeader];
}

interface DecodedHeader {
  readonly KeyID: string;
  readonly JSONWebKey: unknown;
  readonly Algorithm: string;
  readonly Nonce: string;
  readonly ExtraHeaders: Readonly<Record<string, unknown>> | null;
}

/** A token's header and claims as its parts hold them. */
export interface UnverifiedParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The form that `gitpod idp token --decode` prints: claims in alphabetical order, header under the names given there. */
export function decodedToken({ header, claims }: UnverifiedParts): DecodedToken {
  const { kid, jwk, alg, nonce, ...extra } = header;
  return {
    Claims: Object.fromEntries(Object.entries(claims).sort(([a], [b]) => (a < b ? -1 : 1))),
    Header: [
      {
        KeyID: typeof kid === 'string' ? kid : '',
        JSONWebKey: jwk ?? null,
        Algorithm: typeof alg === 'string' ? alg : '',
        Nonce: typeof nonce === 'string' ? nonce : '',
        ExtraHeaders: Object.keys(extra).length === 0 ? null : extra,
      },
    ],
  };
}

/** The header and claims that such JSON stands for, or `undefined` where it is of another form. Nothing is verified. */
export function parseDecodedToken(json: unknown): UnverifiedParts | undefined {
  if (!isObject(json) || !hasOnly(json, ['Claims', 'Header'])) return undefined;
  const { Claims: claims, Header: headers } = json;
  const header: unknown = Array.isArray(headers) && headers.length === 1 ? headers[0] : undefined;
  if (!isObject(claims) || !isObject(header)) return undefined;
  if (!hasOnly(header, ['KeyID', 'JSONWebKey', 'Algorithm', 'Nonce', 'ExtraHeaders'])) return undefined;
  const {
    KeyID: kid = '',
    JSONWebKey: jwk = null,
    Algorithm: alg,
    Nonce: nonce = '',
    ExtraHeaders: extra = null,
  } = header;
  if (typeof kid !== 'string' || typeof alg !== 'string' || typeof nonce !== 'string') return undefined;
  if (extra !== null && !isObject(extra)) return undefined;
  const named = { alg, ...(kid !== '' && { kid }), ...(jwk !== null && { jwk }), ...(nonce !== '' && { nonce }) };
  return { header: { ...extra, ...named }, claims };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasOnly(object: object, names: readonly string[]): boolean {
  return Object.keys(object).every((name) => names.includes(name));
}
