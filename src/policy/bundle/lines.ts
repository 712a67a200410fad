import { BundleFault } from './bundle-fault.ts';

const NEWLINE = 0x0a;
/** Lines are decoded in stretches of about so many bytes: few calls, and no line keeps much else in memory. */
const STRETCH = 64 * 1024;

/** A bundle's bytes taken apart. */
export interface BundleLines {
  /** The header and the rules. */
  readonly lines: Generator<string, undefined>;
  /** What a signature is over: all bytes but the line of the signature itself. */
  readonly unsigned: Uint8Array;
  readonly signature: string | undefined;
  /** The number of the last line. */
  readonly end: number;
}

/** @throws {BundleFault} of bytes that are not lines of UTF-8, each with its end */
export function bundleLines(bytes: Uint8Array): BundleLines {
  const end = countLines(bytes);
  if (bytes.at(-1) !== NEWLINE) {
    throw new BundleFault('bundle-altered', end + 1, 'the last line has no end', 'the file was cut off; copy it again');
  }
  const last = bytes.lastIndexOf(NEWLINE, -2) + 1;
  const signature = signatureIn(decode(bytes.subarray(last, -1), end));
  const unsigned = signature === undefined ? bytes : bytes.subarray(0, last);
  return { lines: split(unsigned), unsigned, signature, end };
}

function signatureIn(line: string): string | undefined {
  const [, signature] = /^\{"signature":"([A-Za-z0-9_.-]*)"\}$/.exec(line) ?? [];
  return signature;
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

function* split(bytes: Uint8Array): Generator<string, undefined> {
  let number = 1;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, Math.min(start + STRETCH, bytes.length - 1));
    const lines = decode(bytes.subarray(start, end), number).split('\n');
    yield* lines;
    number += lines.length;
    start = end + 1;
  }
  return undefined;
}

function decode(bytes: Uint8Array, line: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new BundleFault('bundle-malformed', line, 'the bundle is not valid UTF-8 from here on', 'copy it again, as it is'); // prettier-ignore
  }
}
