/** Every pattern in which one segment that says something is loosened; stars alone say nothing. */
export function looserGlobs(pattern: string, loosen: (segment: string) => string = () => '*'): readonly string[] {
  const segments = pattern.split('/');
  return segments
    .map((segment, i) => (/^\*+$/.test(segment) ? pattern : segments.with(i, loosen(segment)).join('/')))
    .filter((looser) => looser !== pattern);
}
