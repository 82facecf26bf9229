import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { LOCK } from './directory-lock.ts';
import { type BegunRefresher, beginRefresher, NOW, settingsAt } from './testing/begin-refresher.ts';
import { OTHER_LISTS } from './testing/published-lists.ts';
import { setUp } from './testing/set-up.ts';

const shared = await setUp();
const { server } = shared;

const HOUR = 3_600_000;

function timed(clock: ManualClock, refreshEvery: number | 'never'): BegunRefresher {
  const settings = settingsAt(server.origin, shared.directory, refreshEvery);
  return beginRefresher(settings, { clock, wallClock: () => NOW + clock.now() });
}

test('without lists, the first refresh is due shortly after the start', async () => {
  const clock = new ManualClock();
  const subject = timed(clock, 24 * HOUR);
  subject.refresher.start();
  subject.refresher.runDue(clock.now());
  assert.equal(server.seen.length, 0);
  subject.refresher.runDue(clock.now() + 12_000);
  await subject.refresher.refresh();
  assert.equal(subject.changes.length, 1);
  assert.equal(clock.timers, 2); // the refresh, and the daily look at the age
  subject.refresher.stop();
  assert.equal(clock.timers, 0);
});

test('a timer starts a due refresh', { timeout: 20_000 }, async () => {
  const clock = new ManualClock();
  const subject = timed(clock, 24 * HOUR);
  subject.refresher.start();
  await clock.advance(11_000);
  while (subject.changes.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.equal(subject.cloudOf('10.1.1.1'), 'Fastly');
  subject.refresher.stop();
});

test('after a restart, fresh lists are refreshed when they are due, old ones at once', async () => {
  for (const [path, body] of Object.entries(OTHER_LISTS)) server.files.set(path, { body });
  await beginRefresher(settingsAt(server.origin, shared.directory)).refresher.refresh();
  for (const [age, due] of [
    [HOUR, 23 * HOUR],
    [30 * HOUR, 10_000],
  ]) {
    const clock = new ManualClock(age);
    const { refresher } = timed(clock, 24 * HOUR);
    refresher.start();
    const begun = (): boolean => existsSync(join(shared.directory, LOCK));
    refresher.runDue(clock.now() + due - 1);
    assert.equal(begun(), false);
    refresher.runDue(clock.now() + due);
    assert.equal(begun(), true);
    refresher.stop();
    await refresher.refresh();
  }
});

test('no timer is set with refreshEvery never or after a stop', async () => {
  const clock = new ManualClock();
  const never = timed(clock, 'never');
  never.refresher.start();
  never.refresher.runDue(1e12);
  assert.equal(clock.timers, 1); // the daily look at the age
  never.refresher.stop();
  const stopped = timed(clock, HOUR);
  stopped.refresher.stop();
  stopped.refresher.start();
  await stopped.refresher.refresh();
  assert.equal(clock.timers, 0);
  assert.equal(server.seen.length, 0);
  assert.equal(stopped.changes.length, 0);
});
