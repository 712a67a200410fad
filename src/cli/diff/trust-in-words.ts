import type { Direction, TrustChange } from '../../analysis/index.ts';
import { quote } from '../../policy/quote.ts';
import { durationInWords } from '../../policy/time-in-words.ts';
import { listed } from './change-in-words.ts';

/** How an issuer is trusted otherwise, as a sentence without its end. */
export function trustChangeInWords(change: TrustChange, direction: Direction): string {
  const { what, was, is, before, after } = change;
  const issuer = quote((after ?? before)?.url);
  const now = direction === 'gain' ? 'now' : 'no longer';
  const names = listed((asList(is) ?? asList(was) ?? []).map(quote), 'and');
  switch (what) {
    case 'issuer':
      return `tokens of ${issuer} are ${now} honoured`;
    case 'url':
      return `tokens of ${quote(is)} are honoured instead of those of ${quote(was)}`;
    case 'subject':
      return `the subjects of ${issuer} are read by ${listed((asList(is) ?? []).map(quote), 'and')}, not ${listed((asList(was) ?? []).map(quote), 'and')}`;
    case 'audiences':
      if ((is === undefined) === (direction === 'gain'))
        return `denies for ${names} ${direction === 'gain' ? 'no longer meet' : 'now meet'} tokens of ${issuer}`;
      return `tokens of ${issuer} for ${names} are ${now} accepted`;
    case 'algorithms':
      return `signatures of ${issuer} with ${names} are ${now} accepted`;
    case 'tokenType':
      return `tokens of ${issuer} of type ${names} are ${now} accepted`;
    case 'maxLifetime':
      return `tokens of ${issuer} may live ${bound(is)}, not ${bound(was)}`;
    case 'maxTokenAge':
      return `tokens of ${issuer} may have been issued ${bound(is)} ago, not ${bound(was)}`;
    case 'clockSkew':
      return `clocks may differ from that of ${issuer} by ${bound(is)}, not ${bound(was)}`;
    case 'jwks':
      return Array.isArray(is ?? was)
        ? `keys of ${issuer} are ${now} trusted: ${listed((asList(is) ?? asList(was) ?? []).map(keyName), 'and')}`
        : `the keys of ${issuer} come from ${keys(is)}, not ${keys(was)}`;
  }
}

function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

/** A key by its `kid`; keys are compared as texts. */
function keyName(text: unknown): string {
  const { kid } = JSON.parse(String(text)) as { kid?: unknown };
  return kid === undefined ? 'one without `kid`' : quote(kid);
}

function bound(seconds: unknown): string {
  return typeof seconds === 'number' ? durationInWords(seconds) : 'any time';
}

function keys(jwks: unknown): string {
  if (typeof jwks !== 'object' || jwks === null) return 'discovery';
  if ('uri' in jwks) return quote(jwks.uri);
  return 'file' in jwks ? `the file ${quote(jwks.file)}` : 'the policy';
}
