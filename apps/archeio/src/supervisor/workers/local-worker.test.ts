import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { backendsOf } from '../../worker/assemble.ts';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import { createLog } from '../../platform/log.ts';
import { shippedRangesBytes } from '../../configuration/shipped.ts';
import { SOURCE } from '../../worker/testing/assembled.ts';
import { Hub } from '../hub.ts';
import { joinLocalWorker } from './local-worker.ts';
import { hubRig } from '../testing/hub-rig.ts';

/** A clock of a process that is frozen again before any timer fires. */
class TimerlessClock extends ManualClock {
  override after(_milliseconds: number, _callback: () => void): () => void {
    return () => undefined;
  }
}

test('a process that was frozen between requests does what is due when a request arrives', async () => {
  const clock = new TimerlessClock();
  const log = createLog(
    'error',
    () => undefined,
    () => 0,
  );
  const hub = new Hub({ clock, log, backendsOf });
  const HOUR = 3_600_000;
  let due = HOUR;
  const done: number[] = [];
  hub.add({
    adopt: () => undefined,
    poke(now) {
      if (now < due) return;
      done.push(now);
      due = now + HOUR;
    },
    close: () => undefined,
  });
  await hub.apply({
    configuration: parseServed(SOURCE),
    ranges: shippedRangesBytes(),
  });
  const worker = await joinLocalWorker(hub, clock, log);
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
    hub.close();
  }
});

test('a worker in the process of its hub serves what the hub serves', async () => {
  const { hub, apply, clock, log } = hubRig();
  await apply('a');
  const worker = await joinLocalWorker(hub, clock, log);
  assert.deepEqual([...hub.workers], [worker]);
  assert.equal(worker.serving.generation, 1);
  await apply('a', 'b');
  assert.equal(worker.serving.generation, 2);
  await worker.close(0);
  hub.close();
});
