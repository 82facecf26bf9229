import {
  atOnce,
  eachInSteps,
  type ServedHostOptions,
  type Steps,
  readHostName,
} from '@archeio/redirect';

/** The hosts and the prefix of a registry. */
export interface RegistryHosts {
  /** Names, `*.` and a name, or `*`; optionally with a port. */
  readonly hosts: readonly string[];
  /** Beginning of its names; empty for all. */
  readonly prefix: string;
}

/** The patterns of one name. */
interface Node {
  /** Registries for any port. */
  readonly registries: number[];
  /** Registries for one port, by its number. */
  readonly byPort: Map<number, number[]>;
  next: number;
  /** Whether this node, or a node that follows it, serves any port. */
  anyPort: boolean;
}

/** Node 0 stands for `*`, for all other names, whether a registry has that pattern or not. */
const EVERY = 0;

/**
 * Finds the registries for a Host. The most specific pattern comes first, then the longest prefix of names; registries
 * of less specific patterns follow, so that they serve the remaining names. Each name links to the next less specific
 * one, and no list is stored twice: building takes one step per pattern, however they overlap.
 */
export class HostRegistries {
  /** For the policy: the registries of each name, and the name that follows. */
  readonly servedHosts: readonly ServedHostOptions[];
  /** All patterns, those of registries with a longer prefix first. */
  readonly hosts: readonly string[];
  /** Whether the answer depends on the host at all. */
  readonly dependOnHost: boolean;
  readonly #patterns: Patterns;

  private constructor(patterns: Patterns, hosts: readonly string[]) {
    this.#patterns = patterns;
    this.servedHosts = patterns.nodes;
    this.hosts = hosts;
    this.dependOnHost = patterns.nodes.length > 1 || patterns.ports.size > 0;
  }

  /** The served hosts of these registries, which are numbered by their order in the list. */
  static of(registries: readonly RegistryHosts[]): HostRegistries {
    return atOnce(HostRegistries.inSteps(registries));
  }

  /** `of` in pieces, for a process that must answer requests meanwhile. */
  static *inSteps(registries: readonly RegistryHosts[]): Steps<HostRegistries> {
    const patterns = new Patterns();
    const hosts = new Set<string>();
    const inOrder = registries
      .map(({ hosts: of, prefix }, number) => ({ of, prefix, number }))
      .toSorted((a, b) => b.prefix.length - a.prefix.length);
    yield* eachInSteps(inOrder, ({ of, number }) => {
      for (const host of new Set(of)) {
        hosts.add(host);
        patterns.add(host, number);
      }
    });
    yield* patterns.link();
    return new HostRegistries(patterns, [...hosts]);
  }

  /**
   * The served host of a request, or −1 if no registry serves its host.
   *
   * @param host value of the Host header, in any spelling, optionally with a port; undefined if absent
   */
  numberOf(host: string | undefined): number {
    if (!this.dependOnHost || host === undefined) return this.#numberAt(EVERY, 0);
    const { exact, wild, ports } = this.#patterns;
    const known = exact.get(host);
    if (known !== undefined) return this.#numberAt(known, 0);
    const { name, port } = readHostName(host);
    const column = port === undefined ? 0 : (ports.get(port) ?? 0);
    return this.#numberAt(exact.get(name) ?? wildOf(wild, name, 0), column);
  }

  #numberAt(node: number, column: number): number {
    const { nodes } = this.#patterns;
    return nodes[node].anyPort || (column > 0 && this.#servesPort(node, column))
      ? column * nodes.length + node
      : -1;
  }

  #servesPort(node: number, column: number): boolean {
    const { nodes } = this.#patterns;
    for (let at = node; at >= 0; at = nodes[at].next) if (nodes[at].byPort.has(column)) return true;
    return false;
  }
}

/** The longest wildcard that matches the name, else `*`. */
function wildOf(wild: ReadonlyMap<string, number>, name: string, from: number): number {
  for (let dot = name.indexOf('.', from); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const node = dot === 0 ? undefined : wild.get(name.slice(dot));
    if (node !== undefined) return node;
  }
  return EVERY;
}

/** Builds the index of all patterns. */
class Patterns {
  readonly nodes: Node[] = [emptyNode()];
  /** The node of each exact name. */
  readonly exact = new Map<string, number>();
  /** The node of each wildcard, by the text after its asterisk. */
  readonly wild = new Map<string, number>();
  /** The numbers of ports, from 1. */
  readonly ports = new Map<string, number>();

  add(host: string, registry: number): void {
    const { name, port } = readHostName(host);
    const node = this.#nodeOf(name);
    if (port === undefined) {
      node.registries.push(registry);
      return;
    }
    const column = this.ports.get(port) ?? this.ports.size + 1;
    this.ports.set(port, column);
    const list = node.byPort.get(column);
    if (list === undefined) node.byPort.set(column, [registry]);
    else list.push(registry);
  }

  /** Links each name to the next less specific one. */
  *link(): Steps<void> {
    const { nodes, exact, wild } = this;
    nodes[EVERY].anyPort = nodes[EVERY].registries.length > 0;
    // A name links only to shorter wildcards.
    const shortFirst = [...wild].toSorted(([one], [other]) => one.length - other.length);
    const link = (name: string, from: number, at: number): void => {
      const node = nodes[at];
      node.next = wildOf(wild, name, from);
      node.anyPort = node.registries.length > 0 || nodes[node.next].anyPort;
    };
    yield* eachInSteps(shortFirst, ([end, at]) => link(end, 1, at));
    yield* eachInSteps([...exact], ([name, at]) => link(name, 0, at));
  }

  #nodeOf(name: string): Node {
    if (name === '*') return this.nodes[EVERY];
    const [map, key] = name.startsWith('*.') ? [this.wild, name.slice(1)] : [this.exact, name];
    const known = map.get(key);
    if (known !== undefined) return this.nodes[known];
    map.set(key, this.nodes.length);
    const node = emptyNode();
    this.nodes.push(node);
    return node;
  }
}

function emptyNode(): Node {
  return { registries: [], byPort: new Map(), next: -1, anyPort: false };
}
