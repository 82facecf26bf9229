import type { CheckResult } from '../state.ts';

/** A check that was asked for and waits for the test to answer it. */
export interface PendingCheck<Key> {
  readonly space: number;
  readonly key: Key;
  answer(result: CheckResult | undefined): void;
  reject(reason: Error): void;
}

/** A check for tests: it records what it is asked and answers only when told. */
export class ScriptedCheck<Key> {
  readonly #pending: PendingCheck<Key>[] = [];
  #asked = 0;

  /** To be handed in as the `check` of a Presence. */
  readonly check = (space: number, key: Key): Promise<CheckResult | undefined> => {
    const { promise, resolve, reject } = Promise.withResolvers<CheckResult | undefined>();
    this.#asked++;
    this.#pending.push({ space, key, answer: resolve, reject });
    return promise;
  };

  /** How many checks were asked for, answered or not. */
  get asked(): number {
    return this.#asked;
  }

  /** Checks that wait for an answer, oldest first. */
  get pending(): readonly PendingCheck<Key>[] {
    return this.#pending;
  }

  /** Takes the oldest unanswered check, of one space if given. */
  take(space?: number): PendingCheck<Key> {
    const index = this.#pending.findIndex((check) => space === undefined || check.space === space);
    const [check] = index < 0 ? [] : this.#pending.splice(index, 1);
    if (check === undefined) {
      throw new Error(`cannot take a check of space "${space ?? 'any'}": none is pending`);
    }
    return check;
  }
}
