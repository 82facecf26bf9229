import type { Clock } from '@archeio/presence';
import { createStoreChecker } from '../../backends/client/index.ts';
import type { Log } from '../../platform/log.ts';
import { randomSeed } from '../../platform/random-seed.ts';
import { openFilesLimit } from '../../http/open-files.ts';
import { Worker } from '../../worker/worker.ts';
import type { Hub } from '../hub.ts';

/** A worker in the process of its hub, brought to what the hub serves; it does not listen yet. */
export async function joinLocalWorker(hub: Hub, clock: Clock, log: Log): Promise<Worker> {
  const worker: Worker = new Worker({
    hub: hub.portFor(() => worker),
    arrived: (now) => hub.poke(now),
    clock,
    log,
    seed: randomSeed(),
    workers: 1,
    openFiles: openFilesLimit,
    createChecker: (timeout) => createStoreChecker({ timeout, userAgent: 'archeio' }),
  });
  await hub.join(worker);
  return worker;
}
