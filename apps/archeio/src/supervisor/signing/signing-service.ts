import { StatedError } from '@archeio/plain-errors';
import {
  presignedKey,
  type PresignedStore,
  type Presigner,
  presignerFor,
} from '../../backends/signing/presigner.ts';
import type { ServedGeneration, ServiceDependencies, SupervisorService } from '../service.ts';

/**
 * Signs the supervisor's own requests to private buckets, and reports missing credentials for all processes, which look
 * in the same places.
 */
export class SigningService implements SupervisorService {
  readonly #dependencies: Pick<ServiceDependencies, 'clock' | 'log'>;
  #presigner: Promise<Presigner>;
  #presigned = presignedKey([]);

  constructor(dependencies: Pick<ServiceDependencies, 'clock' | 'log'>) {
    this.#dependencies = dependencies;
    this.#presigner = presignerFor([], dependencies.clock, dependencies.log);
  }

  adopt({ configuration: { stores } }: ServedGeneration): void {
    const presigned = presignedKey(stores);
    if (presigned === this.#presigned) return;
    this.close();
    this.#presigned = presigned;
    this.#presigner = presignerFor(stores, this.#dependencies.clock, this.#dependencies.log);
  }

  /** Signs a URL of the store for GET. @throws Error if there are no credentials, which is not a fault of the store */
  async sign(store: PresignedStore, url: string): Promise<string> {
    const presigner = await this.#presigner;
    const signed = await presigner.sign(store, url, 'GET');
    if (signed === undefined)
      throw new StatedError(presigner.trouble(store) ?? 'there are no credentials');
    return signed;
  }

  close(): void {
    void this.#presigner.then((presigner) => presigner.close());
  }
}
