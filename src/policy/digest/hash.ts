/** A SHA-256 (FIPS 180-4) under way; texts count as UTF-8. */
export interface Sha256 {
  update(data: string | Uint8Array): void;
  /** 32 bytes. Ends it. */
  digest(): Uint8Array;
}
