/** Signals that arrive before the command is known; `main.mjs` holds them from the very start. */
export interface HeldSignals {
  readonly signals: readonly NodeJS.Signals[];
  /** The signals that have arrived, in order. */
  readonly received: NodeJS.Signals[];
  /** The handler that holds them. */
  readonly hold: (signal: NodeJS.Signals) => void;
}

/** The signal API of a process. */
export interface SignalledProcess {
  readonly pid: number;
  on(signal: NodeJS.Signals, handler: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, handler: (signal: NodeJS.Signals) => void): unknown;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

/** Restores the default action of the signals, and resends those that have arrived. */
export async function releaseSignals(
  { signals, received, hold }: HeldSignals,
  process: SignalledProcess,
): Promise<void> {
  // A turn of the event loop: removing a handler loses signals that have arrived but were not delivered yet.
  await new Promise((resolve) => setImmediate(resolve));
  for (const signal of signals) process.off(signal, hold);
  for (const signal of received.splice(0)) process.kill(process.pid, signal);
}

/** Handles every signal from now on, first those that have arrived. */
export function takeSignals(
  { signals, received, hold }: HeldSignals,
  process: SignalledProcess,
  handle: (signal: NodeJS.Signals) => void,
): void {
  for (const signal of signals) {
    // In this order: a signal without a handler has its default action.
    process.on(signal, handle);
    process.off(signal, hold);
  }
  for (const signal of received.splice(0)) handle(signal);
}

/** For a process that has not held any. */
export function noSignalsHeld(): HeldSignals {
  return { signals: ['SIGHUP', 'SIGINT', 'SIGTERM'], received: [], hold: () => undefined };
}
