/** A request as it came over the wire, whatever reads the wire. */
export interface WireRequest {
  readonly method: string;
  /** The request target, unchanged. */
  readonly target: string;
  /** Names and values in turn, in order, none left out and none joined. */
  readonly headers: readonly string[];
  /** The address of the other end, or `unix`. */
  readonly peer: string;
}

/** How a proxy says what it was asked. */
interface Profile {
  /** The headers that say so; where there are none, the request itself is the original one, below a prefix. */
  readonly says?: { readonly method: string; readonly uri: string; readonly host: string };
}

/** The name of a proxy, as it follows `/authorize/`. */
export type ProfileName = 'nginx' | 'caddy' | 'traefik' | 'envoy';

const forwarded = { method: 'x-forwarded-method', uri: 'x-forwarded-uri', host: 'x-forwarded-host' };

const profiles: Readonly<Record<ProfileName, Profile>> = {
  nginx: { says: { method: 'x-original-method', uri: 'x-original-uri', host: 'x-original-host' } },
  caddy: { says: forwarded },
  traefik: { says: forwarded },
  envoy: {},
};

/** The request that a proxy asks about. */
export interface OriginalRequest {
  readonly method: string;
  readonly uri: string;
  readonly host?: string;
}

const PREFIX = '/authorize/';

/** Whether a request target belongs to forward auth: which proxy asks, and what of the target is left for it. */
export function profileOf(target: string): { readonly name: ProfileName; readonly rest: string } | undefined {
  if (!target.startsWith(PREFIX)) return undefined;
  const [name = ''] = target.slice(PREFIX.length).split(/[/?]/, 1);
  if (!Object.hasOwn(profiles, name)) return undefined;
  return { name: name as ProfileName, rest: target.slice(PREFIX.length + name.length) };
}

/** The values of a header, in order; names in any case (RFC 9110, section 5.1). */
export function valuesOf(headers: readonly string[], name: string): readonly string[] {
  return headers.filter((_, at) => at % 2 === 1 && headers[at - 1]?.toLowerCase() === name);
}

/**
 * Reads what a proxy was asked, or says why that cannot be told: a header that is missing or stands twice, so that proxy
 * and sidecar might read different ones, or a name such as `X_Forwarded_Uri`, which a service behind might take for
 * `X-Forwarded-Uri`. `reserved` are further names that may not be spelt so, in lower case.
 */
export function readOriginalRequest(
  { method, headers }: WireRequest,
  { name, rest }: { readonly name: ProfileName; readonly rest: string },
  reserved: ReadonlySet<string>,
): OriginalRequest | { readonly malformed: string } {
  const alias = aliasIn(headers, reserved);
  if (alias !== undefined) return { malformed: `a header is spelt with \`_\` that stands for \`${alias}\`` };
  const { says } = profiles[name];
  if (says === undefined) {
    const [host] = valuesOf(headers, 'host');
    return { method, uri: rest, ...(host === undefined ? {} : { host }) };
  }
  const read: Partial<Record<'method' | 'uri' | 'host', string>> = {};
  for (const part of ['method', 'uri', 'host'] as const) {
    const values = valuesOf(headers, says[part]);
    if (values.length > 1) return { malformed: `\`${says[part]}\` stands twice` };
    const [value] = values;
    if (value !== undefined) read[part] = value;
    else if (part !== 'host') return { malformed: `\`${says[part]}\` is missing` };
  }
  return { method: '', uri: '', ...read };
}

const FAMILIES = /^(?:x-forwarded-|x-original-|authorization$)/;

function aliasIn(headers: readonly string[], reserved: ReadonlySet<string>): string | undefined {
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]?.toLowerCase() ?? '';
    if (!name.includes('_')) continue;
    const dashed = name.replaceAll('_', '-');
    if (FAMILIES.test(dashed) || reserved.has(dashed)) return dashed;
  }
  return undefined;
}
