import type { Log } from '../../platform/log.ts';
import { contentOf, storeIdentity } from '@archeio/content-checks';
import type { PresenceFinding } from '../../ipc/ports.ts';
import type { SupervisorService, ServedGeneration } from '../service.ts';

/** Maximum number of absent blobs to remember for a store. */
const REMEMBERED = 256;

/** Number of blobs that the upstream has and the store does not, after which the store is reported. */
const ENOUGH = 3;

interface Store {
  readonly name: string;
  /** Whether any blob was ever found in it. */
  proven: boolean;
  readonly absent: Set<string>;
  readonly onlyUpstream: Set<string>;
}

/**
 * Detects stores without any of the blobs that the upstream has. A wrong key or bucket looks like an empty store: all
 * requests succeed, but the upstream serves every blob.
 */
export class BarrenStores implements SupervisorService {
  readonly #log: Pick<Log, 'info' | 'warn'>;
  #stores = new Map<string, Store>();

  constructor(log: Pick<Log, 'info' | 'warn'>) {
    this.#log = log;
  }

  /** Keeps the state of a store as long as its URL and key stay the same. */
  adopt({ backends, configuration }: Pick<ServedGeneration, 'backends' | 'configuration'>): void {
    const keys = new Map(configuration.stores.map(({ name, key }) => [name, key]));
    const stores = new Map<string, Store>();
    for (const backend of backends) {
      if (backend.kind !== 'store') continue;
      const { name } = backend;
      const identity = storeIdentity(backend, keys.get(name) ?? '');
      const known = this.#stores.get(identity) ?? { proven: false };
      stores.set(identity, { absent: new Set(), onlyUpstream: new Set(), ...known, name });
    }
    this.#stores = stores;
  }

  found(findings: readonly PresenceFinding[]): void {
    for (const { at, identity, key, state } of findings) {
      if (at === 'upstream') {
        const { kind, digest } = contentOf(key);
        if (kind === 'blob' && state === 'present') this.#atUpstream(digest);
        continue;
      }
      const store = this.#stores.get(identity);
      if (store === undefined || store.proven) continue;
      if (state === 'present') this.#prove(store);
      else remember(store.absent, key);
    }
  }

  /** Number of blobs that only the upstream has, by name of the store; 0 once a blob was found in it. */
  onlyUpstream(): ReadonlyMap<string, number> {
    return new Map(
      Array.from(this.#stores.values(), ({ name, onlyUpstream }) => [name, onlyUpstream.size]),
    );
  }

  close(): void {}

  #atUpstream(digest: string): void {
    for (const store of this.#stores.values()) {
      if (store.proven || !store.absent.has(digest) || store.onlyUpstream.has(digest)) continue;
      if (store.onlyUpstream.size === REMEMBERED) continue;
      store.onlyUpstream.add(digest);
      if (store.onlyUpstream.size === ENOUGH)
        this.#log.warn('store-without-blobs', {
          store: store.name,
          message:
            'no blob was ever found in it, although the upstream has the requested blobs: compare its url and key with the location of the blobs',
        });
    }
  }

  #prove(store: Store): void {
    if (store.onlyUpstream.size >= ENOUGH) this.#log.info('store-has-blobs', { store: store.name });
    store.proven = true;
    store.absent.clear();
    store.onlyUpstream.clear();
  }
}

/** Adds a digest, and removes the oldest if there are too many. */
function remember(digests: Set<string>, digest: string): void {
  digests.delete(digest);
  digests.add(digest);
  const [oldest] = digests;
  if (digests.size > REMEMBERED) digests.delete(oldest);
}
