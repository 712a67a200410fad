import { ANY_SEGMENTS, type GlobSegment, globSegments } from '../policy/glob/glob.ts';
import { type TemplateSegment, templateSegments } from '../policy/glob/template.ts';
import { type Expression, sequence, some, type SymbolClass, text, type WordSymbol } from './automaton.ts';

const CONTROL = /^\p{Cc}$/u;

/** What a glob's `*` may stand for. */
export const inText: SymbolClass = (symbol) => !CONTROL.test(symbol);
export const inSegment: SymbolClass = (symbol) => symbol !== '/' && inText(symbol);

const FILLED: Expression = some({ one: inSegment });
const SLASH: Expression = text('/');

/** A segment that may stand in a path: not empty, not `.`, not `..`. */
export function properSegment(inClass: SymbolClass): Expression {
  const rest: Expression = { many: { one: inClass } };
  const notDot: Expression = { one: (symbol) => symbol !== '.' && inClass(symbol) };
  return {
    either: [sequence(notDot, rest), sequence(text('.'), notDot, rest), sequence(text('..'), { one: inClass }, rest)],
  };
}

/** The values that a glob matches. */
export function globExpression(pattern: string): Expression {
  return segmentsExpression(globSegments(pattern), () => FILLED);
}

/** What a template is taken for: a mark that stands for its one unknown value, or any segment there can be. */
export type TemplateReading = 'mark' | 'any-segment';

/** The resources that a pattern with templates matches. */
export function resourceExpression(pattern: string, reading: TemplateReading): Expression {
  const segments = templateSegments(pattern);
  if ('fault' in segments) throw new TypeError('analysis takes a policy that parsePolicy returned');
  return segmentsExpression(segments, (mark) => (reading === 'mark' ? { text: [mark] } : FILLED));
}

/** Whether a resource pattern holds a template. */
export function hasTemplate(pattern: string): boolean {
  return pattern.includes('${');
}

function segmentsExpression(
  segments: readonly TemplateSegment[],
  template: (mark: WordSymbol) => Expression,
): Expression {
  const parts = segments.map((segment, i): Expression => {
    const isLast = i === segments.length - 1;
    if (segment === ANY_SEGMENTS) {
      return isLast ? sequence(FILLED, { many: sequence(SLASH, FILLED) }) : { many: sequence(FILLED, SLASH) };
    }
    const one = 'variable' in segment ? template(markOf(segment)) : segmentExpression(segment);
    return isLast ? one : sequence(one, SLASH);
  });
  return sequence(...parts);
}

function segmentExpression(segment: Exclude<GlobSegment, typeof ANY_SEGMENTS>): Expression {
  if ('literal' in segment) return text(segment.literal);
  if (/^\*+$/.test(segment.stars)) return FILLED;
  const [first = '', ...others] = segment.stars.split('*');
  return sequence(text(first), ...others.flatMap((piece): Expression[] => [{ many: { one: inSegment } }, text(piece)]));
}

type Mark = Extract<TemplateSegment, { variable: unknown }>;

/** INVARIANT: a mark is longer than one code unit, so that no text can be taken for it. */
export function markOf({ variable }: Mark): WordSymbol {
  return 'claim' in variable ? `claim ${variable.claim}` : `segment ${variable.segment}`;
}

/** The variable that a symbol of a word stands for, if it is a mark. */
export function variableOf(symbol: WordSymbol): Mark['variable'] | undefined {
  const [, what, name = ''] = /^(claim|segment) (.*)$/su.exec(symbol) ?? [];
  if (what === undefined) return undefined;
  return what === 'claim' ? { claim: name } : { segment: name };
}
