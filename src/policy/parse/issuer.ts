import { type Entry, isString, type Node, type Scalar, stringsAt, toValue, valueAt } from '../document/node.ts';
import type { Issuer, JwksSource } from '../policy.ts';
import type { SubjectScheme } from '../subject/scheme.ts';
import { subjectSchemes } from '../subject/schemes.ts';
import { checkIssuerUrl, checkKeysUrl, type UrlFault } from './check-url.ts';
import { inWords, placeOf, type Source } from './source.ts';
import { parseDuration } from './time.ts';
import { quote } from '../quote.ts';

export const DEFAULT_ALGORITHMS: readonly string[] = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
const DEFAULT_SKEW = 30;
const DEFAULT_LIFETIME = 24 * 3600;
const MOST_SKEW = 300;

/** The issuers of all files by name, and whether these are all that the files speak of. */
export interface KnownIssuers {
  readonly byName: ReadonlyMap<string, KnownIssuer>;
  readonly complete: boolean;
}

/** An issuer, with what every rule about it is held against. */
export interface KnownIssuer {
  readonly issuer: Issuer;
  readonly schemes: readonly SubjectScheme[];
  readonly audiences: ReadonlySet<string>;
}

/** Parses the issuers of all files. Those with problems are kept, so that rules about them can be checked. */
export function parseIssuers(sources: readonly Source[]): KnownIssuers {
  const byName = new Map<string, KnownIssuer>();
  let complete = true;
  const byUrl = new Map<string, Issuer>();
  for (const source of sources) {
    const map = valueAt(source.root, 'issuers');
    complete &&= isWhole(source.root) && (map === undefined || isWhole(map));
    for (const entry of map?.kind === 'map' ? map.entries : []) {
      const issuer = parseIssuer(entry, source);
      const sameName = byName.get(issuer.name)?.issuer;
      const sameUrl = byUrl.get(issuer.url);
      if (sameName !== undefined) {
        source.problems.add(
          'duplicate-issuer',
          entry.keySpan,
          `the issuer ${quote(issuer.name)} is already defined at ${inWords(sameName.at)}`,
          'define an issuer once, with all its audiences',
        );
        continue;
      }
      byName.set(issuer.name, { issuer, schemes: schemesOf(issuer), audiences: new Set(issuer.audiences) });
      if (issuer.url === '') continue;
      if (sameUrl !== undefined) {
        const url = valueAt(entry.value, 'url') ?? entry.keySpan;
        source.problems.add(
          'duplicate-issuer-url',
          url,
          `the issuer ${quote(sameUrl.name)} at ${inWords(sameUrl.at)} has this url already`,
          'an issuer has one name; let rules refer to that one',
        );
      } else {
        byUrl.set(issuer.url, issuer);
      }
    }
  }
  return { byName, complete };
}

/** Whether a map is all there: nothing in it was refused. */
function isWhole(node: Node | undefined): boolean {
  return node?.kind === 'map' && node.refused.length === 0;
}

/** The subject schemes of an issuer, as far as they are known. */
function schemesOf(issuer: Issuer): readonly SubjectScheme[] {
  return issuer.subject.map((name) => subjectSchemes.get(name)).filter((scheme) => scheme !== undefined);
}

function parseIssuer({ key, keySpan, value }: Entry, source: Source): Issuer {
  const url = valueAt(value, 'url');
  if (isString(url)) reportUrl(url, checkIssuerUrl(url.value), source, 'issuer-url-invalid');
  const clockSkew = durationAt(value, 'clockSkew') ?? DEFAULT_SKEW;
  const skewNode = valueAt(value, 'clockSkew');
  if (skewNode !== undefined && clockSkew > MOST_SKEW) {
    source.problems.add(
      'clock-skew-too-large',
      skewNode,
      'clocks may differ by at most 5 minutes',
      'synchronise the clocks rather than accept old tokens',
    );
  }
  const maxTokenAge = durationAt(value, 'maxTokenAge');
  const jwks = parseJwks(valueAt(value, 'jwks'), source);
  const tokenType = valueAt(value, 'tokenType');
  return {
    name: key,
    url: isString(url) ? url.value : '',
    subject: parseSchemes(valueAt(value, 'subject'), source),
    audiences: stringsAt(valueAt(value, 'audiences')).map((node) => node.value),
    algorithms: parseAlgorithms(valueAt(value, 'algorithms'), source),
    tokenType: tokenType === undefined ? ['JWT'] : stringsAt(tokenType).map((node) => node.value),
    maxLifetime: durationAt(value, 'maxLifetime') ?? DEFAULT_LIFETIME,
    clockSkew,
    ...(maxTokenAge === undefined ? {} : { maxTokenAge }),
    ...(jwks === undefined ? {} : { jwks }),
    at: placeOf(source, keySpan),
  };
}

export function durationAt(node: Node, key: string): number | undefined {
  const text = valueAt(node, key);
  return isString(text) ? parseDuration(text.value) : undefined;
}

function reportUrl(
  node: Node & { value: Scalar | null },
  fault: UrlFault | undefined,
  source: Source,
  code: 'issuer-url-invalid' | 'jwks-uri-invalid',
): void {
  if (fault === undefined || node.value === '') return;
  source.problems.add(
    fault.insecure && code === 'issuer-url-invalid' ? 'issuer-not-https' : code,
    node,
    `${quote(String(node.value))} ${fault.message}`,
  );
}

function parseSchemes(node: Node | undefined, source: Source): readonly string[] {
  if (node === undefined) return ['opaque'];
  const names = stringsAt(node);
  const opaque = names.find(({ value }) => value === 'opaque');
  if (opaque !== undefined && names.some(({ value }) => value !== 'opaque')) {
    source.problems.add(
      'subject-schemes-mixed',
      opaque,
      'every token has an opaque subject, so no other scheme could be told from it',
      'remove `opaque` from the list, or the others',
    );
  }
  return names.map(({ value }) => value);
}

function parseAlgorithms(node: Node | undefined, source: Source): readonly string[] {
  if (node === undefined) return DEFAULT_ALGORITHMS;
  const names = stringsAt(node);
  for (const name of names) {
    if (!/^(?:none|HS[0-9]*)$/i.test(name.value)) continue;
    const message =
      name.value.toLowerCase() === 'none'
        ? '`none` means no signature at all'
        : `${quote(name.value)} is signed with a secret that every relying party would have to share`;
    source.problems.add(
      'algorithm-forbidden',
      name,
      message,
      `use one of ${DEFAULT_ALGORITHMS.map((other) => quote(other)).join(', ')}`,
    );
  }
  return names.map(({ value }) => value);
}

function parseJwks(node: Node | undefined, source: Source): JwksSource | undefined {
  const uri = valueAt(node, 'uri');
  if (isString(uri)) {
    reportUrl(uri, checkKeysUrl(uri.value), source, 'jwks-uri-invalid');
    return { uri: uri.value };
  }
  const file = valueAt(node, 'file');
  if (isString(file)) return { file: file.value };
  const keys = valueAt(node, 'keys');
  return keys?.kind === 'list' ? { keys: toValue(keys) as Readonly<Record<string, unknown>>[] } : undefined;
}
