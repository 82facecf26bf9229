import type { Clock } from '@archeio/presence';
import type { Environment } from '@archeio/configuration';

/** How often a server that npm has started looks whether npm's shell is still there, in milliseconds. */
const LOOK_EVERY = 250;

/**
 * Calls back once when the shell has died that npm started us by. npm sends a signal to that shell only, which dies of
 * it and tells its command nothing (a shell that runs one command need not become it).
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
