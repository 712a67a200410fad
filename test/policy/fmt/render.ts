import { LRUCache } from 'lru-cache';
import { toValue, valueAt } from '../../../src/policy/document/node.ts';
import { Problems } from '../../../src/policy/document/problems.ts';
import { readDocument } from '../../../src/policy/document/read-document.ts';
import type { Json } from './documents.ts';

/** How a document is laid out: a source of numbers that decides everything, and what may happen at all. */
export interface Style {
  readonly choices: readonly number[];
  readonly shuffle: boolean;
  readonly json: boolean;
}

/** Writes a document as a careless author might: any style, quotes, indentation, order of keys, comments, blank lines. */
export function render(document: Json, style: Style): string {
  return new Author(style).write(document);
}

/** The comments of a text that `render` made, in order, by their numbers. */
export function commentsOf(text: string): string[] {
  return [...text.matchAll(/<(\d+)>/g)].map(([, number = '']) => number);
}

class Author {
  readonly #style: Style;
  #at = 0;
  #comments = 0;

  constructor(style: Style) {
    this.#style = style;
  }

  write(document: Json): string {
    const head = this.#one(6) === 0 ? '# yaml-language-server: $schema=x\n' : '';
    const marker = !this.#style.json && this.#one(8) === 0 ? '---\n' : '';
    const margin = this.#one(4) === 0 ? 2 : 0;
    const body = this.#isBlock(document) ? this.#block(document, margin) : `${this.#flow(document, 1)}\n`;
    const text = head + this.#gap(0) + marker + this.#gap(0) + body + this.#gap(0);
    return this.#one(8) === 0 ? text.replaceAll('\n', '\r\n') : text;
  }

  /** A choice among so many, 0 being the dullest once the numbers are used up. */
  #one(count: number): number {
    const choice = this.#style.choices[this.#at++];
    return choice === undefined ? count - 1 : choice % count;
  }

  #comment(): string {
    const signs = ['# ', '#', '## ', '#  '][this.#one(4)] ?? '# ';
    return `${signs}<${String(this.#comments++)}> it: "is" {so}${this.#one(4) === 0 ? '  ' : ''}`;
  }

  /** Lines without content, the comments at most so far in. */
  #gap(indent: number, least = 0): string {
    let text = '';
    while (this.#one(3) === 0) {
      const margin = ' '.repeat(Math.max(least, this.#one(indent + 1)));
      text += this.#one(2) === 0 ? `${this.#one(3) === 0 ? margin : ''}\n` : `${margin}# ${this.#comment()}\n`;
    }
    return text;
  }

  /** The end of a line. */
  #eol(): string {
    const comment = this.#one(5);
    return comment === 0 ? `  ${this.#comment().replace(/^#(?=<)/, '# ')}\n` : comment === 1 ? ' \n' : '\n';
  }

  #isBlock(value: Json): value is Json[] | { [key: string]: Json } {
    return typeof value === 'object' && value !== null && Object.keys(value).length > 0 && this.#one(3) !== 0;
  }

  #entries(value: { [key: string]: Json }): [string, Json][] {
    const entries = Object.entries(value);
    if (!this.#style.shuffle) return entries;
    for (let at = entries.length - 1; at > 0; at--) {
      const other = this.#one(at + 1);
      [entries[at], entries[other]] = [entries[other]!, entries[at]!];
    }
    return entries;
  }

  #block(value: Json[] | { [key: string]: Json }, indent: number, compact = false): string {
    const margin = ' '.repeat(indent);
    const entries = Array.isArray(value) ? value.map((item) => [undefined, item] as const) : this.#entries(value);
    return entries
      .map(([key, item], index) => {
        const start = compact && index === 0 ? '' : this.#gap(indent) + margin;
        const sign = key === undefined ? '-' : this.#key(key, indent);
        return start + sign + this.#after(item, indent, key !== undefined);
      })
      .join('')
      .concat(this.#gap(indent));
  }

  #key(key: string, indent: number): string {
    const text = this.#line(key, false);
    return key.length > 1000 || this.#one(12) === 0 ? `? ${text}${this.#eol()}${' '.repeat(indent)}:` : `${text}:`;
  }

  /** What follows a dash or a colon. */
  #after(value: Json, indent: number, isEntry: boolean): string {
    if (this.#isBlock(value)) {
      const inner = indent + 1 + this.#one(4);
      if (!isEntry && this.#one(3) !== 0)
        return ' '.repeat(inner - indent - 1 || 1) + this.#block(value, Math.max(inner, indent + 2), true);
      const flush = isEntry && Array.isArray(value) && this.#one(3) === 0;
      return this.#eol() + this.#block(value, flush ? indent : inner);
    }
    if (typeof value === 'string' && this.#one(3) === 0) {
      const lines = this.#lines(value, indent);
      if (lines !== undefined) return lines;
    }
    if (value === null && this.#one(2) === 0) return this.#eol();
    const below = this.#one(8) === 0 ? this.#eol() + this.#gap(indent + 1, indent + 1) + ' '.repeat(indent) : '';
    return `${below} ${this.#flow(value, indent + 1)}${this.#eol()}`;
  }

  /** A string over several lines, if it can be written so. */
  #lines(value: string, indent: number): string | undefined {
    const margin = ' '.repeat(indent + 1 + this.#one(3));
    const words = value.split(' ');
    const middle = 1 + this.#one(Math.max(1, words.length - 1));
    const halves = [words.slice(0, middle).join(' '), words.slice(middle).join(' ')];
    const body = value.replace(/\n*$/, '').replaceAll('\n', `\n${margin}`);
    const chomp = !value.endsWith('\n') ? '-' : value.endsWith('\n\n') ? '+' : '';
    const folded = `>-\n${margin}${halves.join(`\n${margin}`)}\n`;
    const literal = `|${chomp}${this.#one(2) === 0 ? ' # ' + this.#comment() : ''}\n${margin}${body}${chomp === '+' ? value.slice(value.trimEnd().length) : '\n'}`;
    const quoted = `"${halves.map((half) => JSON.stringify(half).slice(1, -1)).join(`\n\n  ${margin}`.replace('\n\n', '\n'))}"\n`;
    const single = `'${halves.map((half) => half.replaceAll("'", "''")).join(`\n${margin}`)}'\n`;
    const plain = `${halves.join(`\n${margin}`)}\n`;
    const text = [folded, literal, quoted, single, plain][this.#one(5)] ?? folded;
    return this.#reads(`${' '.repeat(indent)}a: ${text}`, value) && this.#isVisible(text) ? ` ${text}` : undefined;
  }

  #flow(value: Json, indent: number): string {
    if (typeof value === 'string') return this.#line(value, true);
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const members = Array.isArray(value)
      ? value.map((item) => this.#flow(item, indent))
      : this.#entries(value).map(([key, item]) => {
          const name = key.length > 1000 ? `? ${this.#line(key, true)}` : this.#line(key, true);
          return `${name}:${this.#space(indent)}${this.#flow(item, indent)}`;
        });
    const inner = members.map((member) => this.#pad(indent) + member + this.#pad(indent)).join(',');
    const comma = members.length > 0 && this.#one(6) === 0 ? `,${this.#pad(indent)}` : '';
    return Array.isArray(value) ? `[${inner}${comma}]` : `{${inner}${comma}}`;
  }

  #space(indent: number): string {
    return this.#one(10) === 0 ? ` ${this.#comment()}\n${' '.repeat(indent)}` : ' ';
  }

  #pad(indent: number): string {
    switch (this.#one(12)) {
      case 0:
        return ` ${this.#comment().replace(/^#(?=<)/, '# ')}\n${' '.repeat(indent)}`;
      case 1:
        return `\n${this.#gap(indent, 1)}${' '.repeat(indent)}`;
      case 2:
        return '';
      default:
        return ' ';
    }
  }

  /** A string on one line: with the quotes chosen, if it can have them. */
  #line(value: string, flow: boolean): string {
    const doubled = JSON.stringify(value).replace(
      /[^ -~\u00a1-\u00ac]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    const single = `'${value.replaceAll("'", "''")}'`;
    const text = [value, single, doubled, value][this.#one(4)] ?? doubled;
    const fits =
      !/[\n\r\t]/.test(value) &&
      value !== '<<' &&
      this.#isVisible(text) &&
      !(text === value && /^[+.\d]|[,[\]{}]/.test(value));
    return fits && this.#reads(flow ? `a: [ ${text} ]` : `a: ${text}`, flow ? [value] : value) ? text : doubled;
  }

  #isVisible(text: string): boolean {
    return !/[^\n -~\u00a1-\u00ac]/.test(text);
  }

  #reads(text: string, expected: Json): boolean {
    const value = known.get(text) ?? memberA(text);
    known.set(text, value);
    return value === JSON.stringify(expected);
  }
}

/** What texts read as, since most come up time and again. */
const known = new LRUCache<string, string>({ max: 10_000 });

/** The JSON of the member `a` of a document; nothing where there is none, or something is wrong. */
function memberA(text: string): string {
  const problems = new Problems('', text);
  const value = valueAt(readDocument(text, problems), 'a');
  return problems.count === 0 && value !== undefined ? JSON.stringify(toValue(value)) : '';
}
