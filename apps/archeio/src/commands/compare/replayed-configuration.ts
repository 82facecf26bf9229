import { distanceKm, type Place } from '@archeio/clouds';
import {
  type Configuration,
  type ServedConfiguration,
  servedConfiguration,
} from '@archeio/configuration';
import {
  type Backend,
  compilePolicy,
  type Policy,
  type Registry,
  type Route,
} from '@archeio/redirect';
import { HostRegistries, listIdentity, RepositoryLists } from '@archeio/request-handler';

/** Numbers the backends of both configurations: one that both have gets one number, whatever its name. */
export class BackendNumbers {
  readonly #numbers = new Map<string, number>();

  get count(): number {
    return this.#numbers.size;
  }

  of(identity: string): number {
    let number = this.#numbers.get(identity);
    if (number === undefined) this.#numbers.set(identity, (number = this.#numbers.size));
    return number;
  }
}

/** Identifies a backend by where its content is: a store may be reached by several URLs. */
function identityOf(backend: Backend, keys: readonly string[]): string {
  return backend.kind === 'store'
    ? `store ${backend.checkUrl} ${keys[backend.index]}`
    : `upstream ${backend.base}${backend.path}`;
}

/** One of the two configurations, compiled as `serve` does. */
export class ReplayedConfiguration {
  readonly configuration: ServedConfiguration;
  readonly policy: Policy;
  readonly hosts: HostRegistries;
  /** By name. */
  readonly backends: ReadonlyMap<string, Backend>;
  /** By backend: its number in both configurations. */
  readonly numbers: readonly number[];
  /** By store: whether every blob counts as present. */
  readonly isUnchecked: readonly boolean[];
  /** By registry: the source of the list of its repositories, if `serve` fetches one; otherwise empty. */
  readonly fetchedLists: readonly string[];
  readonly #lists: RepositoryLists;
  readonly #blobsDependOnPlace: boolean;
  readonly #upstreamsDependOnPlace: boolean;

  /** @param places of clients, numbered for both configurations; may grow */
  constructor(configuration: Configuration, places: readonly Place[], numbers: BackendNumbers) {
    const { registries, stores, stayUpstream } = configuration;
    const enabled = stores.filter((store) => store.enabled);
    this.configuration = servedConfiguration(configuration);
    this.hosts = HostRegistries.of(registries);
    this.policy = compilePolicy(
      { ...configuration, servedHosts: this.hosts.servedHosts },
      places,
      distanceKm,
    );
    const keys = enabled.map(({ key }) => key);
    this.backends = new Map(this.policy.backends.map((backend) => [backend.name, backend]));
    this.numbers = this.policy.backends.map((backend) => numbers.of(identityOf(backend, keys)));
    this.isUnchecked = enabled.map(({ check }) => check === 'none');
    this.#lists = new RepositoryLists(registries);
    this.fetchedLists = registries.map((registry) =>
      registry.repositories?.from === 'list' ? '' : listIdentity(registry),
    );
    this.#upstreamsDependOnPlace = registries.some(({ upstreams }) =>
      upstreams.some(({ near }) => near !== undefined),
    );
    this.#blobsDependOnPlace =
      this.#upstreamsDependOnPlace ||
      stayUpstream.length > 0 ||
      enabled.some(({ near }) => near !== undefined);
  }

  /** The served host, for `Facts`. */
  servedHost(host: string | null): number {
    return this.hosts.numberOf(this.hosts.dependOnHost ? (host ?? undefined) : undefined);
  }

  /** Whether redirects for this kind of request may depend on the client's place. */
  dependsOnPlace(kind: Route['kind']): boolean {
    return kind === 'blob' ? this.#blobsDependOnPlace : this.#upstreamsDependOnPlace;
  }

  /** Whether a list in the configuration has the name; true for other registries. */
  isListed({ index }: Registry, name: string): boolean {
    return this.#lists.has(index, name);
  }
}
