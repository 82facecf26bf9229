import type { Clock } from '@archeio/presence';
import type { WorkerPort } from '../../ipc/ports.ts';

/** How much longer than its time-out a worker may take to report that it is closed, in milliseconds. */
const GRACE = 1000;

/** Closes a worker within `timeout` milliseconds. One that is frozen or crashes does not delay the stop. */
export async function closeWorker(
  worker: WorkerPort,
  timeout: number,
  clock: Clock,
): Promise<'finished' | 'cut'> {
  const late = Promise.withResolvers<'cut'>();
  const cancel = clock.after(timeout + GRACE, () => late.resolve('cut'));
  try {
    return await Promise.race([worker.close(timeout), late.promise]);
  } catch {
    return 'cut';
  } finally {
    cancel();
  }
}
