/** Why a path was not read or written. Codes are stable: branch on them, never on the sentence. */
export type FileRefusal =
  /** Nothing is there, or a link that leads nowhere. */
  | 'missing'
  /** The system does not let this process read it. */
  | 'not-readable'
  /** Neither a regular file nor (where one may stand) a directory: a FIFO, socket or device. */
  | 'not-a-file'
  /** Its real path lies outside the real path of the directory that was given. */
  | 'outside-root'
  /** Longer than the caller's limit. */
  | 'too-large'
  /** Not well-formed UTF-8. */
  | 'not-utf8'
  /** Others may read or write it, or it belongs to another user. */
  | 'not-private'
  /** It was written to while it was being read. */
  | 'changed'
  /** It is already there and must not be replaced. */
  | 'exists'
  /** The system does not let this process write it, or the disk failed. */
  | 'not-writable';

const sentences: Readonly<Record<FileRefusal, string>> = {
  missing: 'does not exist',
  'not-readable': 'cannot be read',
  'not-a-file': 'is not a regular file',
  'outside-root': 'leads out of the directory it was found in',
  'too-large': 'is too large',
  'not-utf8': 'is not valid UTF-8',
  'not-private': 'is not private',
  changed: 'changed while it was being read',
  exists: 'exists already',
  'not-writable': 'cannot be written',
};

/**
 * A path that this room would not, or could not, read or write. `path` is the path as the caller may show it,
 * unescaped; `message` is one line with the path in backticks, escaped. `cause` is the system's error, if any.
 */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
  readonly code: FileRefusal;
  readonly path: string;

  constructor(code: FileRefusal, path: string, options: { cause?: unknown; detail?: string } = {}) {
    super(
      `${quotePath(path)} ${sentences[code]}${options.detail === undefined ? '' : ` (${options.detail})`}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.path = path;
  }
}

/**
 * Turns a system error on `path` into a refusal, with the code `otherwise` where the error has no better one.
 * Any other error is a fault of the program and comes back as it is.
 */
export function refusalOf(error: unknown, path: string, otherwise: 'not-readable' | 'not-writable'): unknown {
  const system = systemCode(error);
  if (error instanceof FileRefused || system === undefined) return error;
  const code = refusals[system];
  return code === undefined
    ? new FileRefused(otherwise, path, { cause: error, detail: system })
    : new FileRefused(code, path, { cause: error });
}

/** The code of a system error (`ENOENT`), or `undefined` for anything else. */
export function systemCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

const refusals: Readonly<Partial<Record<string, FileRefusal>>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EEXIST: 'exists',
  ELOOP: 'not-a-file',
  ENXIO: 'not-a-file',
  EISDIR: 'not-a-file',
};

function quotePath(path: string): string {
  return `\`${path.replace(UNSAFE, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`)}\``;
}

/** What could break a line, hide, or turn the direction of writing in a message. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}`]/gu;
