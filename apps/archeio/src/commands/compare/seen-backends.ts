import type { Backend } from '@archeio/redirect';
import type { DecisionGroup } from '../../ipc/decision-event.ts';
import type { ReplayedConfiguration } from './replayed-configuration.ts';

/** What an event says of a backend's content: nothing, or as in the event. */
export type SeenPresence = 'unseen' | 'present' | 'absent' | 'unknown';

/** What one event says of backends, by their numbers in both configurations. */
export class SeenBackends {
  readonly #presence: SeenPresence[];
  readonly #isDown: Uint8Array;
  /** Numbers that the last event has set. */
  readonly #set: number[] = [];
  /** Whether the event shows that a backend was unhealthy. */
  hasDown = false;

  constructor(count: number) {
    this.#presence = Array.from({ length: count }, () => 'unseen');
    this.#isDown = new Uint8Array(count);
  }

  presence(number: number): SeenPresence {
    return this.#presence[number];
  }

  isDown(number: number): boolean {
    return this.#isDown[number] === 1;
  }

  /** Reads an event. Ignores backends that the configuration in use does not have. */
  read(
    { considered, backend: used }: Pick<DecisionGroup, 'considered' | 'backend'>,
    old: ReplayedConfiguration,
  ): void {
    for (const number of this.#set) {
      this.#presence[number] = 'unseen';
      this.#isDown[number] = 0;
    }
    this.#set.length = 0;
    this.hasDown = false;
    for (const { backend: name, presence } of considered) {
      const backend = presence === null ? undefined : old.backends.get(name);
      // The presence of a store that is not checked is assumed, and says nothing.
      if (presence === null || backend === undefined || isUnchecked(backend, old)) continue;
      const number = old.numbers[backend.index];
      this.#presence[number] = presence;
      this.#set.push(number);
    }
    for (const { backend: name, presence } of considered) {
      const backend = presence !== null || name === used ? undefined : old.backends.get(name);
      if (backend === undefined) continue;
      const number = old.numbers[backend.index];
      // An upstream may be considered twice: that it is healthy, then whether it has the content.
      if (this.#presence[number] !== 'unseen') continue;
      this.#isDown[number] = 1;
      this.hasDown = true;
      this.#set.push(number);
    }
  }
}

function isUnchecked(backend: Backend, { isUnchecked: unchecked }: ReplayedConfiguration): boolean {
  return backend.kind === 'store' && unchecked[backend.index];
}
