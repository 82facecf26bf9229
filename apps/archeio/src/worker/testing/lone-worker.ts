import { FakeSharedMemory, ManualClock } from '@archeio/presence/testing';
import type { ConfigurationSource } from '@archeio/configuration';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import { RANGES, readableLog } from '../../supervisor/testing/supervisor-rig.ts';
import { blob, FakeChecker, incoming, SOURCE } from './assembled.ts';
import type { EventBatch } from '../../ipc/event-batch.ts';
import type { BackendObservation, PresenceFinding, Notice } from '../../ipc/ports.ts';
import { Worker } from '../worker.ts';

/** A checker that says whether it was closed. */
class ClosableChecker extends FakeChecker {
  closed = false;

  override close(): void {
    this.closed = true;
  }
}

/** A shared memory that writes down the URLs it was opened for, and when it was closed. */
export class OpenedSharedMemory extends FakeSharedMemory {
  readonly log: string[] = [];

  checked(outcome: string): void {
    this.log.push(outcome);
  }

  close(): void {
    this.log.push('closed');
  }
}

/**
 * A worker, and what it told its supervisor.
 *
 * @param shared what workers of other instances share with it, on the same clock
 */
export function loneWorker(clock = new ManualClock(), shared?: OpenedSharedMemory) {
  const checkers: ClosableChecker[] = [];
  const observed: BackendObservation[] = [];
  const found: PresenceFinding[] = [];
  const noticed: Notice[] = [];
  const batches: EventBatch[] = [];
  const wanted: (readonly [number, number])[] = [];
  const worker = new Worker({
    supervisor: {
      observed: (observation) => observed.push(observation),
      found: (findings) => found.push(...findings),
      noticed: (notice) => noticed.push(notice),
      wantsTrial: (generation, backend) => wanted.push([generation, backend]),
      events: (batch) => batches.push(batch),
    },
    clock,
    seed: [1, 2],
    workers: 2,
    openFiles: () => undefined,
    log: readableLog().log,
    createSharedMemory:
      shared &&
      (({ redis }) => {
        shared.log.push(redis);
        return shared;
      }),
    createChecker: () => {
      const checker = new ClosableChecker();
      checkers.push(checker);
      return checker;
    },
  });
  const prepare = (number: number, source: ConfigurationSource = SOURCE): Promise<void> =>
    worker.prepare({
      number,
      configuration: parseServed(source),
      ranges: RANGES,
    });
  return {
    worker,
    clock,
    checkers,
    observed,
    found,
    noticed,
    batches,
    wanted,
    prepare,
    serve: async (number: number, source?: ConfigurationSource): Promise<void> => {
      await prepare(number, source);
      await worker.use(number);
    },
    pull: async (number: number) =>
      (await worker.serving.handler.decide(incoming(blob(number)))).backend?.name,
  };
}
