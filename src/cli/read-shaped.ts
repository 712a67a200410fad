import { readTextFile } from '../files/read.ts';
import { checkShape, type Shape } from '../policy/document/check-shape.ts';
import { MOST_BYTES } from '../policy/document/check-text.ts';
import { type Node, toValue } from '../policy/document/node.ts';
import { Problems } from '../policy/document/problems.ts';
import { readDocument } from '../policy/document/read-document.ts';
import { InvalidDocument } from './invalid-document.ts';

/**
 * A YAML or JSON file that is no policy, read as strictly as one and held against its schema and a check of its own.
 *
 * @throws {InvalidDocument} with all that is wrong with it
 * @throws {FileRefused} where it cannot be read
 */
export async function readShaped(
  file: string,
  shape: Shape,
  check: (root: Node, problems: Problems) => void = () => undefined,
): Promise<unknown> {
  const text = await readTextFile(file, { maxBytes: MOST_BYTES });
  const problems = new Problems(file, text);
  const root = readDocument(text, problems);
  if (root !== undefined) {
    check(root, problems);
    checkShape(root, problems, shape);
    if (problems.count === 0) return toValue(root);
  }
  throw new InvalidDocument({ file, text }, problems.list());
}
