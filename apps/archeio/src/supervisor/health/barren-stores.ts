import type { Log } from '../../platform/log.ts';
import { contentOf } from '../../backends/presence/content-keys.ts';
import type { PresenceFinding } from '../../ipc/ports.ts';
import { storeIdentity } from '../../backends/presence/store-identity.ts';
import type { SupervisorService, ServedGeneration } from '../service.ts';

/** Blobs that a store answered absent, of which it is remembered which they are. */
const REMEMBERED = 256;

/** Blobs that the upstream has and the store has not, until the store is said to have none at all. */
const ENOUGH = 3;

interface Store {
  name: string;
  /** Whether any blob was ever found in it. */
  proven: boolean;
  readonly absent: Set<string>;
  readonly onlyUpstream: Set<string>;
}

/**
 * Finds stores that only ever answer absent while the upstream has the blobs: a wrong key or bucket looks like an empty
 * store, every request is answered as it should be, and every blob comes from the upstream for ever.
 */
export class BarrenStores implements SupervisorService {
  readonly #log: Pick<Log, 'info' | 'warn'>;
  #stores = new Map<string, Store>();

  constructor(log: Pick<Log, 'info' | 'warn'>) {
    this.#log = log;
  }

  /** What is known of a store is kept as long as its place and its key stay the same. */
  adopt({ backends, configuration }: Pick<ServedGeneration, 'backends' | 'configuration'>): void {
    const keys = new Map(configuration.stores.map(({ name, key }) => [name, key]));
    const stores = new Map<string, Store>();
    for (const backend of backends) {
      if (backend.kind !== 'store') continue;
      const { name } = backend;
      const identity = storeIdentity(backend, keys.get(name) ?? '');
      const known = this.#stores.get(identity);
      if (known !== undefined) known.name = name;
      stores.set(
        identity,
        known ?? { name, proven: false, absent: new Set(), onlyUpstream: new Set() },
      );
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

  /** By the name of a store: how many blobs the upstream has that it has not, as long as none was found in it. */
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

function remember(digests: Set<string>, digest: string): void {
  digests.delete(digest);
  for (const oldest of digests) {
    if (digests.size < REMEMBERED) break;
    digests.delete(oldest);
  }
  digests.add(digest);
}
