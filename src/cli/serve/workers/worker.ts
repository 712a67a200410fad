import { catchSignals, type Signals } from '../signals.ts';
import type { Address } from '../../../http/sidecar/address.ts';
import type { Answers, FromWorker, ToWorker } from './messages.ts';

/**
 * What the primary passes on of the signals it gets. A worker's own count for nothing: a terminal sends them to primary and
 * workers alike, and they would count twice.
 */
export function workerSignals(): Signals {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  return catchSignals({
    onEnd: (call) => onMessage(({ kind }) => kind === 'end' && call()),
    onReload: (call) => onMessage(({ kind }) => kind === 'reload' && call()),
  });
}

/** Tells the primary where this worker listens, and answers its questions from now on. */
export function reportToPrimary(
  address: Address,
  answers: { readonly [What in keyof Answers]: () => Promise<Answers[What]> },
): void {
  onMessage((message) => {
    if (message.kind !== 'ask') return;
    const { id, what } = message;
    // What cannot be answered is not: the primary waits no longer than it wants to.
    answers[what]().then(
      (answer) => tell({ kind: 'answer', id, answer }),
      () => undefined,
    );
  });
  tell({ kind: 'listening', address });
}

function onMessage(call: (message: ToWorker) => unknown): void {
  process.on('message', (message) => void call(message as ToWorker));
}

function tell(message: FromWorker): void {
  // A primary that is gone ends this process too.
  process.send?.(message, undefined, undefined, () => undefined);
}
