/** What an issuer publishes, answered without a network; every request is counted. */
export class PublishedIssuer {
  readonly url: string;
  keys: readonly unknown[];
  /** As a machine that cannot be reached. */
  down = false;
  /** The paths that were asked for, in order. */
  readonly asked: string[] = [];

  constructor(url: string, keys: readonly unknown[]) {
    this.url = url;
    this.keys = keys;
  }

  readonly fetch: typeof fetch = async (input) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    this.asked.push(asked.pathname);
    if (this.down || asked.origin !== this.url) throw new TypeError('fetch failed');
    if (asked.pathname === '/.well-known/openid-configuration') {
      return Response.json({ issuer: this.url, jwks_uri: `${this.url}/jwks` });
    }
    return asked.pathname.endsWith('/jwks') ? Response.json({ keys: this.keys }) : new Response(null, { status: 404 });
  };

  /** How often the key set was asked for. */
  get fetches(): number {
    return this.asked.filter((path) => path.endsWith('/jwks')).length;
  }
}
