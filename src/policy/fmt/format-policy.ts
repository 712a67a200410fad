import type { Diagnostic } from '../diagnostic.ts';
import { Problems } from '../document/problems.ts';
import { readDocument } from '../document/read-document.ts';
import type { PolicySource } from '../parse.ts';
import type { FileLayout } from './layout.ts';
import { orderKeys } from './order-keys.ts';
import { readLayout } from './read-layout.ts';
import { assertSameMeaning, type Reading } from './same-meaning.ts';
import { writeJson } from './write-json.ts';
import { writeYaml } from './write-yaml.ts';

/**
 * The canonical form of one policy file: keys in the order of the language, two-space indent, quotes where YAML would
 * surprise; comments, single blank lines and the choice between brackets and lines are the author's. A file whose name
 * ends in `.json` becomes JSON.
 *
 * It means what the text meant, and formatting it again changes nothing. A file need not be a correct policy: only
 * what keeps it from being read as a document is in `diagnostics`, and then there is no `text`.
 */
export function formatPolicy({ file, text }: PolicySource): { text?: string; diagnostics: readonly Diagnostic[] } {
  const before = read(file, text);
  if (before.diagnostics.length > 0) return { diagnostics: before.diagnostics };
  const layout = ordered(readLayout(text.replaceAll('\r\n', '\n')));
  const written = file.endsWith('.json') ? writeJson(layout) : writeYaml(layout);
  const formatted = written === '' ? '' : `${written}\n`;
  assertSameMeaning(before.root, read(file, formatted));
  return { text: formatted, diagnostics: [] };
}

function ordered(layout: FileLayout): FileLayout {
  return { ...layout, root: { ...layout.root, value: orderKeys(layout.root.value) } };
}

function read(file: string, text: string): Reading {
  const problems = new Problems(file, text);
  const root = readDocument(text, problems);
  return { root, diagnostics: problems.list() };
}
