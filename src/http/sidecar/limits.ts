/** Bounds of what a connection may cost. */
export interface Limits {
  /** The most bytes of a request's line and headers together. */
  readonly headerBytes: number;
  /** The most bytes of a request's body. */
  readonly bodyBytes: number;
  /** The most seconds until a request has arrived whole. */
  readonly requestSeconds: number;
  /** Seconds that an idle connection stays open. */
  readonly keepAliveSeconds: number;
  /** The most connections at a time on each port. */
  readonly connections: number;
  /** The most seconds that requests under way are waited for. */
  readonly drainSeconds: number;
}

/** Idle connections outlive those that nginx (60 s), Traefik (90 s) and Caddy (120 s) keep, so that none is cut in use. */
export const DEFAULT_LIMITS: Limits = {
  headerBytes: 32_768,
  bodyBytes: 65_536,
  requestSeconds: 10,
  keepAliveSeconds: 125,
  connections: 4096,
  drainSeconds: 10,
};
