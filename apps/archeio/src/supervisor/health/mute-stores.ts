import type { Log } from '../../platform/log.ts';
import type { BackendObservation, PresenceFinding } from '../../ipc/ports.ts';
import { storeIdentity } from '../../backends/presence/store-identity.ts';
import type { SupervisorService, ServedGeneration } from '../service.ts';

/** Answers in a row that say nothing of their blobs, until the store is reported. */
const ENOUGH = 32;

interface Store {
  name: string;
  /** Answers that said nothing, since the last one that did. */
  inARow: number;
  /** The last of them, in words. */
  saw: string;
}

/**
 * Finds stores that answer, and never say whether they have a blob: 405 to HEAD, 301 of a bucket in another region, 403.
 * Nothing fails by it, no breaker opens, and every blob comes from the upstream for ever.
 */
export class MuteStores implements SupervisorService {
  readonly #log: Pick<Log, 'info' | 'warn'>;
  #generation = -1;
  #byIdentity = new Map<string, Store>();
  #byNumber = new Map<number, Store>();

  constructor(log: Pick<Log, 'info' | 'warn'>) {
    this.#log = log;
  }

  /** What is known of a store is kept as long as its place and its key stay the same. */
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
    // Whether this one says something is known in a moment: those before it did not.
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

  /** A definite answer follows its observation. */
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
