import type { Node, Span } from '../document/node.ts';
import type { Problems } from '../document/problems.ts';
import { visible } from '../quote.ts';
import type { Place } from '../policy.ts';

/** One policy file on its way: what it says, and what was found wrong with it so far. */
export interface Source {
  readonly file: string;
  readonly problems: Problems;
  readonly root: Node | undefined;
}

export function placeOf(source: Source, span: Span): Place {
  const { file, line, column } = source.problems.lines.locate(span);
  return { file, line, column };
}

export function inWords({ file, line }: Place): string {
  return `${visible(file)}:${String(line)}`;
}
