import type { TokenHeader } from './header.ts';
import type { IssuerTrust } from './issuer-trust.ts';
import type { JsonObject } from './json.ts';

/** A header that a signature of an issuer's held for, and that was judged by what the issuer is trusted with. */
export interface KnownHeader {
  readonly trust: IssuerTrust;
  readonly alg: string;
  readonly object: JsonObject;
  readonly header: TokenHeader;
}

const MOST_ENTRIES = 64;
const LONGEST = 1_024;

/**
 * Headers by their text as sent: an issuer's tokens share one for each of its keys. Only what was signed gets in, so
 * nobody else can crowd it out.
 */
export class KnownHeaders {
  readonly #byText = new Map<string, KnownHeader>();

  get(text: string): KnownHeader | undefined {
    return this.#byText.get(text);
  }

  /** The oldest goes where there are too many. */
  remember(text: string, known: KnownHeader): void {
    if (text.length > LONGEST) return;
    const [oldest] = this.#byText.keys();
    if (oldest !== undefined && this.#byText.size >= MOST_ENTRIES) this.#byText.delete(oldest);
    this.#byText.set(copyOf(text), known);
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A part cut from a token can keep all of the token in memory. */
function copyOf(text: string): string {
  return decoder.decode(encoder.encode(text));
}
