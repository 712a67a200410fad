/**
 * Refuses what a caller misspelt or invented: an option that is silently ignored is a check that is silently off.
 * Throws a `TypeError` that names the valid choices.
 */
export function knownOptions(of: string, given: unknown, names: readonly string[]): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`${of} takes an object of options: ${names.join(', ')}`);
  }
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) {
      throw new TypeError(`${of} has no option ${JSON.stringify(name)}; valid are: ${names.join(', ')}`);
    }
  }
}

/** Refuses an option of the wrong type, saying what it must be. */
export function mustBe(holds: boolean, option: string, what: string): void {
  if (!holds) throw new TypeError(`${option} must be ${what}`);
}
