import type { ExplainQuery } from '../admin/explain-query.ts';
import type { SentInventory } from '../inventory/inventories.ts';
import type { ListedNames } from '../repositories/index.ts';
import type { ToHub, ToWorker } from '../worker/messages.ts';
import type {
  Conditions,
  Generation,
  HubPort,
  Finding,
  WorkerPort,
  WorkerReport,
} from '../worker/ports.ts';
import { WorkerEnded } from './hub.ts';

interface Waiting<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

/** A failure in a worker's process, as it was there. */
function failureOf(message: string, code: string | undefined): Error {
  const error = new Error(message);
  return code === undefined ? error : Object.assign(error, { code, syscall: 'listen' });
}

/** A worker in a process of its own, as its hub sees it. */
export class RemoteWorker implements WorkerPort {
  readonly #send: (message: ToWorker) => void;
  readonly #waiting = new Map<number, Waiting<unknown>>();
  readonly #reports = new Map<number, Waiting<WorkerReport>>();
  #calls = 0;
  #ended = false;

  /** @param send must not throw, whether the process is still there or not */
  constructor(send: (message: ToWorker) => void) {
    this.#send = send;
  }

  /** Takes in what the process sent. */
  receive(message: ToHub, hub: HubPort): void {
    switch (message.kind) {
      case 'answer':
        this.#settle(message.id)?.resolve(message.value);
        break;
      case 'failure':
        this.#settle(message.id)?.reject(failureOf(message.message, message.code));
        break;
      case 'report':
        this.#reports.get(message.id)?.resolve(message.report);
        this.#reports.delete(message.id);
        break;
      case 'observed':
        hub.observed(message.observation);
        break;
      case 'found':
        hub.found(message.findings);
        break;
      case 'noticed':
        hub.noticed(message.notice);
        break;
      case 'wantsTrial':
        hub.wantsTrial(message.generation, message.backend);
        break;
      case 'up':
        break;
    }
  }

  /** The process has ended: nothing will be answered any more. */
  ended(): void {
    this.#ended = true;
    for (const { reject } of this.#waiting.values()) reject(new WorkerEnded('the worker ended'));
    for (const { reject } of this.#reports.values()) reject(new WorkerEnded('the worker ended'));
    this.#waiting.clear();
    this.#reports.clear();
  }

  async prepare(generation: Generation): Promise<void> {
    await this.#call((id) => ({ kind: 'prepare', id, generation }));
  }

  async use(generation: number): Promise<void> {
    await this.#call((id) => ({ kind: 'use', id, generation }));
  }

  conditions(generation: number, conditions: Conditions): void {
    this.#send({ kind: 'conditions', generation, conditions });
  }

  found(findings: readonly Finding[]): void {
    this.#send({ kind: 'found', findings });
  }

  tryAgain(generation: number, backend: number): void {
    this.#send({ kind: 'tryAgain', generation, backend });
  }

  repositories(registry: string, names: ListedNames): void {
    this.#send({ kind: 'repositories', registry, names });
  }

  inventory(sent: SentInventory): void {
    this.#send({ kind: 'inventory', sent });
  }

  async listen(host: string, port: number): Promise<number> {
    return Number(await this.#call((id) => ({ kind: 'listen', id, host, port })));
  }

  explain(query: ExplainQuery): Promise<unknown> {
    return this.#call((id) => ({ kind: 'explain', id, query }));
  }

  report(): Promise<WorkerReport> {
    const { promise, resolve, reject } = Promise.withResolvers<WorkerReport>();
    const id = ++this.#calls;
    if (this.#ended) reject(new WorkerEnded('the worker ended'));
    else this.#reports.set(id, { resolve, reject });
    this.#send({ kind: 'report', id });
    return promise;
  }

  announceStop(): void {
    this.#send({ kind: 'announceStop' });
  }

  async close(timeout: number): Promise<'finished' | 'cut'> {
    const ended = await this.#call((id) => ({ kind: 'close', id, timeout }));
    return ended === 'cut' ? 'cut' : 'finished';
  }

  #call(message: (id: number) => ToWorker): Promise<unknown> {
    if (this.#ended) return Promise.reject(new WorkerEnded('the worker ended'));
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send(message(id));
    });
  }

  #settle(id: number): Waiting<unknown> | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
