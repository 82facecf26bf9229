import type { Configuration } from './configuration/configuration.ts';

type RegistryHosts = Pick<Configuration['registries'][number], 'hosts' | 'prefix'>;

/** A host pattern in its parts. The name of `*` is `*`; a port that is not given is undefined: any port is meant. */
interface Pattern {
  readonly name: string;
  readonly port: string | undefined;
}

const PORT = /:(\d+)$/;

/** A host or pattern without its port, and the port. An IPv6 address is in brackets, so its colons are inside. */
function parted(host: string): Pattern {
  const port = PORT.exec(host);
  return port === null
    ? { name: host, port: undefined }
    : { name: host.slice(0, port.index), port: port[1] };
}

/** Whether every host that `name` stands for is one that `pattern` stands for. */
function covers(pattern: string, name: string): boolean {
  if (pattern === '*' || pattern === name) return true;
  return pattern.startsWith('*.') && name.endsWith(pattern.slice(1));
}

/** The more specific name first: an exact one, then the longer wildcard, then `*`. */
function byName(one: string, other: string): number {
  const wild = (name: string): number => (name.startsWith('*') ? 1 : 0);
  return wild(one) - wild(other) || other.length - one.length;
}

/** The registries for hosts of this name and port, in the order in which they are tried. */
function registriesFor(
  { name, port }: Pattern,
  registries: readonly RegistryHosts[],
): readonly number[] {
  const fits = registries.flatMap(({ hosts, prefix }, number) =>
    hosts
      .map(parted)
      .filter((each) => covers(each.name, name))
      .filter((each) => each.port === undefined || each.port === port)
      .map((pattern) => ({ number, prefix, pattern })),
  );
  const inOrder = fits.toSorted(
    (a, b) =>
      byName(a.pattern.name, b.pattern.name) ||
      Number(a.pattern.port === undefined) - Number(b.pattern.port === undefined) ||
      b.prefix.length - a.prefix.length,
  );
  return [...new Set(inOrder.map(({ number }) => number))];
}

/**
 * Which registries serve a Host. The most specific pattern goes first, then the longest prefix of names; registries
 * of less specific patterns follow, so that they serve the names that are left.
 */
export class Sites {
  /** Numbers of registries, in the order in which they are tried, by site. */
  readonly sites: readonly (readonly number[])[];
  /** Whether the answer depends on the host at all. */
  readonly dependOnHost: boolean;
  /** The row of each exact name. */
  readonly #exact = new Map<string, number>();
  /** The row of each wildcard, by what follows its asterisk. */
  readonly #wild = new Map<string, number>();
  readonly #ports = new Map<string, number>();
  /** The site by row of the name, then by column of the port; the first row and column are of all others. */
  readonly #rows: readonly (readonly number[])[];

  constructor(registries: readonly RegistryHosts[]) {
    const patterns = registries.flatMap(({ hosts }) => hosts.map(parted));
    const names = [...new Set(['*', ...patterns.map(({ name }) => name)])];
    const ports = [...new Set([undefined, ...patterns.map(({ port }) => port)])];
    const sites: (readonly number[])[] = [];
    const numberOf = (list: readonly number[]): number => {
      if (list.length === 0) return -1;
      const same = sites.findIndex((each) => each.join() === list.join());
      return same >= 0 ? same : sites.push(list) - 1;
    };
    this.#rows = names.map((name) =>
      ports.map((port) => numberOf(registriesFor({ name, port }, registries))),
    );
    names.forEach((name, row) => {
      if (name.startsWith('*.')) this.#wild.set(name.slice(1), row);
      else if (name !== '*') this.#exact.set(name, row);
    });
    ports.forEach((port, column) => port !== undefined && this.#ports.set(port, column));
    this.sites = sites;
    this.dependOnHost = this.#rows.length > 1 || ports.length > 1;
  }

  /**
   * The site of a request, or −1 where no registry serves its host.
   *
   * @param host the Host line's value, in any case, with a port or without; undefined without one
   */
  siteOf(host: string | undefined): number {
    if (!this.dependOnHost || host === undefined) return this.#rows[0][0];
    const known = this.#exact.get(host);
    if (known !== undefined) return this.#rows[known][0];
    const { name, port } = parted(host.toLowerCase());
    const column = port === undefined ? 0 : (this.#ports.get(port) ?? 0);
    return this.#rows[this.#rowOf(name.endsWith('.') ? name.slice(0, -1) : name)][column];
  }

  #rowOf(name: string): number {
    const exact = this.#exact.get(name);
    if (exact !== undefined) return exact;
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const row = dot === 0 ? undefined : this.#wild.get(name.slice(dot));
      if (row !== undefined) return row;
    }
    return 0;
  }
}
