import { isIPv6, type LookupFunction } from 'node:net';

/**
 * How long the first address of a new name is tried before the next one is, in milliseconds. The runtimes take 500,
 * which is all that a request waits for stores by default; a connection around the world takes 300.
 */
export const FIRST_ATTEMPT = 150;

/** Names that are remembered; far more than a configuration has. */
const MOST_NAMES = 4096;

type Family = 4 | 6;

/** What a connection to a name is opened with. */
export interface ConnectOptions {
  readonly lookup: LookupFunction;
  readonly autoSelectFamilyAttemptTimeout?: number;
}

/**
 * Which family of addresses reached a name. The runtimes try a name's addresses one after the other, and start with a
 * dead path again for every connection. Of a name that was not reached yet, one address of each family is tried, the
 * first one briefly: the second has all the time that is left, so that a distant store costs that much and no more.
 */
export class AddressFamilies {
  readonly #reached = new Map<string, Family>();
  readonly #new: ConnectOptions;
  readonly #known: ConnectOptions;

  /** @param lookup finds the addresses of a name */
  constructor(lookup: LookupFunction) {
    const ordered: LookupFunction = (name, options, done) =>
      lookup(name, options, (error, found, family) => {
        if (error !== null || !Array.isArray(found)) done(error, found, family);
        else done(null, this.#order(name, found));
      });
    this.#known = { lookup: ordered };
    this.#new = { lookup: ordered, autoSelectFamilyAttemptTimeout: FIRST_ATTEMPT };
  }

  /** How a connection to a name is opened. */
  optionsFor(name: string): ConnectOptions {
    return this.#reached.has(name) ? this.#known : this.#new;
  }

  #order<Address extends { family: number }>(name: string, found: Address[]): Address[] {
    const reached = this.#reached.get(name);
    if (reached !== undefined)
      return found.toSorted((a, b) => Number(b.family === reached) - Number(a.family === reached));
    if (found.length < 3) return found;
    const other = found.find(({ family }) => family !== found[0].family);
    return [found[0], other ?? found[1]];
  }

  /** @param address the one that answered */
  reached(name: string, address: string): void {
    const family = isIPv6(address) ? 6 : 4;
    if (this.#reached.get(name) === family) return;
    if (this.#reached.size >= MOST_NAMES) this.#reached.clear();
    this.#reached.set(name, family);
  }

  /** The name did not answer: its paths are not known any more. */
  failed(name: string): void {
    this.#reached.delete(name);
  }
}
