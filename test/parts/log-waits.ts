import { setTimeout as sleep } from 'node:timers/promises';
import type { ArcheioProcess, LogLine } from './archeio-process.ts';

/** Time limit for an expected log line, in milliseconds. */
const PATIENCE = 30_000;

/** Waits until `holds` is true. @throws Error with `what` on timeout */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  patience = PATIENCE,
): Promise<void> {
  for (const deadline = performance.now() + patience; performance.now() < deadline;) {
    if (await holds()) return;
    await sleep(10);
  }
  throw new Error(`waited in vain for ${what}`);
}

/** Waits for the first line with this event at index `from` or later. */
export async function logged(
  archeio: Pick<ArcheioProcess, 'log'>,
  event: string | RegExp,
  from = 0,
): Promise<LogLine> {
  const find = (): LogLine | undefined =>
    archeio.log
      .slice(from)
      .find((line) => (typeof event === 'string' ? line.event === event : event.test(line.event)));
  await until(`${event} in ${JSON.stringify(archeio.log.slice(from))}`, () => find() !== undefined);
  return find()!;
}
