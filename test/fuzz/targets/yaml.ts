import { Problems } from '../../../src/policy/document/problems.ts';
import { readDocument } from '../../../src/policy/document/read-document.ts';
import { type Node, toValue } from '../../../src/policy/document/node.ts';
import { formatPolicy } from '../../../src/policy/fmt/format-policy.ts';
import { corpus, dictionary, yaml } from '../documents.ts';
import { derive } from '../grammar.ts';
import { hold, holdDiagnostics, holdEqual } from '../hold.ts';
import { mutate } from '../mutate.ts';
import type { Target } from '../target.ts';

/** Formatting adds indents and line ends, for each of at most 64 levels and 1 MiB. */
const GROWTH = 130;

/** The reader of YAML, and the formatter, which is held to what the reader says. */
export const yamlTarget: Target = {
  draw: (random) => {
    const text = random.onceIn(2) ? derive(yaml, random) : random.pick(corpus);
    return random.onceIn(4) ? text : mutate(text, corpus, dictionary, random);
  },
  check(text) {
    const { root, diagnostics } = read(text);
    holdDiagnostics(diagnostics, 'p.yaml', text);
    for (const file of ['p.yaml', 'p.json']) {
      const formatted = formatPolicy({ file, text });
      hold((formatted.text === undefined) === diagnostics.length > 0, 'formatted what cannot be read', file);
      if (formatted.text === undefined) continue;
      hold(formatted.text.length <= (text.length + 2) * GROWTH, 'a form too long', formatted.text.length);
      holdEqual(formatPolicy({ file, text: formatted.text }).text, formatted.text, `formatted twice, ${file}`);
      holdEqual(asJson(read(formatted.text).root), asJson(root), 'another meaning');
    }
    if (diagnostics.length === 0) holdLikeJson(text, root);
    return diagnostics.length === 0;
  },
};

function read(text: string): { root: Node | undefined; diagnostics: ReturnType<Problems['list']> } {
  const problems = new Problems('p.yaml', text);
  const root = readDocument(text, problems);
  return { root, diagnostics: problems.list() };
}

/** What JSON reads too, it reads the same. */
function holdLikeJson(text: string, root: Node | undefined): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  holdEqual(asJson(root), sorted(value), 'another value than by JSON.parse');
}

function asJson(root: Node | undefined): unknown {
  return root === undefined ? undefined : sorted(toValue(root));
}

/** With members as pairs in order of their names, so that none is special. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return { members: Object.entries(value).map(([name, member]) => [name, sorted(member)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)) }; // prettier-ignore
}
