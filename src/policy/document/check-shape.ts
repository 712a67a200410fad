import type { LoadErrorCode } from '../diagnostic.ts';
import { suggest } from '../suggest.ts';
import { quote } from '../quote.ts';
import { headOf, type Node, type Span, toValue } from './node.ts';
import type { Problems } from './problems.ts';

/** A published JSON Schema as the build made it enforceable. */
export interface Shape {
  readonly validate: {
    (data: unknown): boolean;
    errors?: readonly Fault[] | null;
  };
  /** The keys that may stand at a place, by its path with `*` for any name or index. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly words: ShapeWords;
}

interface Fault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly propertyName?: string;
  readonly message?: string;
}

/** A code, its sentence and how to mend it. */
export type Saying = readonly [code: LoadErrorCode, message: string, help?: string | undefined];

/** What a kind of document calls things. Places are paths as in `Shape.keys`; `undefined` leaves it to the general words. */
export interface ShapeWords {
  /** What is versioned, such as `the policy language`. */
  readonly language: string;
  readonly unknownKey?: (place: string) => LoadErrorCode | undefined;
  /** Of a value that is none of those allowed. */
  readonly unknownValue?: (place: string) => readonly [code: LoadErrorCode, what: string] | undefined;
  readonly missing?: (place: string, key: string) => Saying | undefined;
  readonly forbidden?: (place: string) => Saying | undefined;
  readonly pattern?: (place: string, pattern: string) => Saying | undefined;
  readonly tooLong?: (place: string) => LoadErrorCode | undefined;
  /** Of a map that must have exactly one entry. */
  readonly count?: (place: string, keyword: 'minProperties' | 'maxProperties') => Saying | undefined;
  /** Why nothing may stand here. */
  readonly nothing?: (place: string) => string | undefined;
}

/** Holds a file against a published schema; every fault is reported at its place. */
export function checkShape(root: Node, problems: Problems, shape: Shape): void {
  const { validate } = shape;
  if (validate(toValue(root))) return;
  const reporter = new Reporter(root, problems, shape);
  for (const fault of validate.errors ?? []) {
    if (problems.full) return;
    reporter.report(fault);
  }
}

/** A place in the document: its node, what to point at, and its path with `*` for names and indexes. */
interface Target {
  readonly node: Node;
  readonly span: Span;
  readonly path: string;
}

class Reporter {
  readonly #root: Node;
  readonly #problems: Problems;
  readonly #keys: Shape['keys'];
  readonly #words: ShapeWords;

  constructor(root: Node, problems: Problems, { keys, words }: Shape) {
    this.#root = root;
    this.#problems = problems;
    this.#keys = keys;
    this.#words = words;
  }

  report(fault: Fault): void {
    const target = this.#follow(fault.instancePath);
    const { node, path } = target;
    const words = this.#words;
    const span = keyIn(node, fault.propertyName) ?? target.span;
    const add = ([code, message, help]: Saying, part?: string): void => {
      this.#problems.add(code, span, message, help, part);
    };
    switch (fault.keyword) {
      case 'additionalProperties':
        this.#unknownKey(String(fault.params['additionalProperty']), target);
        return;
      case 'required': {
        const key = String(fault.params['missingProperty']);
        if (node.kind === 'map' && node.refused.includes(key)) return;
        add(words.missing?.(path, key) ?? ['missing-key', `the key ${quote(key)} is missing`, missingHelp(key)], key);
        return;
      }
      case 'type': {
        const help = node.kind === 'scalar' && node.value === null ? this.#nothingHelp(path) : undefined;
        const message = `expected ${expectedTypes(fault.params['type'])}, found ${typeOf(node)}`;
        add(['wrong-type', message, help]);
        return;
      }
      case 'const': {
        const known = `is not a version of ${words.language} that is known here`;
        add(['unsupported-version', `${quote(toValue(node))} ${known}`, 'write `version: 1`']);
        return;
      }
      case 'enum':
        this.#unknownValue(target, fault.params['allowedValues'] as readonly string[]);
        return;
      case 'not':
        add(words.forbidden?.(path) ?? ['invalid-value', 'this may not stand here']);
        return;
      case 'minItems':
        if (this.#problems.touches(node)) return;
        add(['empty-list', 'the list is empty', 'name at least one, or remove the key']);
        return;
      case 'minLength':
        add(['empty-value', 'the text is empty']);
        return;
      case 'maxLength':
        add([
          words.tooLong?.(path) ?? 'too-long',
          `the text is longer than ${String(fault.params['limit'])} characters`,
        ]);
        return;
      case 'maxItems':
        add(['too-many', `more than ${String(fault.params['limit'])} entries`]);
        return;
      case 'minProperties':
      case 'maxProperties':
        if (node.kind === 'map' && node.refused.length > 0) return;
        add(words.count?.(path, fault.keyword) ?? countSaying(fault.keyword));
        return;
      case 'pattern':
        add(words.pattern?.(path, String(fault.params['pattern'])) ?? patternSaying(String(fault.params['pattern'])));
        return;
      case 'exclusiveMinimum':
      case 'exclusiveMaximum':
        add(['number-too-large', 'the number is too large to be held exactly (2^53 or more)']);
        return;
      case 'if':
      case 'propertyNames':
        return;
      default:
        add(['invalid-value', fault.message ?? 'the value is not of the form it must have']);
    }
  }

  #follow(instancePath: string): Target {
    const root = this.#root;
    let target: Target = { node: root, span: root.kind === 'map' ? headOf(root) : root, path: '' };
    for (const step of instancePath.split('/').slice(1)) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      const { node, path } = target;
      const known = this.#keys[path]?.includes(name) === true;
      const entry = node.kind === 'map' ? node.entries.find(({ key }) => key === name) : undefined;
      const next = node.kind === 'list' ? node.items[Number(name)] : entry?.value;
      if (next === undefined) return target;
      const span = entry === undefined || next.kind === 'scalar' ? headOf(next) : entry.keySpan;
      target = { node: next, span, path: `${path}/${known ? name : '*'}` };
    }
    return target;
  }

  #unknownKey(key: string, { node, path }: Target): void {
    this.#problems.add(
      this.#words.unknownKey?.(path) ?? 'unknown-key',
      keyIn(node, key) ?? node,
      `${quote(key)} is not a key that may stand here`,
      () => suggest(key, this.#keys[path] ?? []),
    );
  }

  #unknownValue({ node, span, path }: Target, allowed: readonly string[]): void {
    const value = toValue(node);
    const [code, what] = this.#words.unknownValue?.(path) ?? ['unknown-value', 'a value that may stand here'];
    const help = (): string | undefined => (typeof value === 'string' ? suggest(value, allowed) : undefined);
    this.#problems.add(code, span, `${quote(value)} is not ${what}`, help);
  }

  #nothingHelp(place: string): string {
    return this.#words.nothing?.(place) ?? 'the value is missing';
  }
}

function missingHelp(key: string): string | undefined {
  return key === 'version' ? 'every file begins with `version: 1`' : undefined;
}

function countSaying(keyword: 'minProperties' | 'maxProperties'): Saying {
  return keyword === 'minProperties'
    ? ['missing-key', 'nothing stands here', 'write at least one entry, or remove the key']
    : ['too-many', 'more entries than may stand here'];
}

function patternSaying(pattern: string): Saying {
  if (pattern === '\\S') return ['empty-value', 'the text is blank'];
  return ['invalid-value', 'the text has control characters, or white space at an end'];
}

function keyIn(node: Node, key: string | undefined): Span | undefined {
  return node.kind === 'map' ? node.entries.find((entry) => entry.key === key)?.keySpan : undefined;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
};

function expectedTypes(types: unknown): string {
  return [types]
    .flat()
    .map((type) => TYPE_NAMES[String(type)] ?? String(type))
    .join(' or ');
}

function typeOf(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'a map' : 'a list';
  return node.value === null ? 'nothing' : typeof node.value === 'string' ? 'a string' : quote(String(node.value));
}
