import type { Clock } from '@archeio/presence';
import { createStoreChecker } from '../../backends/client/index.ts';
import type { Log } from '../../platform/log.ts';
import { randomSeed } from '../../platform/random-seed.ts';
import { openFilesLimit } from '../../http/open-files.ts';
import { Worker } from '../../worker/worker.ts';
import type { Supervisor } from '../supervisor.ts';

/** A worker in the process of its supervisor, brought to what the supervisor serves; it does not listen yet. */
export async function joinLocalWorker(
  supervisor: Supervisor,
  clock: Clock,
  log: Log,
): Promise<Worker> {
  const worker: Worker = new Worker({
    supervisor: supervisor.portFor(() => worker),
    arrived: (now) => supervisor.poke(now),
    clock,
    log,
    seed: randomSeed(),
    workers: 1,
    openFiles: openFilesLimit,
    createChecker: (timeout) => createStoreChecker({ timeout, userAgent: 'archeio' }),
  });
  await supervisor.join(worker);
  return worker;
}
