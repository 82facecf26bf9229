import type { ListedNames } from '@archeio/request-handler';
import type { Certificate } from '../../platform/certificate/certificate.ts';
import type { Conditions } from '../../ipc/conditions.ts';
import type {
  SentInventory,
  PresenceFinding,
  Generation,
  WorkerPort,
  WorkerReport,
} from '../../ipc/ports.ts';
import { EMPTY_SNAPSHOT } from '../../metrics/metrics-snapshot.ts';

/** A worker that writes down what it is told, and makes ready when the test lets it. */
export class FakeWorker implements WorkerPort {
  readonly told: string[] = [];
  readonly findings: PresenceFinding[] = [];
  readonly lists: (readonly [registry: string, names: ListedNames])[] = [];
  /** By generation: what it was last told. */
  readonly conditionsOf = new Map<number, readonly number[]>();
  inUse = 0;
  answering = true;
  readonly impairments: boolean[] = [];
  preparing: () => Promise<void> = () => Promise.resolve();
  using: () => Promise<void> = () => Promise.resolve();
  reporting: () => Promise<WorkerReport> = () =>
    Promise.resolve({
      pid: 1,
      metrics: EMPTY_SNAPSHOT,
      presence: { entries: 0, evictions: 0, inFlight: {} },
    });
  closing: () => Promise<'finished' | 'cut'> = () => Promise.resolve('finished');

  async prepare({ number }: Generation): Promise<void> {
    this.told.push(`prepare ${number}`);
    await this.preparing();
    this.told.push(`prepared ${number}`);
  }

  use(generation: number): Promise<void> {
    this.told.push(`use ${generation}`);
    this.inUse = generation;
    return this.using();
  }

  conditions(generation: number, conditions: Conditions): void {
    this.conditionsOf.set(generation, [...conditions]);
  }

  found(findings: readonly PresenceFinding[]): void {
    this.findings.push(...findings);
  }

  tryAgain(generation: number, backend: number): void {
    this.told.push(`tryAgain ${generation} ${backend}`);
  }

  eventsTaken(): void {
    this.told.push('eventsTaken');
  }

  repositories(registry: string, names: ListedNames): void {
    this.lists.push([registry, names]);
  }

  inventory({ id, bytes }: SentInventory): void {
    this.told.push(`inventory ${id} ${bytes?.length ?? 'none'}`);
  }

  explain(): Promise<unknown> {
    return Promise.resolve('explained');
  }

  report(): Promise<WorkerReport> {
    return this.reporting();
  }

  listen(): Promise<number> {
    return Promise.resolve(0);
  }

  listenForRedirects(): Promise<number> {
    return Promise.resolve(0);
  }

  certificate({ chain }: Certificate): void {
    this.told.push(`certificate ${chain}`);
  }

  announceStop(): void {
    this.told.push('announceStop');
  }

  impaired(impaired: boolean): void {
    this.impairments.push(impaired);
  }

  close(): Promise<'finished' | 'cut'> {
    return this.closing();
  }
}
