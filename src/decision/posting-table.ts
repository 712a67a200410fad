/**
 * Lists of rule numbers by 32-bit keys, in flat memory: 8 bytes a slot, and 4 more for each number of a list of several.
 * Different things may share a key, so what is found under one holds all that was filed there, and perhaps more.
 */
export class PostingTable {
  /** Pairs of key and entry by open addressing: an odd number for one rule, else where a list begins; 0 for none. */
  readonly #slots: Uint32Array;
  /** Lists: their length, then their numbers. The first is empty, so that 0 can stand for none. */
  readonly #lists: Uint32Array;
  readonly #mask: number;

  constructor(filed: Postings) {
    const { size, keys, numbers } = filed;
    const capacity = capacityFor(size);
    this.#mask = capacity - 1;
    this.#slots = new Uint32Array(2 * capacity);
    const slots = this.#slots;
    // Each slot counts first, so that every list has its place before it is written.
    for (let i = 0; i < size; i++) {
      const slot = this.#slotOf(keys[i] ?? 0);
      slots[slot] = keys[i] ?? 0;
      slots[slot + 1] = (slots[slot + 1] ?? 0) + 1;
    }
    let end = 1;
    for (let slot = 1; slot < slots.length; slot += 2) {
      const count = slots[slot] ?? 0;
      if (count > 1) {
        slots[slot] = listEntry(end);
        end += 1 + count;
      }
    }
    this.#lists = new Uint32Array(end);
    for (let i = 0; i < size; i++) this.#put(this.#slotOf(keys[i] ?? 0) + 1, numbers[i] ?? 0);
  }

  /** Appends the numbers under a key, in the order they were filed. */
  collect(key: number, found: number[]): void {
    const entry = this.#slots[this.#slotOf(key) + 1] ?? 0;
    if (isSingle(entry)) {
      found.push(entry >>> 1);
      return;
    }
    const start = listStart(entry);
    const length = this.#lists[start] ?? 0;
    for (let i = start + 1; i <= start + length; i++) found.push(this.#lists[i] ?? 0);
  }

  /** The keys under which there are more than so many numbers. */
  *crowded(few: number): Generator<number> {
    for (let slot = 0; slot < this.#slots.length; slot += 2) {
      const entry = this.#slots[slot + 1] ?? 0;
      const count = isSingle(entry) ? 1 : (this.#lists[listStart(entry)] ?? 0);
      if (count > few) yield this.#slots[slot] ?? 0;
    }
  }

  #put(entryAt: number, number: number): void {
    const entry = this.#slots[entryAt] ?? 0;
    // A count of one has not been given a list, and is the only odd entry that can be met here.
    if (isSingle(entry)) {
      this.#slots[entryAt] = number * 2 + 1;
      return;
    }
    const start = listStart(entry);
    const length = (this.#lists[start] ?? 0) + 1;
    this.#lists[start] = length;
    this.#lists[start + length] = number;
  }

  /** The slot that holds a key, or the free one where it would go. */
  #slotOf(key: number): number {
    let at = spread(key) & this.#mask;
    while (this.#slots[2 * at + 1] !== 0 && this.#slots[2 * at] !== key) at = (at + 1) & this.#mask;
    return 2 * at;
  }
}

/** Pairs of key and rule number on their way into a table. */
export class Postings {
  size = 0;
  keys: Uint32Array = new Uint32Array(16);
  numbers: Uint32Array = new Uint32Array(16);

  add(key: number, number: number): void {
    if (this.size === this.keys.length) {
      this.keys = doubled(this.keys);
      this.numbers = doubled(this.numbers);
    }
    this.keys[this.size] = key;
    this.numbers[this.size] = number;
    this.size += 1;
  }

  /** All pairs but those of some keys. */
  without(keys: ReadonlySet<number>): Postings {
    const rest = new Postings();
    for (let i = 0; i < this.size; i++) {
      const key = this.keys[i] ?? 0;
      if (!keys.has(key)) rest.add(key, this.numbers[i] ?? 0);
    }
    return rest;
  }
}

function doubled(numbers: Uint32Array): Uint32Array {
  const larger = new Uint32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}

/** A power of two that leaves a third of the slots free at least, so that searches stay short. */
function capacityFor(size: number): number {
  let capacity = 4;
  while (capacity < size * 1.5) capacity *= 2;
  return capacity;
}

const isSingle = (entry: number): boolean => (entry & 1) === 1;
const listEntry = (start: number): number => start * 2;
const listStart = (entry: number): number => entry / 2;

/** Spreads neighbouring keys over the whole table. */
function spread(key: number): number {
  const once = Math.imul(key ^ (key >>> 16), 0x85ebca6b);
  return once ^ (once >>> 13);
}
