/** The registered claims that decisions rest on (RFC 7519, section 4.1). */
const registered: ReadonlySet<string> = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']);

/** A claim name that a person, or a more tolerant parser, would take for a registered one. */
export interface AmbiguousClaim {
  readonly name: string;
  readonly registered: string;
}

/**
 * Finds a name that reads as a registered claim and is not it: another case, another Unicode form, invisible characters
 * or accents added, or letters of other scripts that look the same. Two parsers must never see two subjects.
 */
export function ambiguousClaim(names: readonly string[]): AmbiguousClaim | undefined {
  for (const name of names) {
    if (registered.has(name)) continue;
    const read = PRINTABLE_ASCII.test(name) ? name.toLowerCase() : skeleton(name);
    if (registered.has(read)) return { name, registered: read };
  }
  return undefined;
}

const PRINTABLE_ASCII = /^[\x21-\x7e]*$/;

/** Decomposes twice, because lower case can bring up marks of its own (`İ`). */
function skeleton(name: string): string {
  const lower = name.normalize('NFKD').toLowerCase().normalize('NFKD');
  let read = '';
  for (const letter of lower.replace(UNSEEN, '')) read += lookalikes.get(letter) ?? letter;
  return read;
}

const UNSEEN = /[\p{M}\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u115f\u1160\u2800]/gu;

/** The letters of the registered names, each with what reads as it: Cyrillic, Greek, Armenian, and Latin of other forms. */
const lookalikes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: 'аαɑᴀ',
    b: 'ЬьвβʙᏏƅ',
    d: 'ԁɗᴅ',
    e: 'еεєҽᴇ',
    f: 'ƒꜰϝ',
    i: 'іιıɩӏɪ',
    j: 'јϳȷᴊ',
    n: 'пηνոɴ',
    p: 'рρᴘ',
    s: 'ѕꜱƽ',
    t: 'тτᴛ',
    u: 'υսʋᴜ',
    x: 'хχ',
  }).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);
