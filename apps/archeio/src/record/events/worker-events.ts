import type { Place } from '@archeio/clouds';
import type { ServedConfiguration } from '@archeio/configuration';
import type { Clock, Seed } from '@archeio/presence';
import type { Backend, Policy } from '@archeio/redirect';
import type { EventBatch } from '../../ipc/event-batch.ts';
import { EventObserver } from './event-observer.ts';
import { EventSender } from './event-sender.ts';
import { uniformRandom } from './uniform-random.ts';

/** Dependencies of {@link WorkerEvents}. */
export interface WorkerEventsDependencies {
  readonly clock: Clock;
  readonly seed: Seed;
  readonly send: (batch: EventBatch) => void;
}

/** Stores that no request checks: their presence is assumed. */
function unaskedStores(
  { stores }: Pick<ServedConfiguration, 'stores'>,
  policy: Pick<Policy, 'stores'>,
): ReadonlySet<Backend> {
  const unchecked = new Set(stores.filter(({ check }) => check === 'none').map(({ name }) => name));
  return new Set(policy.stores.filter(({ name }) => unchecked.has(name)));
}

/** The events of a worker, under all configurations. */
export class WorkerEvents {
  readonly #random: () => number;
  readonly #sender: EventSender;

  constructor({ clock, seed, send }: WorkerEventsDependencies) {
    this.#random = uniformRandom(seed);
    this.#sender = new EventSender({ clock, wallClock: Date.now, send });
  }

  /** The observer for a configuration; none if it has no events. */
  observersFor(
    configuration: Pick<ServedConfiguration, 'events' | 'stores'>,
    policy: Pick<Policy, 'stores'>,
    places: readonly Place[],
  ): EventObserver[] {
    const { events } = configuration;
    if (events === undefined) return [];
    const observer = new EventObserver({
      events,
      places,
      unasked: unaskedStores(configuration, policy),
      random: this.#random,
      sender: this.#sender,
    });
    return [observer];
  }

  /** The supervisor has taken the last batch. */
  taken(): void {
    this.#sender.taken();
  }

  /** Sends everything that waits. */
  close(): void {
    this.#sender.close();
  }
}
