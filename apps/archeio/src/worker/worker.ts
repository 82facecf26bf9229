import type { ExplainQuery } from '../ipc/explain-query.ts';
import { assemble, type Assembly } from './assemble.ts';
import type { Prefix } from '@archeio/netip';
import { explainRequest, type ListedNames } from '@archeio/request-handler';
import { inTurns, type Turn } from '../platform/in-turns.ts';
import { Inventories } from '../backends/inventory/inventories.ts';
import type { Conditions } from '../ipc/conditions.ts';
import type {
  SentInventory,
  Generation,
  SupervisorPort,
  PresenceFinding,
  RedirectListener,
  WorkerPort,
  WorkerReport,
} from '../ipc/ports.ts';
import { Lifecycle } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { WorkerMetrics } from '../metrics/worker-metrics.ts';
import { presignedKey, presignerFor } from '../backends/signing/presigner.ts';
import { decodedRanges } from '../configuration/decoded-ranges.ts';
import { WorkerEvents } from '../record/events/worker-events.ts';
import { observerOf } from '../record/observers.ts';
import { shadowFor } from '../record/shadow/shadow.ts';
import type { SdkTracing } from '../record/traces/sdk-tracing.ts';
import { traceObserverOf } from '../record/traces/trace-observer.ts';
import type { CreateSharedMemory } from '../backends/shared/create-shared-memory.ts';
import { Memory, type MemoryDependencies } from '../backends/presence/memory.ts';
import type { Certificate } from '../platform/certificate/certificate.ts';
import { balancersOf, Listeners } from './listeners.ts';
import { release, type Serving } from './serving.ts';

/** Interval between notices to the supervisor, in milliseconds. */
const NOTICE_EVERY = 1000;

/**
 * How long a start waits for credentials, in milliseconds: enough for local ones. A reload waits until they are known,
 * since the previous generation serves meanwhile.
 */
const START_PATIENCE = 250;

/** Dependencies of a worker. */
export interface WorkerDependencies extends Omit<MemoryDependencies, 'openShared'> {
  /** Connects to the memory that instances share; undefined to share nothing, as in `archeio explain`. */
  readonly createSharedMemory?: CreateSharedMemory | undefined;
  readonly supervisor: SupervisorPort;
  readonly log: Log;
  /** Number of dropped messages to a supervisor in another process. */
  readonly dropped?: () => number;
  /** Called when a request arrives, for a supervisor's process that may be frozen between requests. */
  readonly arrived?: (now: number) => void;
  /** Between pieces of work; the event loop's by default. */
  readonly turn?: Turn;
  /** Maximum number of open files; undefined without a limit. */
  readonly openFiles: () => number | undefined;
  /** Exports spans; undefined if no variable asks for it. */
  readonly tracing?: SdkTracing | undefined;
}

/** Answers requests with the generation that its supervisor selects. */
export class Worker implements WorkerPort {
  readonly #dependencies: WorkerDependencies;
  readonly #lifecycle = new Lifecycle();
  readonly #metrics: WorkerMetrics;
  readonly #openShared: MemoryDependencies['openShared'];
  readonly #inventories: Inventories;
  readonly #events: WorkerEvents;
  readonly #prepared = new Map<number, Serving>();
  #serving: Serving | undefined;
  /** Number of calls of `prepare`. */
  #attempts = 0;
  readonly #listeners: Listeners;
  #cancelNotice: () => void = () => undefined;

  constructor(dependencies: WorkerDependencies) {
    this.#dependencies = dependencies;
    this.#metrics = new WorkerMetrics(dependencies.clock);
    this.#metrics.spans = dependencies.tracing?.counts;
    this.#inventories = new Inventories(dependencies.clock);
    this.#listeners = new Listeners({ ...dependencies, metrics: this.#metrics });
    const { supervisor, createSharedMemory, clock, log } = dependencies;
    const counts = this.#metrics.sharedPresence;
    this.#openShared =
      createSharedMemory &&
      ((redis, budget) => createSharedMemory({ redis, budget, clock, log, counts }));
    this.#events = new WorkerEvents({ ...dependencies, send: (batch) => supervisor.events(batch) });
  }

  /** @throws Error before the first generation is in use */
  get serving(): Serving {
    if (this.#serving === undefined) throw new Error('no generation is in use');
    return this.#serving;
  }

  async prepare({ number, configuration, ranges }: Generation): Promise<void> {
    this.#discard();
    const attempt = ++this.#attempts;
    const decoded = decodedRanges(ranges);
    const { clock, log } = this.#dependencies;
    const { presence } = configuration;
    const before = this.#serving;
    const memory =
      before?.memory.fits(presence) === true
        ? before.memory
        : new Memory(presence, {
            ...this.#dependencies,
            openShared: this.#openShared,
          });
    const presigned = presignedKey(configuration.stores);
    // The supervisor reports missing credentials for all processes.
    const debug: Log['debug'] = (event, fields) => log.debug(event, fields);
    const presigner =
      before?.presigned === presigned
        ? before.presigner
        : await presignerFor(
            configuration.stores,
            clock,
            { info: debug, warn: debug },
            before === undefined ? START_PATIENCE : undefined,
          );
    const shadow = shadowFor(configuration.shadow, before?.shadow, {
      clock,
      log,
      counts: this.#metrics.shadow,
    });
    const steps = assemble(configuration, {
      ...this.#dependencies,
      generation: number,
      ranges: decoded,
      lifecycle: this.#lifecycle,
      metrics: this.#metrics,
      memory,
      presigner,
      inventories: this.#inventories,
      previousLists: before?.lists,
    });
    try {
      const { turn } = this.#dependencies;
      let assembly: Assembly | undefined;
      if (attempt === this.#attempts) assembly = await inTurns(steps, turn);
      const compares =
        assembly && shadow && (await inTurns(shadow.observer(assembly.policy), turn));
      // The supervisor gave up waiting and has requested another generation since.
      if (assembly === undefined || attempt !== this.#attempts)
        throw new Error(`generation ${number} is no longer wanted`);
      const generation = number;
      // Tracing comes first: the others record the trace ID.
      const { policy, places } = assembly;
      const observers = [
        traceObserverOf(configuration.traces, this.#dependencies),
        ...this.#events.observersFor(configuration, policy, places.places),
        compares,
      ];
      const observer = observerOf(observers.filter((each) => each !== undefined));
      this.#prepared.set(number, {
        ...assembly,
        generation,
        memory,
        presigner,
        presigned,
        observer,
        shadow,
        balancers: balancersOf(configuration),
      });
    } catch (error) {
      release({ memory, presigner, shadow }, before);
      throw error;
    }
  }

  use(generation: number): Promise<void> {
    const next = this.#prepared.get(generation);
    if (next === undefined)
      return Promise.reject(new Error(`generation ${generation} was not prepared`));
    this.#prepared.clear();
    const before = this.#serving;
    this.#serving = next;
    next.states.takeOver();
    this.#listeners.use(next);
    if (before === undefined) this.#notice();
    else {
      if (before.memory !== next.memory) before.memory.retire();
      if (before.presigner !== next.presigner) before.presigner.close();
      if (before.shadow !== next.shadow) before.shadow?.close();
    }
    return Promise.resolve();
  }

  conditions(generation: number, conditions: Conditions): void {
    const serving =
      this.#serving?.generation === generation ? this.#serving : this.#prepared.get(generation);
    if (serving !== undefined) serving.states.conditions = conditions;
  }

  found(findings: readonly PresenceFinding[]): void {
    for (const finding of findings) this.#serving?.memory.learn(finding);
  }

  repositories(registry: string, names: ListedNames): void {
    this.#serving?.lists.apply(registry, names);
  }

  inventory(sent: SentInventory): void {
    this.#inventories.apply(sent);
  }

  tryAgain(generation: number, backend: number): void {
    if (this.#serving?.generation === generation) this.#serving.states.tryAgain(backend);
  }

  eventsTaken(): void {
    this.#events.taken();
  }

  explain(query: ExplainQuery): Promise<unknown> {
    return explainRequest(this.serving, query, true);
  }

  report(): Promise<WorkerReport> {
    const { memory } = this.serving;
    const { stores } = this.serving.policy;
    return Promise.resolve({
      pid: process.pid,
      metrics: this.#metrics.snapshot(memory.entries, this.#dependencies.dropped?.()),
      presence: {
        entries: memory.entries,
        evictions: memory.stores.presence.evictions,
        inFlight: Object.fromEntries(
          stores
            .map((store) => [store.name, this.serving.states.inFlight(store)] as const)
            .filter(([, checks]) => checks > 0),
        ),
      },
    });
  }

  certificate(certificate: Certificate): void {
    this.#listeners.certificate(certificate);
  }

  async listen(
    host: string,
    port: number,
    shared: boolean,
    balancers?: readonly Prefix[],
  ): Promise<number> {
    const listening = await this.#listeners.listen(this.serving, host, port, shared, balancers);
    this.#lifecycle.ready();
    return listening;
  }

  listenForRedirects(listener: RedirectListener, shared: boolean): Promise<number> {
    return this.#listeners.listenForRedirects(this.serving, listener, shared);
  }

  announceStop(): void {
    this.#lifecycle.stopping();
    this.#listeners.announceClose();
  }

  impaired(impaired: boolean): void {
    this.#lifecycle.impaired = impaired;
  }

  get answering(): boolean {
    return true;
  }

  async close(timeout: number): Promise<'finished' | 'cut'> {
    const { clock, tracing } = this.#dependencies;
    const until = clock.now() + timeout;
    const ended = await this.#listeners.close(timeout);
    await tracing?.stop(until - clock.now());
    this.#cancelNotice();
    this.#events.close();
    this.#serving?.memory.close();
    this.#serving?.presigner.close();
    this.#serving?.shadow?.close();
    return ended;
  }

  /** Drops prepared generations: another worker could not prepare them, so they will not be used. */
  #discard(): void {
    for (const each of this.#prepared.values()) release(each, this.#serving);
    this.#prepared.clear();
  }

  #notice(): void {
    this.#cancelNotice = this.#dependencies.clock.after(NOTICE_EVERY, () => {
      const { generation, record, states } = this.serving;
      const considered = record.takeConsidered();
      const present = states.takeRecent();
      // The answer to a check may come in a later second than the request that asked for it.
      if (considered.length > 0 || present.length > 0)
        this.#dependencies.supervisor.noticed({ generation, considered, present });
      this.#notice();
    });
  }
}
