import type { Random } from './random.ts';

/** Changes a text in one place or in four; `others` and `dictionary` are what may be put into it. */
export function mutate(text: string, others: readonly string[], dictionary: readonly string[], random: Random): string {
  let mutated = text;
  for (let left = random.onceIn(3) ? 4 : 1; left > 0; left--) mutated = mutateOnce(mutated, others, dictionary, random);
  return mutated;
}

function mutateOnce(text: string, others: readonly string[], dictionary: readonly string[], random: Random): string {
  const [start, end] = stretch(text, random);
  const cut = text.slice(start, end);
  const put = (piece: string): string => text.slice(0, start) + piece + text.slice(end);
  if (random.onceIn(2)) return changeWord(text, others, dictionary, random);
  switch (random.below(7)) {
    case 0:
      return put('');
    case 1:
      return put(cut.repeat(2 + (random.onceIn(20) ? random.below(200) : random.below(3))));
    case 2:
      return put(random.pick(dictionary));
    case 3:
      return put(cut + random.pick(dictionary));
    case 4:
      return put(String.fromCharCode(random.onceIn(4) ? random.below(0x1_0000) : random.below(0x80)));
    case 5: {
      const other = random.pick(others);
      return put(other.slice(...stretch(other, random)));
    }
    default: {
      const at = random.below(text.length + 1);
      return text.slice(0, at) + cut + text.slice(at);
    }
  }
}

const WORD = /[^\s"'{}[\],:]+/g;

/** Puts a word of another text, or of the dictionary, in the place of one: the form of a text often bears that. */
function changeWord(text: string, others: readonly string[], dictionary: readonly string[], random: Random): string {
  const words = [...text.matchAll(WORD)];
  if (words.length === 0) return text;
  const { 0: word, index } = random.pick(words);
  const foreign = random.pick(others).match(WORD) ?? dictionary;
  return text.slice(0, index) + random.pick(random.onceIn(3) ? dictionary : foreign) + text.slice(index + word.length);
}

/** Mostly a few characters, sometimes whole lines, seldom any part. */
function stretch(text: string, random: Random): readonly [start: number, end: number] {
  const at = random.below(text.length + 1);
  switch (random.below(4)) {
    case 0: {
      const end = text.indexOf('\n', at);
      return [text.lastIndexOf('\n', at) + 1, end < 0 ? text.length : end + 1];
    }
    case 1:
      return [at, at + random.below(text.length - at + 1)];
    default:
      return [at, Math.min(text.length, at + random.below(9))];
  }
}
