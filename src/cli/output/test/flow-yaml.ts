const PLAIN = /^[A-Za-z_](?:[\w ./-]*[\w./-])?$/;
/** Words that YAML 1.1 or 1.2 takes for something else than text. */
const NOT_TEXT = /^(?:null|true|false|yes|no|on|off|y|n)$/i;
const NOT_ASCII = /[^ -~]/gu;

/** A value of JSON as YAML on one line: quoted only where it must be, with everything beyond ASCII escaped. */
export function flowYaml(value: unknown): string {
  if (typeof value === 'string') return PLAIN.test(value) && !NOT_TEXT.test(value) ? value : quoted(value);
  if (Array.isArray(value)) return `[${value.map(flowYaml).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, inner]) => `${flowYaml(key)}: ${flowYaml(inner)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(NOT_ASCII, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}
