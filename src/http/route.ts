/** One entrance of a service, as standard as can be: whoever serves it brings the sockets. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Exactly this path, without a query: `/access/v1/evaluation`. */
  readonly path: string;
  /** Total: what goes wrong is an answer too. */
  readonly handle: (request: Request) => Promise<Response>;
}
