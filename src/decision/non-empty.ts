/** A list with something in it. */
export type NonEmpty<T> = readonly [T, ...T[]];

export function isNonEmpty<T>(list: readonly T[]): list is NonEmpty<T> {
  return list.length > 0;
}

export function mapNonEmpty<T, U>([first, ...rest]: NonEmpty<T>, to: (one: T) => U): NonEmpty<U> {
  return [to(first), ...rest.map(to)];
}
