/** Where a request stands in a distributed trace (W3C Trace Context, section 3.2). Hexadecimal, in lower case. */
export interface TraceContext {
  /** 32 digits. */
  readonly traceId: string;
  /** The span of the caller: 16 digits. */
  readonly parentId: string;
  /** 2 digits; the last bit says whether the caller records the trace. */
  readonly flags: string;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/s;

/** Longer ones are those of no version that is known. */
const LONGEST = 512;

/**
 * Reads the value of `traceparent`, version 00 to the letter and later ones as far as they are alike (section 3.2.4).
 * `undefined` for any other, as for ids that are all zeros, and the version `ff`.
 */
export function parseTraceparent(value: string): TraceContext | undefined {
  if (value.length > LONGEST) return undefined;
  const [, version, traceId = '', parentId = '', flags = '', more] = TRACEPARENT.exec(value) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  return { traceId, parentId, flags };
}
