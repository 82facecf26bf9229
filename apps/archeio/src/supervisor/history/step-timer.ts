import type { Clock } from '@archeio/presence';
import { HISTORY_RANGES } from '../../ipc/history.ts';

const STEP = HISTORY_RANGES.hour.stepMs;

/** Milliseconds by which a timer may fire before the end of a step by the other clock. */
const EARLY = 50;

interface StepTimerDependencies {
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /**
   * Called at the end of each step; the next one waits for it. Must not reject.
   *
   * @param endMs milliseconds since 1970, a multiple of the step
   * @param isWhole whether the step began at the last call
   */
  readonly take: (endMs: number, isWhole: boolean) => Promise<void>;
}

/** Calls back at the end of each step of the hour. */
export class StepTimer {
  readonly #dependencies: StepTimerDependencies;
  /** End of the last step. */
  #lastMs: number;
  #stopped = false;
  #cancel: () => void = () => undefined;

  constructor(dependencies: StepTimerDependencies) {
    this.#dependencies = dependencies;
    this.#lastMs = endBefore(dependencies.wallClock());
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #arm(): void {
    if (this.#stopped) return;
    const { clock, wallClock } = this.#dependencies;
    const now = wallClock();
    this.#cancel = clock.after(endBefore(now) + STEP - now, () => void this.#end());
  }

  async #end(): Promise<void> {
    const { wallClock, take } = this.#dependencies;
    const endMs = endBefore(wallClock());
    const before = this.#lastMs;
    this.#lastMs = endMs;
    // The same if the clock was set back by less than a step.
    if (endMs !== before) await take(endMs, endMs === before + STEP);
    this.#arm();
  }
}

/** The last end of a step. */
function endBefore(now: number): number {
  return Math.floor((now + EARLY) / STEP) * STEP;
}
