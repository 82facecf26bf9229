import type { Clock } from '@archeio/presence';
import type { AdminSources } from './admin-answers.ts';
import { AdminServer } from './admin-server.ts';
import { statusOf } from './status.ts';
import type { Status } from '../../ipc/status.ts';
import type { Log } from '../../platform/log.ts';
import { IgnoredAddresses } from '../../metrics/ignored-addresses.ts';
import { MetricsAccumulator, type MetricsSource } from '../../metrics/metrics-accumulator.ts';
import { mergeSnapshots } from '../../metrics/metrics-snapshot.ts';
import { renderMetrics } from '../../metrics/render-metrics.ts';
import { RuntimeMetrics } from '../../metrics/runtime-metrics.ts';
import { type Crew, gaugesOf } from '../../metrics/service-state.ts';
import type { Build } from '../../platform/build.ts';
import { requestsOf } from '../../metrics/totals.ts';
import { OverflowLog } from '../../http/overflow-log.ts';
import type { WorkerPort, WorkerReport } from '../../ipc/ports.ts';
import type { BarrenStores } from '../health/barren-stores.ts';
import type { ConfigurationInUse } from '../reload/configuration-in-use.ts';
import type { Supervisor } from '../supervisor.ts';
import type { InventoryService } from '../inventory/inventory-service.ts';
import type { RangesService } from '../ranges/ranges-service.ts';
import type { SupervisorService, ServedGeneration } from '../service.ts';

/** How often every worker is asked what it has counted: what one that crashes has counted since is lost. */
const REPORT_EVERY = 2000;

/** How long the admin listener waits for workers; one that is silent keeps its last report. Milliseconds. */
const PATIENCE = 2000;

/** Dependencies of the service. */
export interface AdminServiceDependencies {
  readonly supervisor: Supervisor;
  readonly ranges: RangesService;
  readonly inventories: Pick<InventoryService, 'states'>;
  readonly barren: Pick<BarrenStores, 'onlyUpstream'>;
  readonly configuration: ConfigurationInUse;
  readonly build: Build;
  readonly health: AdminSources['health'];
  /** The processes that answer requests; undefined before they have started. */
  readonly crew: () => Crew | undefined;
  /** The most connections at one time. */
  readonly connections: number;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Log;
}

/** A worker, and what it last reported. */
interface Reporting {
  readonly source: MetricsSource;
  readonly since: number;
  last: WorkerReport | undefined;
}

/** The admin listener: sums up what the workers count, and says what the supervisor knows. */
export class AdminService implements SupervisorService {
  readonly #dependencies: AdminServiceDependencies;
  readonly #server: AdminServer;
  readonly #runtime = new RuntimeMetrics();
  readonly #accumulator = new MetricsAccumulator();
  readonly #ignoredAddresses: IgnoredAddresses;
  readonly #reporting = new Map<WorkerPort, Reporting>();
  readonly #startedAt: number;
  #generation: ServedGeneration | undefined;
  #cancel: () => void = () => undefined;

  constructor(dependencies: AdminServiceDependencies) {
    this.#dependencies = dependencies;
    this.#ignoredAddresses = new IgnoredAddresses(dependencies.log);
    this.#startedAt = dependencies.wallClock();
    const { connections, clock, log } = dependencies;
    this.#server = new AdminServer({
      ...dependencies,
      overflow: new OverflowLog('admin', connections, clock, log),
      sources: {
        health: dependencies.health,
        crew: dependencies.crew,
        metrics: () => this.#metrics(),
        status: () => this.#status(),
        explain: (query) => {
          const worker = [...dependencies.supervisor.workers].find(({ answering }) => answering);
          if (worker === undefined) throw new Error('no worker answers requests now');
          return worker.explain(query);
        },
      },
    });
    this.#reportAgain();
  }

  /** @throws NodeJS.ErrnoException if it cannot listen on the port */
  listen(host: string, port: number, hosts: readonly string[] = []): Promise<number> {
    return this.#server.listen(host, port, hosts);
  }

  adopt(generation: ServedGeneration): void {
    this.#generation = generation;
  }

  joined(worker: WorkerPort): void {
    this.#reporting.set(worker, {
      source: this.#accumulator.open(),
      since: this.#dependencies.wallClock(),
      last: undefined,
    });
  }

  left(worker: WorkerPort): void {
    this.#reporting.get(worker)?.source.end();
    this.#reporting.delete(worker);
  }

  /** What all workers have counted since the start, those that are gone included. */
  async counted(): Promise<ReturnType<MetricsAccumulator['total']>> {
    await this.#report();
    return this.#accumulator.total();
  }

  async stop(timeout: number): Promise<void> {
    await this.#server.close(timeout);
  }

  close(): void {
    this.#cancel();
  }

  #reportAgain(): void {
    this.#cancel = this.#dependencies.clock.after(REPORT_EVERY, () => {
      void this.counted().then((counted) => {
        this.#ignoredAddresses.look(counted, this.#dependencies.clock.now());
        this.#reportAgain();
      });
    });
  }

  async #report(): Promise<void> {
    const { clock } = this.#dependencies;
    const late = Promise.withResolvers<void>();
    const cancel = clock.after(PATIENCE, late.resolve);
    await Promise.race([
      late.promise,
      Promise.all(
        [...this.#reporting].map(async ([worker, reporting]) => {
          try {
            reporting.last = await worker.report();
            reporting.source.report(reporting.last.metrics);
          } catch {
            // It has ended: `left` keeps what it reported last.
          }
        }),
      ),
    ]);
    cancel();
  }

  async #metrics(): Promise<string> {
    const { build, crew, ranges, inventories, configuration } = this.#dependencies;
    const counted = await this.counted();
    const gauges = gaugesOf({
      build,
      crew: crew(),
      backends: this.#described().map(({ backend: { name, kind }, health }) => ({
        name,
        up: health.state === 'up',
        breakerOpen: kind === 'store' ? health.breaker !== 'closed' : undefined,
      })),
      inventories: [...inventories.states()].map(([store, { date, unused }]) => ({
        store,
        date,
        used: unused === null,
      })),
      onlyUpstream: [...this.#dependencies.barren.onlyUpstream()],
      ranges: ranges.status().map((each) => ({ ...each, used: ranges.isUsed(each.cloud) })),
      reload: {
        successful: configuration.lastReload?.successful ?? true,
        loadedAt: configuration.loadedAt,
      },
    });
    return (await renderMetrics(mergeSnapshots([counted, gauges]))) + (await this.#runtime.text());
  }

  async #status(): Promise<Status> {
    const { build, ranges, configuration, clock, wallClock } = this.#dependencies;
    const metrics = await this.counted();
    const reports = [...this.#reporting].flatMap(([{ answering }, { last, since }]) =>
      last === undefined ? [] : [{ ...last, since, answering }],
    );
    return statusOf({
      ...build,
      pid: process.pid,
      now: wallClock(),
      clockNow: clock.now(),
      startedAt: this.#startedAt,
      configuration: { ...configuration, generation: this.#generation?.number ?? 0 },
      processes: reports.map(({ pid, since, answering, metrics: counted }) => ({
        pid,
        since,
        answering,
        requests: requestsOf(counted),
      })),
      backends: this.#described(),
      ranges: ranges.status().map((each) => ({ ...each, used: ranges.isUsed(each.cloud) })),
      presence: reports.map(({ presence }) => presence),
      metrics,
    });
  }

  #described() {
    const { supervisor, inventories, barren, clock } = this.#dependencies;
    const now = clock.now();
    const states = inventories.states();
    const onlyUpstream = barren.onlyUpstream();
    return (this.#generation?.backends ?? []).map((backend, index) => ({
      backend,
      health: supervisor.owner.health.describe(index, now),
      inventory: states.get(backend.name),
      onlyUpstream: backend.kind === 'store' ? onlyUpstream.get(backend.name) : undefined,
    }));
  }
}
