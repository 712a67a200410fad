import { CountersignError } from '../decision/reason.ts';

/**
 * Loads a package that may be left out of an installation (`npm install --omit=optional`). `needed` begins the sentence
 * that says who needs it; `install` is what to install.
 *
 * @throws {CountersignError} `ERR_PACKAGE_MISSING`, naming the package and the command that installs it
 */
export async function optionalPackage<T>(
  name: string,
  load: () => Promise<T>,
  needed: string,
  install: string = name,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new CountersignError(
      'ERR_PACKAGE_MISSING',
      `${needed} the package \`${name}\`, which is not installed; help: npm install ${install}`,
      { cause },
    );
  }
}
