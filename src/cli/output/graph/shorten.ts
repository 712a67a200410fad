/** How long one part of a path, and a list of actions, may be. */
const MOST_OF_A_PART = 24;
export const MOST_OF_ACTIONS = 48;

/** A label with each long part cut in its middle: `prj:019527e4…cf56198`. */
export function shortened(label: string, most: number = MOST_OF_A_PART): string {
  return label
    .split('/')
    .map((part) => {
      const letters = [...part];
      return letters.length <= most ? part : `${letters.slice(0, 13).join('')}…${letters.slice(-7).join('')}`;
    })
    .join('/');
}
