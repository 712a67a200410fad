export interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const TOKEN = String.raw`[!#$%&'*+.^_\`|~0-9A-Za-z-]+`;
const QUOTED = String.raw`"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)"`;

/**
 * Reads a `WWW-Authenticate` value by the grammar of RFC 9110, section 11.6.1, without `token68`, and throws for anything
 * that does not follow it or names a parameter twice.
 */
export function challengesOf(value: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  let rest = value;
  const take = (pattern: string): RegExpExecArray | undefined => {
    const found = new RegExp(`^${pattern}`).exec(rest) ?? undefined;
    rest = rest.slice(found?.[0].length ?? 0);
    return found;
  };
  while (rest !== '') {
    const parameter = take(String.raw`(${TOKEN})[\t ]*=[\t ]*(?:${QUOTED}|(${TOKEN}))`);
    const scheme = parameter === undefined ? take(`(${TOKEN})(?: +|$)`)?.[1] : undefined;
    if (scheme !== undefined) challenges.push({ scheme, parameters: {} });
    else if (parameter !== undefined) {
      const [, name = '', quoted, plain] = parameter;
      const parameters = challenges.at(-1)?.parameters;
      if (parameters === undefined || Object.hasOwn(parameters, name.toLowerCase())) throw new SyntaxError(value);
      parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
      if (rest !== '' && take(String.raw`[\t ]*,[\t ]*`) === undefined) throw new SyntaxError(value);
    } else throw new SyntaxError(value);
  }
  return challenges;
}
