import { isIPv6, type LookupFunction } from 'node:net';

/**
 * How long to try the first address of a new name before the next one, in milliseconds. The runtimes' default is 500, which
 * is the whole default budget of a request; a connection around the world takes 300.
 */
export const FIRST_ATTEMPT = 150;

/** Maximum number of remembered names; far more than a configuration has. */
const MOST_NAMES = 4096;

type Family = 4 | 6;

/** Options of a connection to a name. */
export interface ConnectOptions {
  readonly lookup: LookupFunction;
  readonly autoSelectFamilyAttemptTimeout?: number;
}

/**
 * Remembers which family of addresses reached a name, because the runtimes would start every connection with a dead path
 * again. For other names, it tries one address of each family: the first one briefly, the second for the remaining time.
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

  /** @param address the address that answered */
  reached(name: string, address: string): void {
    const family = isIPv6(address) ? 6 : 4;
    if (this.#reached.get(name) === family) return;
    if (this.#reached.size >= MOST_NAMES) this.#reached.clear();
    this.#reached.set(name, family);
  }

  /** Forgets a name that did not answer. */
  failed(name: string): void {
    this.#reached.delete(name);
  }
}
