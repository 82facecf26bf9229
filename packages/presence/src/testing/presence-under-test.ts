import type { KeyCodec } from '../keys.ts';
import { Presence, type PresenceLimits } from '../presence.ts';
import { ManualClock } from './manual-clock.ts';
import { ScriptedCheck } from './scripted-check.ts';

/** Keys are numbers: negative ones cannot be remembered, and those from 2^16 form a separate class. */
export function numberKeys(entries: number): KeyCodec<number> {
  return {
    classes: [
      { words: 2, entries },
      { words: 4, entries },
    ],
    classOf: (key) => (key < 0 ? -1 : key < 0x10000 ? 0 : 1),
    write: (key, words) => {
      words.fill(0);
      words[0] = key;
    },
  };
}

/** A presence of four spaces and 100 entries per class, whose environment the test controls. */
export function presenceUnderTest(limits: Partial<PresenceLimits> = {}, entries = 100) {
  const clock = new ManualClock(5_000);
  const script = new ScriptedCheck<number>();
  const presence = new Presence<number>({
    spaces: 4,
    keys: numberKeys(entries),
    check: script.check,
    clock,
    seed: [1, 2],
    ...limits,
  });
  return { presence, clock, script };
}

export const PRESENT = Object.freeze({ state: 'present', size: 1234 } as const);
export const ABSENT = Object.freeze({ state: 'absent', size: -1 } as const);
export const UNKNOWN = Object.freeze({ state: 'unknown', size: -1 } as const);

/** Records when a promise settles, in the clock's time. */
export function timed(promise: Promise<void>, clock: ManualClock): { endedAt: number | undefined } {
  const wait: { endedAt: number | undefined } = { endedAt: undefined };
  void promise.then(() => {
    wait.endedAt = clock.now();
  });
  return wait;
}
