/** What `/metrics` tells: each sample's value, by its name with its labels as written. */
export type Samples = ReadonlyMap<string, number>;

export async function read(operations: string): Promise<string> {
  return (await fetch(`${operations}/metrics`)).text();
}

export async function samplesOf(operations: string): Promise<Samples> {
  const lines = (await read(operations)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

/** Waits for what happens in another process; not for any length of time. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
