/** A registry, as far as its list of repositories depends on it. */
export interface ListedRegistry {
  readonly name: string;
  /** Where the list comes from; undefined without one. */
  readonly repositories?:
    | { readonly from: 'list'; readonly names: readonly string[] }
    | { readonly from: 'catalog' | 'google' }
    | undefined;
  readonly upstreams: readonly { readonly url: string; readonly path: string }[];
}

/** The names on a registry's list; null accepts every name. Plain data, for another process. */
export type ListedNames = readonly string[] | null;

interface Entry {
  readonly name: string;
  readonly identity: string;
  /** Whether {@link RepositoryLists.apply} replaces the list. */
  readonly listed: boolean;
  /** Paths that upstreams add before a name, each with a trailing slash. */
  readonly paths: readonly string[];
  names: ReadonlySet<string> | undefined;
}

/** Identifies a registry across reloads by the source of its list; empty if it has none. */
export function listIdentity({ repositories, upstreams }: ListedRegistry): string {
  if (repositories === undefined) return '';
  return JSON.stringify([repositories.from, upstreams.map(({ url, path }) => [url, path])]);
}

/** The entry of a registry without a list. */
const UNLISTED: Entry = Object.freeze({
  name: '',
  identity: '',
  listed: false,
  paths: [],
  names: undefined,
});

/** The repositories of registries that have a list of them. */
export class RepositoryLists {
  readonly #entries: readonly Entry[];
  readonly #byName: ReadonlyMap<string, Entry>;

  /**
   * @param registries in the order of the configuration, which numbers them
   * @param previous the lists before a reload: a registry with the same source keeps its list
   */
  constructor(registries: readonly ListedRegistry[], previous?: RepositoryLists) {
    this.#entries = registries.map((registry) => {
      const { name, repositories, upstreams } = registry;
      if (repositories === undefined) return UNLISTED;
      const identity = listIdentity(registry);
      const listed = repositories.from !== 'list';
      // Both generations share the entry, so that a list that arrives while the next one is prepared is known to it.
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

  /**
   * False only if a registry's list is known and lacks the name. Synchronous; a name on the list costs no allocation. R9: a
   * client that follows a `Link` returns with the upstream's path before the name.
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

  /** Replaces a registry's list; null accepts every name. Ignores a registry without such a list. */
  apply(registryName: string, names: ListedNames): void {
    const entry = this.#byName.get(registryName);
    if (entry?.listed === true) entry.names = names === null ? undefined : new Set(names);
  }

  /** All replaceable lists, for {@link apply} in another process. */
  snapshot(): [registryName: string, names: ListedNames][] {
    return this.#entries
      .filter(({ listed }) => listed)
      .map(({ name, names }) => [name, names === undefined ? null : [...names]]);
  }

  /** The entry that a successor may share. */
  #find(name: string, identity: string): Entry | undefined {
    const entry = this.#byName.get(name);
    return entry?.identity === identity ? entry : undefined;
  }
}
