import { Composer, type Document, isMap, isScalar, isSeq, Lexer, type Pair, Parser } from 'yaml';
import { checkLexemes, MOST_LEVELS } from './check-lexemes.ts';
import { checkText } from './check-text.ts';
import { type Entry, isString, type MapNode, type Node, type ScalarNode, type Span } from './node.ts';
import type { Problems } from './problems.ts';
import { resolveScalar } from './resolve-scalar.ts';
import { quote, visible } from '../quote.ts';

/**
 * Reads YAML (JSON is part of it) into nodes with positions, refusing all that could make a text mean something
 * else than it seems to. What is well-formed is returned even where something else is wrong, to be checked further.
 */
export function readDocument(text: string, problems: Problems): Node | undefined {
  if (!checkText(text, problems)) return undefined;
  const lexemes = [...new Lexer().lex(text)];
  if (!checkLexemes(lexemes, problems)) return undefined;
  const options = { version: '1.2', strict: true, uniqueKeys: false, keepSourceTokens: true } as const;
  const documents = new Composer(options).compose(parse(lexemes), true, text.length);
  const first = documents.next();
  if (first.done === true) return undefined;
  reportFaults(first.value, text.length, problems);
  const second = documents.next();
  if (second.done !== true) {
    const [start, end] = second.value.range;
    problems.add(
      'yaml-several-documents',
      { start, end: Math.min(end, start + 3) },
      'a second document begins here',
      'put it into a file of its own',
    );
  }
  return new NodeReader(problems, text.length).read(first.value.contents, { start: 0, end: 0 }, 1);
}

function* parse(lexemes: readonly string[]): ReturnType<Parser['parse']> {
  const parser = new Parser();
  for (const lexeme of lexemes) yield* parser.next(lexeme);
  yield* parser.end();
}

/** How many faults of the syntax are looked at; one bracket too many can make hundreds of thousands. */
const MOST_FAULTS = 100;

function reportFaults(document: Document.Parsed, length: number, problems: Problems): void {
  for (const fault of [...document.errors, ...document.warnings].slice(0, MOST_FAULTS)) {
    const span = { start: Math.min(fault.pos[0], length), end: Math.min(fault.pos[1], length) };
    if (problems.touches(span)) continue;
    if (fault.code === 'RESOURCE_EXHAUSTION') {
      problems.add('too-deep', span, `more than ${String(MOST_LEVELS)} levels of nesting`, 'flatten the file');
    } else {
      problems.add('yaml-syntax', span, sentence(fault.message));
    }
  }
}

const LONGEST_SENTENCE = 200;

/** Some faults quote the text they were found in, to its end. */
function sentence(message: string): string {
  const [line = message] = message.split('\n', 1);
  const whole = visible(line.charAt(0).toLowerCase() + line.slice(1).replace(/[.:]$/, ''));
  return whole.length > LONGEST_SENTENCE ? `${whole.slice(0, LONGEST_SENTENCE).replace(/\p{Cs}/u, '')}…` : whole;
}

class NodeReader {
  readonly #problems: Problems;
  readonly #length: number;

  constructor(problems: Problems, length: number) {
    this.#problems = problems;
    this.#length = length;
  }

  /** Reads a node; `undefined` where it was refused. `place` is where a node that is not there would be. */
  read(node: unknown, place: Span, level: number): Node | undefined {
    const span = spanOf(node) ?? place;
    if (isScalar(node))
      return node.type === 'PLAIN' ? this.#plain(node.source ?? '', span) : this.#quoted(node.value, span);
    if (node === null) return { kind: 'scalar', value: null, ...span };
    if (level > MOST_LEVELS) {
      this.#problems.add('too-deep', span, `more than ${String(MOST_LEVELS)} levels of nesting`, 'flatten the file');
      return undefined;
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item, span, level + 1)).filter((item) => item !== undefined);
      return { kind: 'list', items, ...span };
    }
    return isMap(node) ? this.#map(node.items, span, level) : undefined;
  }

  #quoted(value: unknown, span: Span): ScalarNode | undefined {
    const text = String(value);
    if (!/\p{Cs}/u.test(text)) return { kind: 'scalar', value: text, ...span };
    this.#problems.add('invalid-unicode', span, 'an escape makes half of a surrogate pair that stands alone');
    return undefined;
  }

  #plain(source: string, span: Span): ScalarNode | undefined {
    const resolved = resolveScalar(source);
    if ('value' in resolved) return { kind: 'scalar', value: resolved.value, ...span };
    if (resolved.refused === 'ambiguous') {
      this.#problems.add(
        'ambiguous-scalar',
        span,
        `${quote(source)} is a number to some readers of YAML and a string to others`,
        'write a decimal number, or put quotes around it',
      );
    } else {
      this.#problems.add(
        'number-too-large',
        span,
        `${quote(source)} is too large to be held exactly (2^53 or more)`,
        'put quotes around it if a string is meant',
      );
    }
    return undefined;
  }

  /** The library makes nothing of a value that no colon parts from a key behind `?`, and has nothing against it. */
  #refuseLost({ value, srcToken }: Pair): void {
    if (value !== null || srcToken?.value === undefined) return;
    const { offset } = srcToken.value;
    this.#problems.add(
      'yaml-syntax',
      { start: offset, end: Math.min(offset + 1, this.#length) },
      'a value stands behind a key without `:` between them',
      'write `:` at the start of a line before the value',
    );
  }

  #map(items: readonly Pair[], span: Span, level: number): MapNode {
    const entries: Entry[] = [];
    const refused: string[] = [];
    const seen = new Set<string>();
    for (const item of items) {
      const keySpan = spanOf(item.key) ?? span;
      this.#refuseLost(item);
      if (isScalar(item.key) && item.key.type === 'PLAIN' && item.key.source === '<<') {
        this.#problems.add(
          'yaml-merge-key',
          keySpan,
          'merge keys are not part of the policy language',
          'write the entries out; quote the key if it really is `<<`',
        );
        continue;
      }
      const value = this.read(item.value, { start: keySpan.end, end: keySpan.end }, level + 1);
      const key = this.read(item.key, keySpan, level + 1);
      if (key === undefined) continue;
      if (!isString(key)) {
        this.#problems.add('key-not-string', keySpan, 'a key must be a string', 'put quotes around it');
        continue;
      }
      if (seen.has(key.value)) {
        this.#problems.add(
          'duplicate-key',
          keySpan,
          `the key ${quote(key.value)} stands here twice`,
          'keep one of them',
        );
        continue;
      }
      seen.add(key.value);
      if (value === undefined) refused.push(key.value);
      else entries.push({ key: key.value, keySpan, value });
    }
    return { kind: 'map', entries, refused, ...span };
  }
}

function spanOf(node: unknown): Span | undefined {
  const range = (node as { range?: readonly [number, number, number] } | null)?.range;
  return range && { start: range[0], end: range[1] };
}
