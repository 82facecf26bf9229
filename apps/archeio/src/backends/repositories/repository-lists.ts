import type { ListedNames } from '../../ipc/ports.ts';
import type { Configuration } from '@archeio/configuration';

type Registry = Configuration['registries'][number];

/** Whether a registry has a list: none is configured, it cannot be read, or it is known. */
export type ListState = 'none' | 'open' | 'known';

interface Entry {
  readonly name: string;
  readonly identity: string;
  /** Whether the list comes from elsewhere, by {@link RepositoryLists.apply}. */
  readonly listed: boolean;
  /** What upstreams add before a name, with a slash at its end. */
  readonly paths: readonly string[];
  names: ReadonlySet<string> | undefined;
}

/** What makes a registry the same for a reload: where its list comes from. */
export function listIdentity({ repositories, upstreams }: Registry): string {
  if (repositories === undefined) return '';
  return JSON.stringify([repositories.from, upstreams.map(({ url, path }) => [url, path])]);
}

/** Of a registry without a list. */
const UNLISTED: Entry = Object.freeze({
  name: '',
  identity: '',
  listed: false,
  paths: [],
  names: undefined,
});

/** Which repositories the registries have, as far as that is listed. */
export class RepositoryLists {
  readonly #entries: readonly Entry[];
  readonly #byName: ReadonlyMap<string, Entry>;

  /**
   * @param registries as they are configured; they are known by their numbers in it
   * @param previous what was used before a reload: the list of a registry that is the same is kept
   */
  constructor(registries: readonly Registry[], previous?: RepositoryLists) {
    this.#entries = registries.map((registry) => {
      const { name, repositories, upstreams } = registry;
      if (repositories === undefined) return UNLISTED;
      const identity = listIdentity(registry);
      const listed = repositories.from !== 'list';
      // One list for both generations: what comes while the next one is made ready is known to it as well.
      const before = listed && previous ? previous.#find(name, identity) : undefined;
      if (before !== undefined) return before;
      return {
        name,
        identity,
        listed,
        paths: upstreams.flatMap(({ path }) => (path === '' ? [] : [`${path}/`])),
        names: repositories.from === 'list' ? new Set(repositories.names) : undefined,
      };
    });
    this.#byName = new Map(
      this.#entries.filter(({ listed }) => listed).map((entry) => [entry.name, entry]),
    );
  }

  /** Whether a registry's list is known. */
  state(registry: number): ListState {
    const { identity, names } = this.#entries[registry];
    if (names !== undefined) return 'known';
    return identity === '' ? 'none' : 'open';
  }

  /** Repositories on a registry's list, −1 where there is none. */
  size(registry: number): number {
    return this.#entries[registry].names?.size ?? -1;
  }

  /**
   * False only where a registry's list is known and the name is not on it. Synchronous; a name on the list costs no
   * allocation. R9: a client that follows a `Link` comes back with the upstream's path before the name.
   *
   * @param name the name within the registry
   */
  has(registry: number, name: string): boolean {
    const { names, paths } = this.#entries[registry];
    if (names === undefined || names.has(name)) return true;
    for (const path of paths) {
      if (name.startsWith(path) && names.has(name.slice(path.length))) return true;
    }
    return false;
  }

  /** Replaces a registry's list; null lets every name through. A registry that has no such list is passed over. */
  apply(registryName: string, names: ListedNames): void {
    const entry = this.#byName.get(registryName);
    if (entry?.listed === true) entry.names = names === null ? undefined : new Set(names);
  }

  /** All lists that can change, for {@link apply} in another process. */
  snapshot(): [registryName: string, names: ListedNames][] {
    return this.#entries
      .filter(({ listed }) => listed)
      .map(({ name, names }) => [name, names === undefined ? null : [...names]]);
  }

  /** For a successor: the entry of a registry that is the same. */
  #find(name: string, identity: string): Entry | undefined {
    const entry = this.#byName.get(name);
    return entry?.identity === identity ? entry : undefined;
  }
}
