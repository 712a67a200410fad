import { parseJsonObject, type JsonObject } from '../token/json.ts';
import { scanMembers } from '../token/json-members.ts';
import { hasMediaType, readBody } from './body.ts';

const MOST_BYTES = 262_144;
const MOST_LEVELS = 16;

/**
 * Reads a body that must be one JSON object (RFC 8259): at most 256 KiB and 16 levels, no name twice in one object, so that
 * nobody behind reads another value. A `fault` is a sentence for the caller.
 */
export async function readJsonBody(
  request: Request,
): Promise<{ readonly object: JsonObject } | { readonly fault: string }> {
  if (!hasMediaType(request, 'application/json')) return { fault: 'the body must be application/json' };
  const body = await readBody(request, MOST_BYTES);
  if ('fault' in body) return { fault: body.fault === 'too-large' ? 'the body is too large' : 'the body is not UTF-8' };
  const parsed = parseJsonObject(new TextEncoder().encode(body.text));
  if (parsed === undefined) return { fault: 'the body is not a JSON object' };
  const { duplicate, depth } = scanMembers(parsed.text);
  if (duplicate !== undefined) return { fault: 'an object in the body has two members of one name' };
  return depth > MOST_LEVELS ? { fault: 'the body nests too deep' } : { object: parsed.object };
}
