/** One segment of a path template: text as it is, one segment of any text, or one or more of them at the end. */
export type TemplateSegment =
  { readonly literal: string } | { readonly name: string } | { readonly name: string; readonly rest: true };

/** Why a template cannot be read, as a sentence, and how to mend it. */
export interface TemplateFault {
  readonly message: string;
  readonly help: string;
}

const VARIABLE = /^\{([A-Za-z][A-Za-z0-9_]*)(\+?)\}$/;
/** What no segment of a path that is let through can hold. */
const UNREACHABLE = /[;\\?#%]|\p{Cc}|\p{Cs}/u;

/** Reads a path template, such as `/v1/secrets/{path+}`. Its text is plain: nothing in it is percent-encoded. */
export function readPathTemplate(template: string): readonly TemplateSegment[] | TemplateFault {
  if (!template.startsWith('/')) return { message: 'the path does not begin with `/`', help: 'write `/v1/…`' };
  const segments: TemplateSegment[] = [];
  const texts = template.slice(1).split('/');
  for (const [index, text] of texts.entries()) {
    const isLast = index === texts.length - 1;
    const segment = segmentOf(text, isLast);
    if ('message' in segment) return segment;
    if ('name' in segment && segments.some((other) => 'name' in other && other.name === segment.name)) {
      return { message: `\`{${segment.name}}\` stands twice in the path`, help: 'give each a name of its own' };
    }
    segments.push(segment);
  }
  return segments;
}

function segmentOf(text: string, isLast: boolean): TemplateSegment | TemplateFault {
  const [, name, plus] = VARIABLE.exec(text) ?? [];
  if (name !== undefined) {
    if (plus === '') return { name };
    if (isLast) return { name, rest: true };
    return { message: `\`{${name}+}\` is not at the end of the path`, help: 'only the last segment may be several' };
  }
  if (/[{}]/.test(text)) {
    const help = 'a segment is text, `{name}`, or `{name+}` at the end';
    return { message: 'a variable must be a whole segment of the path', help };
  }
  if (text === '' && !isLast) return { message: 'the path has an empty segment', help: 'write one `/`' };
  if (text === '.' || text === '..' || UNREACHABLE.test(text)) {
    const help =
      'requests whose path has `.`, `..`, `;`, `\\` or control characters are refused; the query takes no part';
    return { message: 'no path that is let through has this segment', help };
  }
  return { literal: text };
}

/** How two templates lie: the paths of one among those of the other, or some in both and some in each alone. */
export type Relation = 'disjoint' | 'same' | 'inside' | 'around' | 'crossing';

/** How the paths that `a` matches lie to those that `b` matches. */
export function relate(a: readonly TemplateSegment[], b: readonly TemplateSegment[]): Relation {
  let isInside = false;
  let isAround = false;
  for (let at = 0; ; at++) {
    const [one, other] = [a[at], b[at]];
    if (one === undefined && other === undefined) break;
    if (one === undefined || other === undefined) return 'disjoint';
    if ('rest' in one && 'rest' in other) break;
    if ('rest' in one || 'rest' in other) {
      if (('rest' in one ? b : a).slice(at).some(isEmpty)) return 'disjoint';
      if ('rest' in one) isAround = true;
      else isInside = true;
      break;
    }
    if ('literal' in one && 'literal' in other) {
      if (one.literal !== other.literal) return 'disjoint';
    } else if (isEmpty(one) || isEmpty(other)) return 'disjoint';
    else if ('literal' in one) isInside = true;
    else if ('literal' in other) isAround = true;
  }
  if (isInside && isAround) return 'crossing';
  return isInside ? 'inside' : isAround ? 'around' : 'same';
}

/** The segment behind a `/` at the end, which no variable stands for. */
function isEmpty(segment: TemplateSegment): boolean {
  return 'literal' in segment && segment.literal === '';
}
