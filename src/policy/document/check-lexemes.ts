import { CST } from 'yaml';
import type { LoadErrorCode } from '../diagnostic.ts';
import type { Problems } from './problems.ts';
import { quote } from '../quote.ts';

/** The most levels of nesting a policy file may have. */
export const MOST_LEVELS = 64;

const PLAIN_SCALAR_FOLLOWS = '\u001f';
const WITHOUT_TEXT: ReadonlySet<string> = new Set(['\u0002', '\u0018', PLAIN_SCALAR_FOLLOWS]);

/** Each may open a level of its own in a line outside brackets: `- - ? a`. */
const BLOCK_INDICATORS: ReadonlySet<CST.TokenType | null> = new Set([
  'seq-item-ind',
  'explicit-key-ind',
  'map-value-ind',
]);

/** What YAML can say and a policy must not: each makes a file mean something else than what it seems to say. */
const REFUSED: Readonly<Record<string, readonly [code: LoadErrorCode, message: string, help: string]>> = {
  anchor: [
    'yaml-anchor',
    'anchors are not part of the policy language',
    'write the value out; quote it if it really begins with `&`',
  ],
  alias: [
    'yaml-alias',
    'aliases are not part of the policy language',
    'write the value out; quote it if it really begins with `*`',
  ],
  tag: [
    'yaml-tag',
    'tags are not part of the policy language',
    'remove the tag; quote the value if it really begins with `!`',
  ],
  'directive-line': ['yaml-directive', 'YAML directives are not part of the policy language', 'remove the line'],
};

/**
 * Looks through the flat list of lexemes before anything is built from them: refused constructs, comments glued to
 * a value, and nesting beyond all bounds. False where the text must not be given to the parser.
 */
export function checkLexemes(lexemes: readonly string[], problems: Problems): boolean {
  let offset = 0;
  let flowDepth = 0;
  let indicators = 0;
  let plainEnded = false;
  let plainFollows = false;
  for (const lexeme of lexemes) {
    if (WITHOUT_TEXT.has(lexeme)) {
      plainFollows = lexeme === PLAIN_SCALAR_FOLLOWS;
      continue;
    }
    const span = { start: offset, end: offset + lexeme.length };
    offset = span.end;
    if (plainFollows) {
      plainFollows = false;
      // A block scalar ends with its line, so that no comment stands behind it.
      plainEnded = lexeme !== '' && !lexeme.endsWith('\n');
      continue;
    }
    const type = CST.tokenType(lexeme);
    const refused = REFUSED[String(type)];
    if (refused !== undefined) problems.add(refused[0], span, refused[1], refused[2]);
    if (plainEnded && /^#+[^\s#]/.test(lexeme)) {
      problems.add(
        'glued-comment',
        span,
        `${quote(lexeme.slice(0, 40))} is a comment here, not part of the value before it`,
        'put a space behind `#` if a comment is meant, quotes around the value if not',
      );
    }
    if (type !== 'space') plainEnded = false;
    if (type === 'newline') indicators = 0;
    else if (type === 'flow-map-start' || type === 'flow-seq-start') flowDepth++;
    else if (type === 'flow-map-end' || type === 'flow-seq-end') flowDepth--;
    else if (flowDepth <= 0 && BLOCK_INDICATORS.has(type)) indicators++;
    if (flowDepth > MOST_LEVELS || indicators > MOST_LEVELS) {
      problems.add('too-deep', span, `more than ${String(MOST_LEVELS)} levels of nesting`, 'flatten the file');
      return false;
    }
  }
  return true;
}
