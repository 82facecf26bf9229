import { MONOTONIC_CLOCK } from './monotonic-clock.ts';
import { Presence, type PresenceOptions } from './presence.ts';
import { randomSeed } from './random-seed.ts';
import { textKeys } from './text-keys.ts';

/** How many keys are remembered by default. */
const ENTRIES = 100_000;

/** What a presence cannot do without, and whatever is not to be the default. */
export type CreatePresenceOptions = Pick<PresenceOptions<string>, 'check'> &
  Partial<PresenceOptions<string>>;

/**
 * A presence with the machine's clock, a random seed, one space, and memory for 100,000 texts as keys.
 *
 * @throws RangeError if a number is out of its range, or the memory cannot be allocated.
 */
export function createPresence(options: CreatePresenceOptions): Presence<string> {
  return new Presence({
    spaces: 1,
    keys: textKeys(ENTRIES),
    clock: MONOTONIC_CLOCK,
    seed: randomSeed(),
    ...options,
  });
}
