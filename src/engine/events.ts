/** What happens to an engine apart from its decisions, for metrics. Never holds a token. */
export type EngineEvent =
  /** Policies are in force: at the start, and after every reload, whether or not they differ from those before. */
  | {
      readonly kind: 'policies_loaded';
      readonly digest: string;
      readonly issuers: readonly { readonly name: string; readonly url: string }[];
    }
  /** Policies were not reloaded; the last good ones are still in force. */
  | { readonly kind: 'policies_refused'; readonly error: Error }
  /** The keys of the issuer with this url were fetched. */
  | { readonly kind: 'keys_fetched'; readonly issuer: string }
  /** A fetch of the keys of the issuer with this url came to nothing. */
  | { readonly kind: 'keys_failed'; readonly issuer: string; readonly error: Error };

/** Is told of events as they happen. What it throws is ignored. */
export type OnEngineEvent = (event: EngineEvent) => void;

/** Who watches an engine must not cost a reload or the keys. */
export function unfailingListener(listener: OnEngineEvent | undefined): OnEngineEvent {
  return (event) => {
    try {
      listener?.(event);
    } catch {
      // There is nobody left to tell.
    }
  };
}
