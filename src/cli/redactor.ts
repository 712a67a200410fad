import { GITPOD_FORMS, GITPOD_KINDS } from '../policy/subject/gitpod-path.ts';
import { subjectSchemes } from '../policy/subject/schemes.ts';
import { supportedAlgorithms } from '../token/algorithms.ts';

/** What says nothing of anybody: words of standards, of subject schemes and of the policy language. */
const OWN_WORDS: ReadonlySet<string> = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'alg', 'kid', 'typ', 'https', 'http'],
  ...GITPOD_KINDS,
  ...GITPOD_FORMS.flatMap(({ segments }) => segments),
  ...subjectSchemes.keys(),
  ...supportedAlgorithms,
  ...['read', 'write', 'list', 'create', 'update', 'delete'],
  ...['equals', 'glob', 'prefix', 'not', 'present', 'contains', 'containsAny', 'oneOf', 'from', 'until'],
  ...['action', 'actions', 'resource', 'resources', 'rule', 'kind', 'path', 'id', 'segments'],
  ...['effect', 'allow', 'deny', 'grants', 'denied'],
]);

/** What texts are made of: between these stands a word. */
const WORD = /[^\s/:@,*?]+/gu;

/** Puts placeholders for words, `<1>`, `<2>` and so on: the same one for the same word, for as long as it lives. */
export class Redactor {
  readonly #numbers = new Map<string, number>();

  /** A text with its structure: `org:acme/user:ada` becomes `org:<1>/user:<2>`. */
  text(text: string): string {
    return text.replace(WORD, (word) => (OWN_WORDS.has(word) || word === '${' || word === '}' ? word : `<${String(this.#numberOf(word))}>`));
  } // prettier-ignore

  /** A JSON value with each text in it redacted; a hidden number of four digits or more becomes that of its placeholder. */
  value<Value>(value: Value, numbers: 'kept' | 'hidden' = 'kept'): Value {
    return this.#any(value, numbers) as Value;
  }

  place<Place extends { readonly file: string }>(place: Place): Place {
    return { ...place, file: this.text(place.file) };
  }

  #any(value: unknown, numbers: 'kept' | 'hidden'): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') {
      return numbers === 'hidden' && String(value).length >= 4 ? this.#numberOf(String(value)) : value;
    }
    if (Array.isArray(value)) return value.map((one) => this.#any(one, numbers));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [this.text(name), this.#any(member, numbers)]),
    );
  }

  #numberOf(word: string): number {
    const number = this.#numbers.get(word) ?? this.#numbers.size + 1;
    this.#numbers.set(word, number);
    return number;
  }
}
