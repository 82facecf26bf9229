import type { Log } from '../../platform/log.ts';
import type { BackendObservation, PresenceFinding } from '../../ipc/ports.ts';
import { storeIdentity } from '@archeio/content-checks';
import type { SupervisorService, ServedGeneration } from '../service.ts';

/** Number of consecutive answers without information after which the store is reported. */
const ENOUGH = 32;

interface Store {
  name: string;
  /** Number of answers since the last one that told whether the store has the blob. */
  inARow: number;
  /** The last answer, in words. */
  saw: string;
}

/**
 * Detects stores whose answers never tell whether they have a blob: 405 to HEAD, 301 of a bucket in another region, 403.
 * No request fails and no breaker opens, but the upstream serves every blob.
 */
export class MuteStores implements SupervisorService {
  readonly #log: Pick<Log, 'info' | 'warn'>;
  #generation = -1;
  #byIdentity = new Map<string, Store>();
  #byNumber = new Map<number, Store>();

  constructor(log: Pick<Log, 'info' | 'warn'>) {
    this.#log = log;
  }

  /** Keeps the state of a store as long as its URL and key stay the same. */
  adopt({ number, backends, configuration }: ServedGeneration): void {
    const keys = new Map(configuration.stores.map(({ name, key }) => [name, key]));
    const byIdentity = new Map<string, Store>();
    this.#byNumber = new Map();
    for (const backend of backends) {
      if (backend.kind !== 'store') continue;
      const { name, index } = backend;
      const identity = storeIdentity(backend, keys.get(name) ?? '');
      const store = this.#byIdentity.get(identity) ?? { name, inARow: 0, saw: '' };
      store.name = name;
      byIdentity.set(identity, store);
      this.#byNumber.set(index, store);
    }
    this.#byIdentity = byIdentity;
    this.#generation = number;
  }

  observed({ generation, backend, observation, saw }: BackendObservation): void {
    if (generation !== this.#generation || observation !== 'answer') return;
    const store = this.#byNumber.get(backend);
    if (store === undefined) return;
    // A finding about this answer may follow; there was none about the earlier ones.
    if (store.inARow++ === ENOUGH) this.#report(store);
    store.saw = saw;
  }

  #report({ name, saw }: Store): void {
    this.#log.warn('store-without-answers', {
      store: name,
      saw,
      message: `${ENOUGH} answers in a row did not tell whether it has the blob, so the upstream served all of them: config check --online shows what to change`,
    });
  }

  /** Called after the observation of an answer that told whether the store has the blob. */
  found(findings: readonly PresenceFinding[]): void {
    for (const { at, identity } of findings) {
      const store = at === 'store' ? this.#byIdentity.get(identity) : undefined;
      if (store === undefined) continue;
      if (store.inARow > ENOUGH) this.#log.info('store-answers', { store: store.name });
      store.inARow = 0;
    }
  }

  close(): void {}
}
