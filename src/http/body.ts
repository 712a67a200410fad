/** Why a body was not read. */
export type BodyFault = 'too-large' | 'not-utf8';

/** The text of a request's body. Reads at most `mostBytes`, whatever the length was said to be. */
export async function readBody(
  request: Request,
  mostBytes: number,
): Promise<{ readonly text: string } | { readonly fault: BodyFault }> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  let length = 0;
  // Leaving the loop cancels the rest.
  const chunks = (request.body ?? []) as Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  try {
    for await (const chunk of chunks) {
      length += chunk.length;
      if (length > mostBytes) return { fault: 'too-large' };
      text += decoder.decode(chunk, { stream: true });
    }
    return { text: text + decoder.decode() };
  } catch (error) {
    if (error instanceof TypeError) return { fault: 'not-utf8' };
    throw error;
  }
}

/** Whether a request says that its body is of this media type (RFC 9110, section 8.3), whatever its parameters. */
export function hasMediaType(request: Request, type: string): boolean {
  const [given = ''] = (request.headers.get('content-type') ?? '').split(';');
  return given.trim().toLowerCase() === type;
}
