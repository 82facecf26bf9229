import { type Backend, eachInSteps, type Policy, type Steps } from '@archeio/redirect';

/** A URL as answers are compared: without query and fragment, and without escapes. */
export interface SpelledUrl {
  /** Host with port, as a log may show it. */
  readonly host: string;
  readonly origin: string;
  /** Begins with a slash. */
  readonly path: string;
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Reads a Location. Returns undefined if it is no http or https URL.
 *
 * @param host of the request that was answered, which a relative Location refers to
 */
export function spelledUrl(location: string, host?: string): SpelledUrl | undefined {
  const url = URL.parse(location) ?? URL.parse(location, `https://${host}`);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return { host: url.host, origin: url.origin, path: unescaped(url.pathname) };
}

export function isSameUrl(one: SpelledUrl, other: SpelledUrl): boolean {
  return one.origin === other.origin && one.path === other.path;
}

/** The URL that the Locations of a backend begin with. */
function prefixOf(backend: Backend): string {
  return backend.kind === 'store' ? backend.url : backend.base + backend.path;
}

/** Finds the backends that a URL belongs to, by the longest prefix, in time that does not depend on their number. */
export class BackendPrefixes {
  /** By origin and path without a trailing slash; several backends may have the same. */
  readonly #byPrefix = new Map<string, Backend[]>();
  /** Number of segments in the longest path of a prefix. */
  #depth = 0;

  private constructor() {}

  static *inSteps({ backends }: Pick<Policy, 'backends'>): Steps<BackendPrefixes> {
    const prefixes = new BackendPrefixes();
    yield* eachInSteps(backends, (backend) => prefixes.#add(backend));
    return prefixes;
  }

  #add(backend: Backend): void {
    const url = spelledUrl(prefixOf(backend));
    if (url === undefined) return;
    const path = url.path.replace(/\/$/, '');
    const key = url.origin + path;
    const known = this.#byPrefix.get(key);
    if (known === undefined) this.#byPrefix.set(key, [backend]);
    else known.push(backend);
    this.#depth = Math.max(this.#depth, path.split('/').length - 1);
  }

  /** Empty if no backend has a prefix of the URL. */
  find({ origin, path }: SpelledUrl): readonly Backend[] {
    let found = this.#byPrefix.get(origin) ?? [];
    let end = 0;
    for (let depth = 0; depth < this.#depth && end < path.length; depth++) {
      const next = path.indexOf('/', end + 1);
      end = next < 0 ? path.length : next;
      found = this.#byPrefix.get(origin + path.slice(0, end)) ?? found;
    }
    return found;
  }
}
