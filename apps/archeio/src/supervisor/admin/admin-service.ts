import type { Clock } from '@archeio/presence';
import type { AdminSources } from './admin-answers.ts';
import { AdminServer } from './admin-server.ts';
import type { DescribedBackend } from './backend-status.ts';
import { gaugesOf } from './gauges.ts';
import type { Changes } from '../history/changes.ts';
import { History } from '../history/history.ts';
import { StepTimer } from '../history/step-timer.ts';
import { statusOf } from './status.ts';
import type { Status } from '../../ipc/status.ts';
import type { Log } from '../../platform/log.ts';
import { formatJson } from '../../platform/print.ts';
import { IgnoredAddresses } from '../../metrics/ignored-addresses.ts';
import { MetricsAccumulator, type MetricsSource } from '../../metrics/metrics-accumulator.ts';
import { mergeSnapshots, type MetricsSnapshot } from '../../metrics/metrics-snapshot.ts';
import { renderMetrics } from '../../metrics/render-metrics.ts';
import { RuntimeMetrics } from '../../metrics/runtime-metrics.ts';
import type { Build } from '../../platform/build.ts';
import { requestsOf } from '../../metrics/totals.ts';
import { OverflowLog } from '../../http/overflow-log.ts';
import type { WorkerPort, WorkerReport } from '../../ipc/ports.ts';
import type { Crew } from '../workers/worker-processes.ts';
import type { EventWriter } from '../events/event-writer.ts';
import type { BarrenStores } from '../health/barren-stores.ts';
import type { CertificateService } from '../certificate/certificate-service.ts';
import { configurationAnswer } from './configuration-answer.ts';
import type { ConfigurationValues } from '../reload/configuration-values.ts';
import type { ConfigurationInUse } from '../reload/configuration-in-use.ts';
import type { Supervisor } from '../supervisor.ts';
import type { InventoryService } from '../inventory/inventory-service.ts';
import type { RangesService } from '../ranges/ranges-service.ts';
import type { SupervisorService, ServedGeneration } from '../service.ts';

/** Interval of the workers' reports, in milliseconds. A worker that crashes loses its counts since the last one. */
const REPORT_EVERY = 2000;

/** Milliseconds to wait for reports; the last report of a silent worker stays in use. */
const PATIENCE = 2000;

/** Dependencies of the service. */
interface AdminServiceDependencies {
  readonly supervisor: Supervisor;
  readonly ranges: RangesService;
  readonly inventories: Pick<InventoryService, 'states'>;
  readonly barren: Pick<BarrenStores, 'onlyUpstream'>;
  readonly events: Pick<EventWriter, 'snapshot'>;
  /** Undefined without TLS. */
  readonly certificate?: Pick<CertificateService, 'state'> | undefined;
  readonly configuration: ConfigurationInUse;
  readonly values: Pick<ConfigurationValues, 'text' | 'warnings'>;
  readonly changes: Changes;
  readonly build: Build;
  readonly health: AdminSources['health'];
  /** Returns undefined before the workers have started. */
  readonly crew: () => Crew | undefined;
  /** Maximum number of connections. */
  readonly connections: number;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Log;
}

/** A worker and its last report. */
interface Reporting {
  readonly source: MetricsSource;
  readonly since: number;
  last: WorkerReport | undefined;
}

/** The admin listener: serves the sum of the workers' counts, and the supervisor's own state. */
export class AdminService implements SupervisorService {
  readonly #dependencies: AdminServiceDependencies;
  readonly #server: AdminServer;
  readonly #runtime = new RuntimeMetrics();
  readonly #accumulator = new MetricsAccumulator();
  readonly #ignoredAddresses: IgnoredAddresses;
  readonly #history: History;
  readonly #steps: StepTimer;
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
        metrics: async () =>
          (await renderMetrics(await this.metrics())) + (await this.#runtime.text()),
        status: async () => this.#status(await this.counted()),
        statusNow: () => formatJson(this.#status(this.#accumulator.total())),
        history: (range) => this.#history.text(range),
        configuration: () => {
          const { configuration, values } = dependencies;
          return configurationAnswer(configuration, this.#generation?.number ?? 0, values);
        },
        flows: (range) => this.#history.flows(range),
        explain: (query) => {
          const worker = dependencies.supervisor.workers
            .values()
            .find(({ answering }) => answering);
          if (worker === undefined) throw new Error('no worker answers requests now');
          return worker.explain(query);
        },
      },
    });
    this.#reportAgain();
    this.#history = new History(dependencies.changes);
    this.#steps = new StepTimer({ ...dependencies, take: (...step) => this.#takeStep(...step) });
  }

  /** @throws NodeJS.ErrnoException if it cannot listen on the port */
  listen(host: string, port: number, hosts: readonly string[] = []): Promise<number> {
    return this.#server.listen(host, port, hosts);
  }

  adopt(generation: ServedGeneration): void {
    this.#generation = generation;
    this.#history.serve(generation.backends);
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

  /** The counts of all workers since the start, including workers that are gone. */
  async counted(): Promise<MetricsSnapshot> {
    await this.#report();
    return this.#accumulator.total();
  }

  /** The same, and the state that only the supervisor knows. */
  async metrics(): Promise<MetricsSnapshot> {
    const { build, crew, ranges, inventories, barren, events, configuration, certificate } =
      this.#dependencies;
    const counted = await this.counted();
    const gauges = gaugesOf({
      build,
      crew: crew(),
      backends: this.#described(),
      inventories: inventories.states(),
      onlyUpstream: barren.onlyUpstream(),
      ranges: ranges.status(),
      configuration,
      certificate: certificate?.state,
    });
    return mergeSnapshots([counted, gauges, events.snapshot()]);
  }

  async stop(timeout: number): Promise<void> {
    await this.#server.close(timeout);
  }

  close(): void {
    this.#steps.stop();
    this.#cancel();
  }

  async #takeStep(endMs: number, isWhole: boolean): Promise<void> {
    await this.#history.take(await this.counted(), endMs, isWhole);
    const { streams } = this.#server;
    if (streams.open > 0) streams.send('step', await this.#history.newest());
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
            // It has ended: `left` keeps its last report.
          }
        }),
      ),
    ]);
    cancel();
  }

  #status(metrics: MetricsSnapshot): Status {
    const { build, ranges, configuration, clock, wallClock } = this.#dependencies;
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
      ranges: ranges.status(),
      presence: reports.map(({ presence }) => presence),
      metrics,
    });
  }

  #described(): DescribedBackend[] {
    const { supervisor, inventories, barren, clock } = this.#dependencies;
    const now = clock.now();
    const states = inventories.states();
    const onlyUpstream = barren.onlyUpstream();
    return (this.#generation?.backends ?? []).map((backend, index) => ({
      backend,
      health: supervisor.owner.health.describe(index, now),
      seen: supervisor.owner.seen(index),
      inventory: states.get(backend.name),
      onlyUpstream: backend.kind === 'store' ? onlyUpstream.get(backend.name) : undefined,
    }));
  }
}
