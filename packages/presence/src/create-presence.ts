import { MONOTONIC_CLOCK } from './monotonic-clock.ts';
import { Presence, type PresenceOptions } from './presence.ts';
import { randomSeed } from './random-seed.ts';
import { textKeys } from './text-keys.ts';

/** Default number of remembered keys. */
const ENTRIES = 100_000;

/** The required options, and any that override a default. */
export type CreatePresenceOptions = Pick<PresenceOptions<string>, 'check'> &
  Partial<PresenceOptions<string>>;

/**
 * Creates a presence with the machine's clock, a random seed, one space, and memory for 100,000 text keys.
 *
 * @throws RangeError if a number is out of range, or the memory cannot be allocated.
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
