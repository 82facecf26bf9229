import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPresence } from './create-presence.ts';
import type { CheckResult } from './state.ts';

test('only the check is required', async () => {
  const asked: string[] = [];
  const presence = createPresence({
    check: (_space, key): Promise<CheckResult> => {
      asked.push(key);
      return Promise.resolve({ state: key === 'a' ? 'present' : 'absent', size: key.length });
    },
  });
  assert.equal(presence.lookup(0, 'a'), 'unasked');
  await Promise.all([presence.ask([0], 'a'), presence.ask([0], 'a'), presence.ask([0], 'b')]);
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => presence.lookup(0, key)),
    ['present', 'absent', 'unasked'],
  );
  assert.equal(presence.sizeOf(0, 'a'), 1);
  assert.deepEqual(asked, ['a', 'b']);
});

test("a check that never answers costs the budget, by the machine's clock", async () => {
  const presence = createPresence({ check: () => new Promise(() => {}), budget: 20 });
  // The clock's timers do not keep a process alive.
  const alive = setInterval(() => {}, 1000);
  await presence.ask([0], 'a');
  clearInterval(alive);
  assert.equal(presence.lookup(0, 'a'), 'unasked');
});

test('options override defaults', () => {
  const presence = createPresence({ check: () => Promise.resolve(undefined), spaces: 2 });
  assert.equal(presence.lookup(1, 'a'), 'unasked');
  assert.throws(() => createPresence({ check: () => Promise.resolve(undefined), spaces: 0 }), {
    name: 'RangeError',
    message: 'cannot use spaces "0": must be an integer from 1 to 65536',
  });
});
