import type { Clock } from '@archeio/presence';
import type { Environment } from '@archeio/configuration';

/** Interval at which a server started by npm checks whether npm's shell still runs, in milliseconds. */
const LOOK_EVERY = 250;

/**
 * Calls back once when the shell through which npm started this process has died. npm sends a signal only to that shell, which dies of
 * it without passing it on (a shell that runs one command need not `exec` it).
 */
export function onceOrphanedByNpm(
  environment: Environment,
  parentOf: () => number,
  clock: Clock,
  orphaned: () => void,
): void {
  if (!environment['npm_lifecycle_event']) return;
  const parent = parentOf();
  const look = (): void => {
    if (parentOf() === parent) clock.after(LOOK_EVERY, look);
    else orphaned();
  };
  clock.after(LOOK_EVERY, look);
}
