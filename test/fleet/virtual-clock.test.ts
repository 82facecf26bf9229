import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../bench/fleet/model/random.ts';
import { VirtualClock } from '../../bench/fleet/model/virtual-clock.ts';

test('timers fire in the order of a sorted list, at their own time, and time never goes back', () => {
  const random = new Random(1, 'timers');
  const clock = new VirtualClock();
  const expected: { at: number; name: number }[] = [];
  const fired: { at: number; name: number }[] = [];
  let last = 0;
  for (let name = 0; name < 5000; name++) {
    // Whole milliseconds, so that many are due at the same time.
    const at = clock.now() + random.below(200);
    const cancel = clock.after(at - clock.now(), () => fired.push({ at: clock.now(), name }));
    if (random.unit() < 0.3) cancel();
    else expected.push({ at, name });
    if (random.unit() < 0.5) clock.fireNext();
    assert.ok(clock.now() >= last);
    last = clock.now();
  }
  while (clock.nextDue() < Infinity) clock.fireNext();
  assert.deepEqual(
    fired,
    expected.toSorted((a, b) => a.at - b.at || a.name - b.name),
  );
  clock.fireNext();
  assert.equal(clock.nextDue(), Infinity);
});

test('the clock refuses to go back, and to skip a timer', () => {
  const clock = new VirtualClock();
  clock.advanceTo(10);
  assert.throws(() => clock.advanceTo(9), /cannot go back from 10 to 9 ms/);
  assert.throws(() => clock.advanceTo(Number.NaN), /cannot go back/);
  clock.after(5, () => undefined);
  assert.throws(() => clock.advanceTo(16), /cannot advance to 16 ms: a timer is due earlier/);
  clock.advanceTo(15);
  assert.equal(clock.now(), 15);
});
