/** One entrance of a service, as standard as can be: whoever serves it brings the sockets. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Exactly this path, without a query: `/access/v1/evaluation`. */
  readonly path: string;
  /**
   * Total: what goes wrong is an answer too. `peer` is where the connection came from, an address or `unix`; left out
   * where nobody knows.
   */
  readonly handle: (request: Request, peer?: string) => Promise<Response>;
}
