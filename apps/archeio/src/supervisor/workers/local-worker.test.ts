import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { CloudRanges } from '@archeio/clouds';
import type { Backend } from '@archeio/redirect';
import { backendsOf, backendsServedHere } from '../../worker/compile-generation.ts';
import { loadRanges } from '../ranges/load-ranges.ts';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import { createLog } from '../../platform/log.ts';
import { shippedRangesBytes } from '../../configuration/shipped.ts';
import { SOURCE } from '../../worker/testing/assembled.ts';
import { Supervisor } from '../supervisor.ts';
import { joinLocalWorker, withLocalWorker } from './local-worker.ts';
import { supervisorRig } from '../testing/supervisor-rig.ts';

/** A clock of a process that is frozen again before any timer fires. */
class TimerlessClock extends ManualClock {
  override after(_milliseconds: number, _callback: () => void): () => void {
    return () => undefined;
  }
}

test('a process that was frozen between requests runs due work when a request arrives', async () => {
  const clock = new TimerlessClock();
  const log = createLog(
    'error',
    () => undefined,
    () => 0,
  );
  const supervisor = new Supervisor({ clock, log, backendsOf });
  const HOUR = 3_600_000;
  let due = HOUR;
  const done: number[] = [];
  supervisor.add({
    adopt: () => undefined,
    runDue(now) {
      if (now < due) return;
      done.push(now);
      due = now + HOUR;
    },
    close: () => undefined,
  });
  await supervisor.apply({
    configuration: parseServed(SOURCE),
    ranges: shippedRangesBytes(),
  });
  const worker = await joinLocalWorker(supervisor, clock, log);
  const port = await worker.listen('127.0.0.1', 0, false);
  const request = async (): Promise<void> => {
    const { status } = await fetch(`http://127.0.0.1:${port}/v2/`);
    assert.equal(status, 200);
  };
  try {
    await request();
    assert.deepEqual(done, []);
    await clock.thawAfter(HOUR - 1);
    await request();
    assert.deepEqual(done, []);
    await clock.thawAfter(HOUR);
    await request();
    await request();
    assert.deepEqual(done, [2 * HOUR - 1]);
  } finally {
    await worker.close(0);
    supervisor.close();
  }
});

test('a worker in the process of its supervisor serves what the supervisor serves', async () => {
  const { supervisor, apply, clock, log } = supervisorRig();
  await apply('a');
  const worker = await joinLocalWorker(supervisor, clock, log);
  assert.deepEqual([...supervisor.workers], [worker]);
  assert.equal(worker.serving.generation, 1);
  await apply('a', 'b');
  assert.equal(worker.serving.generation, 2);
  await worker.close(0);
  supervisor.close();
});

test('a worker that is used once is always closed, and leaves no timer', async () => {
  const { clock, log } = supervisorRig();
  const parts = { clock, log, configuration: parseServed(SOURCE), ranges: shippedRangesBytes() };
  assert.equal(
    await withLocalWorker(parts, ({ serving }) => Promise.resolve(serving.generation)),
    1,
  );
  assert.equal(clock.timers, 0);
  let closed = 0;
  const failing = withLocalWorker(parts, ({ serving: { memory } }) => {
    memory.close = () => {
      closed++;
    };
    assert.ok(clock.timers > 0);
    return Promise.reject(new Error('it cannot be explained'));
  });
  await assert.rejects(failing, /it cannot be explained/);
  assert.equal(clock.timers, 0);
  assert.equal(closed, 1);
});

test('in one process the ranges are decoded once, and each generation is compiled once', async (t) => {
  const decode = t.mock.method(CloudRanges, 'decode');
  const { clock, log } = supervisorRig();
  const known = loadRanges('/nowhere/at/all', shippedRangesBytes(), log);
  const supervisor = new Supervisor({ clock, log, backendsOf: backendsServedHere });
  const adopted: (readonly Backend[])[] = [];
  supervisor.add({
    adopt: ({ backends }) => adopted.push(backends),
    close: () => undefined,
  });
  await supervisor.apply({ configuration: parseServed(SOURCE), ranges: known.bytes });
  const worker = await joinLocalWorker(supervisor, clock, log);
  assert.equal(worker.serving.policy.backends, adopted[0]);
  await supervisor.apply({ configuration: parseServed(SOURCE) });
  assert.equal(worker.serving.generation, 2);
  assert.equal(worker.serving.policy.backends, adopted[1]);
  assert.notEqual(adopted[1], adopted[0]);
  assert.equal(decode.mock.callCount(), 1);
  await worker.close(0);
  supervisor.close();
});
