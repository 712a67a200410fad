import { send as sendOn, type WireAnswer } from '../wire.ts';

export interface RawRequest {
  readonly method?: string;
  readonly target: string;
  /** Each in a line of its own, also where a name stands twice. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

export interface RawResponse extends Pick<WireAnswer, 'status' | 'body'> {
  /** By lower-case name; the values of one name in their order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

/** Sends a request on a connection of its own, byte for byte as written, and reads the answer to its end. */
export async function send(port: number, { method = 'GET', target, headers = [] }: RawRequest): Promise<RawResponse> {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  const answer = await sendOn({ host: '127.0.0.1', port }, `${method} ${target} HTTP/1.1`, lines);
  return { ...answer, headers: new Map(Object.entries(answer.headers)) };
}
