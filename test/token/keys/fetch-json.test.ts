import { describe, expect, test } from '@jest/globals';
import { fetchJson, type Fetch, type JsonAnswer, type JsonRequest } from '../../../src/token/keys/fetch-json.ts';

const url = new URL('https://a.example/jwks');
const { signal } = new AbortController();
/** The answer to one request, given by whoever stands where the network is. */
const fetchOf =
  (response: Response): Fetch =>
  () =>
    Promise.resolve(response);
const answerOf = (response: Response, more: Partial<JsonRequest> = {}): Promise<JsonAnswer> =>
  fetchJson(url, { fetch: fetchOf(response), signal, bytes: 20, noCache: false, ...more });

/** A body that arrives in pieces, and whether the rest of it was refused. */
const pieces = (...texts: string[]): { body: ReadableStream<Uint8Array>; isCancelled: () => boolean } => {
  let cancelled = false;
  const waiting = texts.map((text) => new TextEncoder().encode(text));
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = waiting.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
    cancel: () => {
      cancelled = true;
    },
  });
  return { body, isCancelled: () => cancelled };
};

describe('a document is asked for', () => {
  test.each<[name: string, noCache: boolean, headers: Record<string, string>]>([
    ['as JSON', false, { accept: 'application/json' }],
    ['past every cache', true, { accept: 'application/json', 'cache-control': 'no-cache' }],
  ])('%s, at its url, until the signal, without a redirect', async (_name, noCache, headers) => {
    const asked: unknown[] = [];
    const fetch: Fetch = (input, init) => {
      asked.push(input, init);
      return Promise.resolve(Response.json({}));
    };
    await fetchJson(url, { fetch, signal, bytes: 20, noCache });
    expect(asked).toEqual([url.href, { redirect: 'manual', signal, headers }]);
  });
});

describe('an answer is taken', () => {
  test('with its value and its headers', async () => {
    const { value, headers } = await answerOf(Response.json({ a: [1] }, { headers: { age: '5' } }));
    expect([value, headers.get('age')]).toEqual([{ a: [1] }, '5']);
  });

  test.each<[name: string, response: Response]>([
    ['without a type', new Response(new TextEncoder().encode('{}'))],
    ['as text', new Response('{}', { headers: { 'content-type': 'text/plain' } })],
    ['as what only mentions a page', new Response('{}', { headers: { 'content-type': 'a/b; c=text/html' } })],
    ['as a type that begins like a page', new Response('{}', { headers: { 'content-type': 'text/html5' } })],
    ['after a byte order mark', new Response('\ufeff{}')],
    ['of just enough bytes', new Response(' '.repeat(18) + '{}')],
    ['in pieces', new Response(pieces('', '{', '', '}').body)],
  ])('%s', async (_name, response) => {
    expect((await answerOf(response)).value).toEqual({});
  });

  test('in pieces that cut a character', async () => {
    const [first, second] = [Uint8Array.of(0x22, 0xc3), Uint8Array.of(0xa4, 0x22)];
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(first);
        controller.enqueue(second);
        controller.close();
      },
    });
    expect((await answerOf(new Response(body))).value).toBe('ä');
  });
});

/** What `redirect: 'manual'` yields in a browser, where nothing of a redirect may be seen. */
const opaque = Object.defineProperties(new Response(null), {
  type: { value: 'opaqueredirect' },
  status: { value: 0 },
});

describe('an answer is refused', () => {
  test.each<[name: string, response: Response, says: string]>([
    ['status 201', new Response('{}', { status: 201 }), 'answered with status 201'],
    ['status 204', new Response(null, { status: 204 }), 'answered with status 204'],
    ['status 299', new Response('{}', { status: 299 }), 'answered with status 299'],
    ['status 300', new Response('{}', { status: 300 }), 'answered with a redirect, and none is followed'],
    ['status 399', new Response('{}', { status: 399 }), 'answered with a redirect, and none is followed'],
    ['status 400', new Response('{}', { status: 400 }), 'answered with status 400'],
    ['a hidden redirect', opaque, 'answered with a redirect, and none is followed'],
    ['an error', Response.error(), 'answered with status 0'],
    [
      'a page',
      new Response('{}', { headers: { 'content-type': ' Text/HTML;charset=utf-8' } }),
      'answered with `Text/HTML;charset=utf-8`',
    ],
    ['without a body', new Response(null), 'answered with something that is not JSON'],
    ['with half a document', new Response('{'), 'answered with something that is not JSON'],
    [
      'with bytes that are not UTF-8',
      new Response(Uint8Array.of(0x22, 0xff, 0x22)),
      'answered with something that is not JSON',
    ],
    ['of one byte too many', new Response(' '.repeat(19) + '{}'), 'answered with more than 20 bytes'],
  ])('%s', async (_name, response, says) => {
    await expect(answerOf(response)).rejects.toThrow(new Error(says));
  });

  test('in the middle of its body where that grows too long', async () => {
    const { body, isCancelled } = pieces('['.repeat(15), '['.repeat(15), '[');
    await expect(answerOf(new Response(body))).rejects.toThrow(/^answered with more than 20 bytes$/);
    expect(isCancelled()).toBe(true);
  });
});
