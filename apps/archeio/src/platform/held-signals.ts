/** Signals that arrive before the command is known; `main.mjs` holds them from its first instruction on. */
export interface HeldSignals {
  readonly signals: readonly NodeJS.Signals[];
  /** What has arrived, in order. */
  readonly received: NodeJS.Signals[];
  /** The handler that holds them. */
  readonly hold: (signal: NodeJS.Signals) => void;
}

/** As much of a process as has to do with its signals. */
export interface SignalledProcess {
  readonly pid: number;
  on(signal: NodeJS.Signals, handler: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, handler: (signal: NodeJS.Signals) => void): unknown;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

/** Gives the signals back their default action, and sends those again that have arrived. */
export async function releaseSignals(
  { signals, received, hold }: HeldSignals,
  process: SignalledProcess,
): Promise<void> {
  // A turn of the event loop: a handler that goes takes with it what has arrived and was not delivered yet.
  await new Promise((resolve) => setImmediate(resolve));
  for (const signal of signals) process.off(signal, hold);
  for (const signal of received.splice(0)) process.kill(process.pid, signal);
}

/** Has every signal handled from now on, first those that have arrived. */
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
