import type { CheckResult } from '../state.ts';

/** A requested check that waits for the test's answer. */
export interface PendingCheck<Key> {
  readonly space: number;
  readonly key: Key;
  answer(result: CheckResult | undefined): void;
  reject(reason: Error): void;
}

/** A check for tests: it records requests and answers only when told. */
export class ScriptedCheck<Key> {
  readonly #pending: PendingCheck<Key>[] = [];
  #asked = 0;

  /** The `check` to pass to a Presence. */
  readonly check = (space: number, key: Key): Promise<CheckResult | undefined> => {
    const { promise, resolve, reject } = Promise.withResolvers<CheckResult | undefined>();
    this.#asked++;
    this.#pending.push({ space, key, answer: resolve, reject });
    return promise;
  };

  /** Number of requested checks, answered or not. */
  get asked(): number {
    return this.#asked;
  }

  /** Unanswered checks, oldest first. */
  get pending(): readonly PendingCheck<Key>[] {
    return this.#pending;
  }

  /** Removes and returns the oldest unanswered check, optionally of one space. */
  take(space?: number): PendingCheck<Key> {
    const index = this.#pending.findIndex((check) => space === undefined || check.space === space);
    const [check] = index < 0 ? [] : this.#pending.splice(index, 1);
    if (check === undefined) {
      throw new Error(`cannot take a check of space "${space ?? 'any'}": none is pending`);
    }
    return check;
  }
}
