/** The first finding of a search through places; `none` is sure of all of them. */
export function firstFound<Place, Finding extends object>(
  places: Iterable<Place>,
  look: (place: Place) => Finding | 'none' | 'undecided',
): Finding | 'none' | 'undecided' {
  let answer: 'none' | 'undecided' = 'none';
  for (const place of places) {
    const found = look(place);
    if (typeof found !== 'string') return found;
    if (found === 'undecided') answer = found;
  }
  return answer;
}
