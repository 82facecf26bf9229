import type { ListedNames } from '@archeio/request-handler';
import type { ExplainQuery } from '../../ipc/explain-query.ts';
import { partsOf } from '@archeio/configuration';
import type { Prefix } from '@archeio/netip';
import type { Conditions } from '../../ipc/conditions.ts';
import type {
  SentInventory,
  Generation,
  SupervisorPort,
  PresenceFinding,
  WorkerPort,
  WorkerReport,
  RedirectListener,
} from '../../ipc/ports.ts';
import type { Certificate } from '../../platform/certificate/certificate.ts';
import { Channel, type Upkeep } from '../../ipc/channel.ts';
import {
  type SystemFailure,
  type ToSupervisor,
  type ToWorker,
  worthOfToWorker,
} from '../../ipc/messages.ts';
import { WorkerEnded } from '../supervisor.ts';
import { type PulseTurn, WorkerPulse } from './worker-pulse.ts';

interface Waiting<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

/** A failure in a worker's process. */
function failureOf(message: string, system: SystemFailure | undefined): Error {
  return Object.assign(new Error(message), system);
}

/** A supervisor's handle of a worker in another process. */
export class RemoteWorker implements WorkerPort {
  readonly #channel: Channel<ToWorker>;
  readonly #pulse = new WorkerPulse();
  readonly #waiting = new Map<number, Waiting<unknown>>();
  #report: (Waiting<WorkerReport> & { readonly promise: Promise<WorkerReport> }) | undefined;
  #calls = 0;
  #preparations = 0;
  /** Number of calls in progress that may keep the worker from answering. */
  #busy = 0;
  #ended = false;

  /** @param send must not throw, even if the process has ended */
  constructor(send: (message: ToWorker | Upkeep) => void) {
    this.#channel = new Channel(send, worthOfToWorker, () => this.#pulse.answered());
  }

  get answering(): boolean {
    return this.#pulse.answering;
  }

  /** Seconds that its oldest ping has been unanswered; 0 if it answers. */
  get silentSeconds(): number {
    return this.#pulse.silentSeconds;
  }

  /** Number of messages dropped because it did not read. */
  get dropped(): number {
    return this.#channel.dropped;
  }

  /** Called every second: sends a ping unless one is unanswered. Returns whether the worker has been silent for too long. */
  second(): Exclude<PulseTurn, 'ask'> {
    const turn = this.#pulse.second(this.#busy > 0);
    if (turn !== 'ask') return turn;
    this.#channel.ping();
    return 'wait';
  }

  /** Handles a message of the process. */
  receive(sent: ToSupervisor | Upkeep, supervisor: SupervisorPort): void {
    const message = this.#channel.receive(sent);
    switch (message?.kind) {
      case 'answer':
        this.#settle(message.id)?.resolve(message.value);
        break;
      case 'failure':
        this.#settle(message.id)?.reject(failureOf(message.message, message.system));
        break;
      case 'report':
        this.#report?.resolve(message.report);
        this.#report = undefined;
        break;
      case 'observed':
        supervisor.observed(message.observation);
        break;
      case 'found':
        supervisor.found(message.findings);
        break;
      case 'noticed':
        supervisor.noticed(message.notice);
        break;
      case 'wantsTrial':
        supervisor.wantsTrial(message.generation, message.backend);
        break;
      case 'events':
        supervisor.events(message.batch);
        break;
      case 'up':
        this.#pulse.answered();
        break;
      case undefined:
        break;
    }
  }

  /** Called when the process has ended: fails all pending calls. */
  ended(): void {
    this.#ended = true;
    for (const { reject } of this.#waiting.values()) reject(new WorkerEnded('the worker ended'));
    this.#report?.reject(new WorkerEnded('the worker ended'));
    this.#waiting.clear();
    this.#report = undefined;
  }

  async prepare(generation: Generation): Promise<void> {
    await this.#whileBusy(() => this.#sendInParts(generation));
  }

  async use(generation: number): Promise<void> {
    await this.#whileBusy(() => this.#call((id) => ({ kind: 'use', id, generation })));
  }

  conditions(generation: number, conditions: Conditions): void {
    this.#channel.post({ kind: 'conditions', generation, conditions });
  }

  found(findings: readonly PresenceFinding[]): void {
    this.#channel.post({ kind: 'found', findings });
  }

  tryAgain(generation: number, backend: number): void {
    this.#channel.post({ kind: 'tryAgain', generation, backend });
  }

  eventsTaken(): void {
    this.#channel.post({ kind: 'eventsTaken' });
  }

  repositories(registry: string, names: ListedNames): void {
    this.#channel.post({ kind: 'repositories', registry, names });
  }

  inventory(sent: SentInventory): void {
    this.#channel.post({ kind: 'inventory', sent });
  }

  async listen(
    host: string,
    port: number,
    _shared = true,
    balancers?: readonly Prefix[],
  ): Promise<number> {
    return Number(await this.#call((id) => ({ kind: 'listen', id, host, port, balancers })));
  }

  async listenForRedirects(listener: RedirectListener): Promise<number> {
    return Number(await this.#call((id) => ({ kind: 'listenForRedirects', id, listener })));
  }

  certificate(certificate: Certificate): void {
    this.#channel.post({ kind: 'certificate', certificate });
  }

  explain(query: ExplainQuery): Promise<unknown> {
    return this.#call((id) => ({ kind: 'explain', id, query }));
  }

  /** One request at a time: concurrent callers share its report. */
  report(): Promise<WorkerReport> {
    if (this.#ended) return Promise.reject(new WorkerEnded('the worker ended'));
    if (this.#report === undefined) {
      this.#report = Promise.withResolvers<WorkerReport>();
      this.#channel.post({ kind: 'report', id: ++this.#calls });
    }
    return this.#report.promise;
  }

  announceStop(): void {
    this.#channel.post({ kind: 'announceStop' });
  }

  impaired(impaired: boolean): void {
    this.#channel.post({ kind: 'impaired', impaired });
  }

  async close(timeout: number): Promise<'finished' | 'cut'> {
    const ended = await this.#call((id) => ({ kind: 'close', id, timeout }));
    return ended === 'cut' ? 'cut' : 'finished';
  }

  /** A long configuration in one message would block both processes. */
  async #sendInParts({ configuration, ...generation }: Generation): Promise<void> {
    const preparation = ++this.#preparations;
    for (const part of partsOf(configuration)) {
      await this.#call((id) => ({ kind: 'part', id, part }));
      if (preparation !== this.#preparations)
        throw new Error(`generation ${generation.number} is no longer wanted`);
    }
    await this.#call((id) => ({ kind: 'prepare', id, generation }));
  }

  #call(message: (id: number) => ToWorker): Promise<unknown> {
    if (this.#ended) return Promise.reject(new WorkerEnded('the worker ended'));
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#channel.post(message(id));
    });
  }

  async #whileBusy(call: () => Promise<unknown>): Promise<void> {
    if (this.#pulse.askBefore()) this.#channel.ping();
    this.#busy++;
    try {
      await call();
    } finally {
      this.#busy--;
    }
  }

  #settle(id: number): Waiting<unknown> | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
