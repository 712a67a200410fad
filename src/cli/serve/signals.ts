/** What the signals to a server ask for. None is lost between the first moment and the one when it is asked about. */
export interface Signals {
  /** Settles with the next SIGINT or SIGTERM that nobody was told of yet. */
  end(): Promise<void>;
  /** Calls back for each SIGHUP from now on, and once for those before. */
  reload(call: () => void): void;
}

export function catchSignals(): Signals {
  let ends = 0;
  let told = 0;
  const waiting: (() => void)[] = [];
  let isDue = false;
  let onReload = (): void => {
    isDue = true;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      ends += 1;
      waiting.shift()?.();
    });
  }
  process.on('SIGHUP', () => onReload());
  return {
    end: () => {
      told += 1;
      return told <= ends ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
    },
    reload: (call) => {
      onReload = call;
      if (isDue) call();
    },
  };
}
