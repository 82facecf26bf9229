import type { Store } from '@archeio/redirect';
import type { Configuration } from '@archeio/configuration';
import { createProber } from './prober.ts';
import { HealthProbes } from './health-probes.ts';
import type { Notice, WorkerPort } from '../../ipc/ports.ts';
import { storeIdentity } from '@archeio/content-checks';
import type { ServedGeneration, ServiceDependencies, SupervisorService } from '../service.ts';
import type { SigningService } from '../signing/signing-service.ts';

/** Dependencies of the service. */
interface HealthServiceDependencies extends Omit<ServiceDependencies, 'workers'> {
  /** Must adopt each generation before this service does. */
  readonly signing: Pick<SigningService, 'sign'>;
  /** Receive a finding when a canary does not find a blob. */
  readonly workers: ReadonlySet<Pick<WorkerPort, 'found'>>;
}

/** Sends canaries to the backends that workers use, on behalf of all workers. */
export class HealthService implements SupervisorService {
  readonly #dependencies: HealthServiceDependencies;
  #probes: HealthProbes | undefined;
  #used = new Uint8Array();
  /** A blob that each store recently had, by the store's name. */
  #present = new Map<string, string>();
  #generation: ServedGeneration | undefined;
  #stores: ReadonlyMap<string, Configuration['stores'][number]> = new Map();

  constructor(dependencies: HealthServiceDependencies) {
    this.#dependencies = dependencies;
  }

  adopt(generation: ServedGeneration): void {
    const { owner, clock, log } = this.#dependencies;
    const { backends, configuration } = generation;
    const { health, stores } = configuration;
    this.#probes?.stop();
    this.#generation = generation;
    this.#used = new Uint8Array(backends.length);
    const names = new Set(stores.map(({ name }) => name));
    this.#present = new Map([...this.#present].filter(([name]) => names.has(name)));
    const configured = new Map(stores.map((each) => [each.name, each]));
    this.#stores = configured;
    this.#probes = new HealthProbes({
      backends,
      configuredProbe: (store) => configured.get(backends[store].name)?.probe,
      health: owner.health,
      probed: (...result) => owner.probed(...result),
      prober: createProber({ ...health, userAgent: 'archeio', clock }),
      every: health.every,
      clock,
      random: Math.random,
      log,
      wasUsed: (backend) => {
        const used = this.#used[backend] === 1;
        this.#used[backend] = 0;
        return used;
      },
      recentlyPresent: (store) => this.#present.get(backends[store].name),
      forget: (store, digest, isAbsent) => {
        const backend = backends[store];
        const { name } = backend;
        if (this.#present.get(name) === digest) this.#present.delete(name);
        if (isAbsent && backend.kind === 'store') this.#tellAbsent(backend, digest);
      },
      urlOf: (index, digest) => {
        const backend = backends[index];
        if (backend.kind !== 'store') return backend.url;
        return this.#signed(backend, backend.url + backend.key(digest));
      },
    });
  }

  noticed({ considered, present }: Notice): void {
    for (const backend of considered) this.#used[backend] = 1;
    for (const [store, digest] of present) {
      const backend = this.#generation?.backends[store];
      if (backend !== undefined) this.#present.set(backend.name, digest);
    }
  }

  /** Called when a check for a client has failed: makes the backend's canary due soon. */
  probeSoon(backend: number): void {
    this.#probes?.probeSoon(backend);
  }

  runDue(now: number): void {
    this.#probes?.runDue(now);
  }

  close(): void {
    this.#probes?.stop();
  }

  /** Without this, clients would be redirected there until the blob is forgotten. */
  #tellAbsent(store: Store, digest: string): void {
    const identity = storeIdentity(store, this.#stores.get(store.name)?.key ?? '');
    for (const worker of this.#dependencies.workers)
      worker.found([{ at: 'store', identity, key: digest, state: 'absent', size: -1 }]);
  }

  /** @throws Error if there are no credentials for a private bucket, which is not a fault of the store */
  #signed(store: Store, url: string): string | Promise<string> {
    const options = this.#stores.get(store.name);
    return options?.presign === undefined ? url : this.#dependencies.signing.sign(options, url);
  }
}
