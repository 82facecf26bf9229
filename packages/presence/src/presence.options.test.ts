import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readHexWords } from './keys.ts';
import { Presence, type PresenceOptions } from './presence.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { numberKeys, PRESENT } from './testing/presence-under-test.ts';

suite('invalid arguments', () => {
  const good: PresenceOptions<number> = {
    spaces: 2,
    keys: numberKeys(10),
    check: () => Promise.resolve(undefined),
    clock: new ManualClock(),
    seed: [1, 2],
  };

  test('options out of range are refused by name', () => {
    for (const [wrong, message] of [
      [{ spaces: 0 }, 'cannot use spaces "0": must be an integer from 1 to 65536'],
      [{ spaces: 65_537 }, 'cannot use spaces "65537": must be an integer from 1 to 65536'],
      [{ atMost: 0 }, 'cannot use atMost "0": must be an integer from 1 to 65536'],
      [{ inFlight: 1.5 }, 'cannot use inFlight "1.5": must be an integer from 1 to 65536'],
      [{ budget: 0 }, 'cannot use budget "0": must be milliseconds above 0'],
      [{ hedge: Number.NaN }, 'cannot use hedge "NaN": must be milliseconds above 0'],
    ] as const) {
      assert.throws(() => new Presence({ ...good, ...wrong }), { name: 'RangeError', message });
    }
  });

  test('a key that its codec refuses does not leave a half-written key', async () => {
    const clock = new ManualClock();
    const presence = new Presence<string>({
      ...good,
      keys: {
        classes: [{ words: 1, entries: 10 }],
        classOf: () => 0,
        write: (text, words) => readHexWords(text, 0, words),
      },
      check: () => Promise.resolve(PRESENT),
      clock,
    });
    presence.check(0, '00000001');
    await clock.advance(0);
    assert.equal(presence.lookup(0, '00000001'), 'present');
    assert.throws(() => presence.lookup(0, '0000000x'), RangeError);
    assert.equal(presence.lookup(0, '00000001'), 'present');
  });

  test('an invalid space is refused before any check', () => {
    const presence = new Presence(good);
    for (const space of [-1, 2, 0.5]) {
      const refusal = {
        name: 'RangeError',
        message: `cannot use space "${space}": must be an integer from 0 to 1`,
      };
      assert.throws(() => presence.lookup(space, 1), refusal);
      assert.throws(() => presence.sizeOf(space, 1), refusal);
      assert.throws(() => presence.check(space, 1), refusal);
      assert.throws(() => void presence.ask([0, space], 1), refusal);
    }
    assert.equal(presence.inFlight(0), 0);
    assert.equal(presence.isLate(0), false);
  });
});
