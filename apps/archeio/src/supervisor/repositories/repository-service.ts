import { RepositoryLists } from '@archeio/request-handler';
import { repositoriesOf } from './list-repositories.ts';
import { RepositoryRefresh } from './repository-refresh.ts';
import type { WorkerPort } from '../../ipc/ports.ts';
import type { ServedGeneration, ServiceDependencies, SupervisorService } from '../service.ts';

/** Keeps the registries' lists of repositories fresh, and sends them to the workers. */
export class RepositoryService implements SupervisorService {
  readonly #dependencies: ServiceDependencies;
  #lists: RepositoryLists | undefined;
  #refresh: RepositoryRefresh | undefined;

  constructor(dependencies: ServiceDependencies) {
    this.#dependencies = dependencies;
  }

  adopt({ configuration, backends }: ServedGeneration): void {
    const { owner, workers, clock, log } = this.#dependencies;
    const { registries } = configuration;
    this.#lists = new RepositoryLists(registries, this.#lists);
    let indices: ReadonlyMap<string, number> | undefined;
    this.#refresh = new RepositoryRefresh({
      registries,
      lists: this.#lists,
      list: repositoriesOf('archeio'),
      usable: (upstream) => {
        // Most configurations have no lists.
        indices ??= new Map(backends.map(({ name }, index) => [name, index]));
        const index = indices.get(upstream);
        return index === undefined || owner.health.state(index, clock.now()) === 'up';
      },
      clock,
      random: Math.random,
      log,
      onChange: (registry, names) => {
        for (const worker of workers) worker.repositories(registry, names);
      },
      previous: this.#refresh,
    });
    this.#refresh.runDue(clock.now());
  }

  joined(worker: WorkerPort): void {
    for (const [registry, names] of this.#lists?.snapshot() ?? [])
      worker.repositories(registry, names);
  }

  runDue(now: number): void {
    this.#refresh?.runDue(now);
  }

  close(): void {
    this.#refresh?.stop();
  }
}
