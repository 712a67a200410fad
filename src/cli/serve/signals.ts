/** What the signals to a server ask for. None is lost between the first moment and the one when it is asked about. */
export interface Signals {
  /** Settles with the next SIGINT or SIGTERM that nobody was told of yet. */
  end(): Promise<void>;
  /** Calls back for each SIGHUP from now on, and once for those before. */
  reload(call: () => void): void;
}

/** Where signals come from: each registers what is called for one. */
interface SignalSource {
  readonly onEnd: (call: () => void) => void;
  readonly onReload: (call: () => void) => void;
}

const ownSignals: SignalSource = {
  onEnd: (call) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, call);
  },
  onReload: (call) => process.on('SIGHUP', call),
};

export function catchSignals({ onEnd, onReload }: SignalSource = ownSignals): Signals {
  let ends = 0;
  let told = 0;
  const waiting: (() => void)[] = [];
  let isDue = false;
  let reload = (): void => {
    isDue = true;
  };
  onEnd(() => {
    ends += 1;
    waiting.shift()?.();
  });
  onReload(() => reload());
  return {
    end: () => {
      told += 1;
      return told <= ends ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
    },
    reload: (call) => {
      reload = call;
      if (isDue) call();
    },
  };
}
