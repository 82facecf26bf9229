import type {
  Backend,
  Presence,
  Recorder,
  Registry,
  Snapshot,
  Store,
  Upstream,
} from '@archeio/redirect';
import type { ReplayedConfiguration } from './replayed-configuration.ts';
import type { SeenBackends } from './seen-backends.ts';

/** What the replay of an event under the configuration in use has looked at, for the replay under the new one. */
export interface OldWalk {
  /** Numbers of the backends, in order. */
  readonly walk: readonly number[];
  /** The registry and the name within it that were looked up in a fetched list of repositories, and the answer. */
  readonly looked:
    | { readonly list: string; readonly name: string; readonly isListed: boolean }
    | undefined;
  /** The name within the registry whose content an upstream was asked for. */
  readonly askedName: string | undefined;
}

const NOTHING: OldWalk = { walk: [], looked: undefined, askedName: undefined };

/**
 * The state of the backends as one event shows it, and whether the decision depends on anything else. Backends are healthy unless the event shows that they were not.
 */
export class ReplayedState implements Snapshot, Recorder {
  readonly #configuration: ReplayedConfiguration;
  readonly #seen: SeenBackends;
  /** Undefined for the configuration in use. */
  #old: OldWalk | undefined;
  readonly #walk: number[] = [];
  /** Whether the same backends have been considered as under the configuration in use. */
  #isSame = true;
  #looked: OldWalk['looked'];
  #askedName: string | undefined;
  /** Whether the answer depends on a list of repositories that the event does not show. */
  needsList = false;
  /** The first backend whose content decides, and that the event does not show. */
  missing: Backend | undefined;
  #wasNameUnknown = false;

  constructor(configuration: ReplayedConfiguration, seen: SeenBackends) {
    this.#configuration = configuration;
    this.#seen = seen;
  }

  /** Before the replay under the configuration in use. */
  beginOld(rule: string): void {
    this.#begin(undefined);
    this.#wasNameUnknown = rule === 'R6';
  }

  /** Before the replay under the new configuration, after that under the one in use, if there is one. */
  beginNew(old: OldWalk = NOTHING): void {
    this.#begin(old);
  }

  /** What was looked at; the next replay overwrites the list. */
  get walked(): OldWalk {
    return { walk: this.#walk, looked: this.#looked, askedName: this.#askedName };
  }

  healthy(): boolean {
    return true;
  }

  condition({ index }: Backend): 'up' | 'down' {
    return this.#seen.isDown(this.#configuration.numbers[index]) ? 'down' : 'up';
  }

  presence(store: Store): Presence {
    return this.#configuration.isUnchecked[store.index] ? 'present' : this.#presence(store);
  }

  upstreamHas(upstream: Upstream, _: 'manifest' | 'blob', name: string): Presence {
    if (this.#old === undefined) this.#askedName = name;
    const isSeen = this.#old === undefined || this.#old.askedName === name;
    return isSeen ? this.#presence(upstream) : this.#miss(upstream);
  }

  isRepository(registry: Registry, name: string): boolean {
    const list = this.#configuration.fetchedLists[registry.index];
    if (list === '') return this.#configuration.isListed(registry, name);
    if (this.#old === undefined) {
      const isListed = !this.#wasNameUnknown;
      this.#looked = { list, name, isListed };
      return isListed;
    }
    const { looked } = this.#old;
    if (looked?.list === list && looked.name === name) return looked.isListed;
    this.needsList = true;
    return true;
  }

  candidate({ index }: Backend): void {
    const number = this.#configuration.numbers[index];
    this.#isSame &&= this.#old?.walk[this.#walk.length] === number;
    this.#walk.push(number);
  }

  /**
   * A backend that did not answer in time might have answered if it had been asked earlier. It is asked at the same time if
   * all those before it are the same.
   */
  #presence(backend: Backend): Presence {
    const number = this.#configuration.numbers[backend.index];
    const presence = this.#seen.presence(number);
    if (presence === 'unseen') return this.#miss(backend);
    if (presence !== 'unknown' || this.#old === undefined) return presence;
    const isAskedAlike = this.#isSame && this.#old.walk[this.#walk.length] === number;
    return isAskedAlike ? 'unknown' : this.#miss(backend);
  }

  #miss(backend: Backend): 'unasked' {
    this.missing ??= backend;
    return 'unasked';
  }

  #begin(old: OldWalk | undefined): void {
    this.#old = old;
    this.#walk.length = 0;
    this.#isSame = true;
    this.#looked = undefined;
    this.#askedName = undefined;
    this.needsList = false;
    this.missing = undefined;
  }
}
