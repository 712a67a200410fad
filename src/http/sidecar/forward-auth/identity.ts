import type { Decision } from '../../../decision/decision.ts';

/** What is told about who was let in. */
export type IdentityPart = 'subject' | 'kind' | 'issuer' | 'rule' | 'decision' | 'expires';

/** The name of the header of each part. */
export type IdentityHeaders = Readonly<Record<IdentityPart, string>>;

export const DEFAULT_IDENTITY_HEADERS: IdentityHeaders = {
  subject: 'X-Countersign-Subject',
  kind: 'X-Countersign-Kind',
  issuer: 'X-Countersign-Issuer',
  rule: 'X-Countersign-Rule',
  decision: 'X-Countersign-Decision',
  expires: 'X-Countersign-Expires',
};

/** What proxies, servers and forward auth itself give a meaning: framing, credentials, what speaks of the request. */
const TAKEN =
  /^(?:authorization|cache-control|connection|cookie|date|expect|forwarded|host|keep-alive|set-cookie|te|trailer|transfer-encoding|upgrade|via|content-.*|proxy-.*|sec-.*|www-.*|x-forwarded-.*|x-original-.*)$/i;

/** Whether a header of this name may tell an identity. */
export function isIdentityHeader(name: string): boolean {
  return !TAKEN.test(name);
}

/**
 * The identity as headers: all of them in any case, empty where there is nothing to say, so that a proxy that copies them
 * replaces whatever a client sent under their names.
 */
export function identityOf(decision: Decision | undefined, names: IdentityHeaders): Readonly<Record<string, string>> {
  const rules = decision?.reasons.filter(({ code }) => code === 'rule_matched').map(({ rule = '' }) => rule) ?? [];
  return {
    [names.subject]: encoded(decision?.principal?.path ?? ''),
    [names.kind]: encoded(decision?.principal?.kind ?? ''),
    [names.issuer]: encoded(decision?.issuer ?? ''),
    [names.rule]: rules.map((rule) => encoded(rule).replaceAll(',', '%2C')).join(','),
    [names.decision]: decision?.id ?? '',
    [names.expires]: decision === undefined ? '' : String(Math.floor(decision.expiresAt)),
  };
}

/** Visible ASCII as it is, all else and `%` percent-encoded as UTF-8: percent-decoding gives back the text. */
function encoded(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd').replace(/[^\x21-\x24\x26-\x7e]/gu, encodeURIComponent);
}
