import { hasMediaType, readBody } from '../body.ts';
import { type OAuthRefusal, refused } from './oauth-answer.ts';

/** The parameters of a request: each name with its values, which are not empty. */
export type Form = ReadonlyMap<string, readonly string[]>;

/** A subject token may have 16 KiB. */
const MOST_BYTES = 32_768;
const MOST_PARAMETERS = 64;

/**
 * Reads `application/x-www-form-urlencoded` from the body alone. Parameters without a value count as left out (RFC 6749,
 * section 3.2). What is not well-formed is refused, never repaired.
 */
export async function readForm(request: Request): Promise<Form | OAuthRefusal> {
  if (new URL(request.url).search !== '') return refused('invalid_request', 'Parameters belong in the body');
  if (!hasMediaType(request, 'application/x-www-form-urlencoded')) {
    return refused('invalid_request', 'The body must be application/x-www-form-urlencoded');
  }
  const body = await readBody(request, MOST_BYTES);
  if ('fault' in body) {
    return refused('invalid_request', body.fault === 'too-large' ? 'The body is too large' : 'The body is not UTF-8');
  }
  return parseForm(body.text) ?? refused('invalid_request', 'The body is malformed');
}

function parseForm(text: string): Form | undefined {
  const pairs = text === '' ? [] : text.split('&', MOST_PARAMETERS + 1);
  if (pairs.length > MOST_PARAMETERS) return undefined;
  const form = new Map<string, string[]>();
  for (const pair of pairs) {
    const [name, value] = [/^[^=]*/.exec(pair)?.[0] ?? '', pair.replace(/^[^=]*=?/, '')].map(decoded);
    if (name === undefined || name === '' || value === undefined) return undefined;
    if (value !== '') form.set(name, [...(form.get(name) ?? []), value]);
  }
  return form;
}

/** `undefined` where a percent sign stands alone, or the bytes are not UTF-8. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
