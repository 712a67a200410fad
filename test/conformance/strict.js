// @ts-check

/**
 * Refuses what is no object, and names that nobody knows: a slip in the data must not pass as a row that held.
 * @param {unknown} value
 * @param {readonly string[]} names
 * @param {string} where
 */
export function only(value, names, where) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${where} must be a map with some of ${names.join(', ')}`);
  }
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`${where} has \`${unknown}\`; known are ${names.join(', ')}`);
}

/**
 * The one member of a map, or a bare name: `silence`, `{ status: 500 }`.
 * @template Value
 * @param {unknown} recipe
 * @param {Readonly<Record<string, Value>>} table
 * @param {string} where
 * @returns {[value: Value, argument: any, name: string]}
 */
export function oneOf(recipe, table, where) {
  const members = typeof recipe === 'string' ? { [recipe]: undefined } : Object(recipe);
  const [name = '', ...more] = Object.keys(members);
  const value = more.length === 0 && Object.hasOwn(table, name) ? table[name] : undefined;
  if (value === undefined) throw new Error(`${where} must be one of ${Object.keys(table).join(', ')}`);
  return [value, members[name], name];
}
