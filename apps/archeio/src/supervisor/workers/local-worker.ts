import { type Clock, randomSeed } from '@archeio/presence';
import { createStoreChecker } from '../../backends/client/create-store-checker.ts';
import type { CreateSharedMemory } from '../../backends/shared/create-shared-memory.ts';
import type { Log } from '../../platform/log.ts';
import { openFilesLimit } from '../../http/open-files.ts';
import { Worker } from '../../worker/worker.ts';
import type { ServedConfiguration } from '@archeio/configuration';
import { backendsServedHere } from '../../worker/compile-generation.ts';
import { Supervisor } from '../supervisor.ts';
import type { SdkTracing } from '../../record/traces/sdk-tracing.ts';

/** What only a server has. */
export interface LocalWorkerOptions {
  readonly tracing?: SdkTracing | undefined;
  readonly createSharedMemory?: CreateSharedMemory | undefined;
}

/** A worker in its supervisor's process, with the supervisor's generation; it does not listen yet. */
export async function joinLocalWorker(
  supervisor: Supervisor,
  clock: Clock,
  log: Log,
  { tracing, createSharedMemory }: LocalWorkerOptions = {},
): Promise<Worker> {
  const worker: Worker = new Worker({
    supervisor: supervisor.portFor(() => worker),
    arrived: (now) => supervisor.runDue(now),
    clock,
    log,
    seed: randomSeed(),
    workers: 1,
    tracing,
    createSharedMemory,
    openFiles: openFilesLimit,
    createChecker: (timeout) => createStoreChecker({ timeout, userAgent: 'archeio' }),
  });
  await supervisor.join(worker);
  return worker;
}

/** Runs `use` with a worker that does not listen, and always closes the worker afterwards. */
export async function withLocalWorker<T>(
  {
    clock,
    log,
    ...change
  }: {
    readonly clock: Clock;
    readonly log: Log;
    readonly configuration: ServedConfiguration;
    readonly ranges: Uint8Array;
  },
  use: (worker: Worker) => Promise<T>,
): Promise<T> {
  const supervisor = new Supervisor({ clock, log, backendsOf: backendsServedHere });
  try {
    await supervisor.apply(change);
    const worker = await joinLocalWorker(supervisor, clock, log);
    try {
      return await use(worker);
    } finally {
      await worker.close(0);
    }
  } finally {
    supervisor.close();
  }
}
