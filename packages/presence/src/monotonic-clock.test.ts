import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import { MONOTONIC_CLOCK } from './monotonic-clock.ts';

/** Sets timers late in a busy turn, and prints how many of them fired early. */
const EARLY = `
  const { MONOTONIC_CLOCK } = await import(${JSON.stringify(new URL('./monotonic-clock.ts', import.meta.url).href)});
  let early = 0;
  let left = 400;
  const set = (milliseconds) => {
    const due = MONOTONIC_CLOCK.now() + milliseconds;
    MONOTONIC_CLOCK.after(milliseconds, () => {
      if (MONOTONIC_CLOCK.now() < due) early++;
      if (--left === 0) clearInterval(alive);
    });
  };
  const alive = setInterval(() => {}, 1000);
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    for (const end = performance.now() + 4; performance.now() < end; );
    for (let at = 0; at < 20; at++) set(at * 1.37);
  }
  process.on('exit', () => console.log(early, left));
`;

describe('a timer never fires early', () => {
  for (const runtime of ['node', 'bun'])
    test(runtime, () => {
      const program = fileURLToPath(
        new URL(`../../../node_modules/.bin/${runtime}`, import.meta.url),
      );
      const { stdout, stderr } = spawnSync(program, ['-e', EARLY], {
        encoding: 'utf8',
        timeout: 30_000,
      });
      assert.deepEqual([stdout.trim(), stderr], ['0 0', '']);
    });
});

test('a cancelled timer does not fire', async () => {
  MONOTONIC_CLOCK.after(1, () => assert.fail('came'))();
  await new Promise((resolve) => {
    MONOTONIC_CLOCK.after(5, () => resolve(undefined));
    // Our timers do not keep a process alive.
    setTimeout(() => undefined, 50);
  });
});

test("a timer longer than a runtime's maximum does not fire at once", async () => {
  const cancel = [2 ** 31, Infinity].map((long) =>
    MONOTONIC_CLOCK.after(long, () => assert.fail('came')),
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const each of cancel) each();
});
