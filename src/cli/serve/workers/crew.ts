import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from '../../../engine/options.ts';
import type { Address } from '../../../http/sidecar/address.ts';
import type { Answers, FromWorker, ToWorker } from './messages.ts';

/** Milliseconds. A worker that lived for long is replaced at once; the sooner others end, the longer the wait. */
const [SHORTEST_WAIT, LONGEST_WAIT, LONG_LIFE] = [100, 30_000, 10_000];

/** How the first worker fared: where it listens, or the code with which it ended before it did. */
export type Start = { readonly address: Address } | { readonly exitCode: number };

/** A number of processes of this program that answer on one address. One that ends unasked is replaced. */
export class Crew {
  readonly #size: number;
  readonly #logger: Logger;
  readonly #listening = new Set<Worker>();
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #asked = 0;
  #restarts = 0;
  #failures = 0;
  #isEnding = false;

  constructor(size: number, logger: Logger) {
    this.#size = size;
    this.#logger = logger;
  }

  get listening(): number {
    return this.#listening.size;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Starts one, and the others once it listens: what keeps one from it keeps all, and is said once. */
  async start(): Promise<Start> {
    const first = await this.#fork({ isFirst: true });
    if ('exitCode' in first || this.#isEnding) return first;
    await Promise.all(Array.from({ length: this.#size - 1 }, () => this.#fork({ isFirst: false })));
    return first;
  }

  /** The answers of those workers that give one in time (milliseconds). */
  async ask<What extends keyof Answers>(what: What, time: number): Promise<readonly Answers[What][]> {
    const answers = [...this.#listening].map((worker) => this.#ask(worker, what, time));
    return (await Promise.all(answers)).filter((answer) => answer !== undefined);
  }

  reload(): void {
    for (const worker of this.#listening) send(worker, { kind: 'reload' });
  }

  /** Lets every worker finish, replaces none any more, and kills what is left after a time (milliseconds). */
  async end(time: number): Promise<void> {
    this.#isEnding = true;
    const workers = all();
    const ended = Promise.all(workers.map((worker) => once(worker, 'exit')));
    for (const worker of workers) {
      if (this.#listening.has(worker)) send(worker, { kind: 'end' });
      else worker.process.kill('SIGKILL');
    }
    const late = setTimeout(() => all().forEach((worker) => worker.process.kill('SIGKILL')), time);
    await ended;
    clearTimeout(late);
  }

  /** Lets no worker finish what it does. */
  hurry(): void {
    for (const worker of this.#listening) send(worker, { kind: 'end' });
  }

  /** Resolves when the new worker listens or has ended. */
  #fork({ isFirst }: { readonly isFirst: boolean }): Promise<Start> {
    const worker = cluster.fork();
    const born = performance.now();
    return new Promise((resolve) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'answer') return this.#waiting.get(message.id)?.(message.answer);
        this.#listening.add(worker);
        resolve({ address: message.address });
      });
      worker.once('exit', (code: number | null, signal: string | null) => {
        const neverListened = !this.#listening.delete(worker);
        resolve({ exitCode: code ?? 1 });
        if (this.#isEnding || (isFirst && neverListened)) return;
        this.#failures = performance.now() - born < LONG_LIFE ? this.#failures + 1 : 0;
        this.#replace({ pid: worker.process.pid, code, signal });
      });
    });
  }

  #replace(ended: object): void {
    const wait = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** this.#failures);
    this.#logger.error({ ...ended, wait }, 'a worker ended; another takes its place');
    setTimeout(() => {
      if (this.#isEnding) return;
      this.#restarts += 1;
      void this.#fork({ isFirst: false });
    }, wait).unref();
  }

  #ask<What extends keyof Answers>(worker: Worker, what: What, time: number): Promise<Answers[What] | undefined> {
    const id = (this.#asked += 1);
    return new Promise((resolve) => {
      const settle = (answer: unknown): void => {
        clearTimeout(late);
        worker.off('exit', gone);
        this.#waiting.delete(id);
        resolve(answer as Answers[What] | undefined);
      };
      const gone = (): void => settle(undefined);
      const late = setTimeout(gone, time);
      worker.once('exit', gone);
      this.#waiting.set(id, settle);
      send(worker, { kind: 'ask', id, what });
    });
  }
}

function all(): readonly Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined && !worker.isDead()) as Worker[];
}

function send(worker: Worker, message: ToWorker): void {
  // One that is gone by now gets nothing; its end is seen elsewhere.
  if (worker.isConnected()) worker.send(message, () => undefined);
}
