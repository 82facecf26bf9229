import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRanges } from '@archeio/clouds';
import { ManualClock } from '@archeio/presence/testing';
import type { RangesRefresherOptions } from './ranges-refresher.ts';
import { type BegunRefresher, beginRefresher, NOW, settingsAt } from './testing/begin-refresher.ts';
import { setUp } from './testing/set-up.ts';

const shared = await setUp();
const { server } = shared;

/** All other clouds answer 404. */
function begin(
  options: Partial<RangesRefresherOptions> = {},
  shipped?: Uint8Array,
): BegunRefresher {
  return beginRefresher(settingsAt(server.origin, shared.directory), options, shipped);
}

/** The events with these names. */
function said({ events }: BegunRefresher, ...names: readonly string[]): Record<string, unknown>[] {
  return events.filter(({ event }) => names.includes(event)).map((each) => ({ ...each }));
}

test('a refresh fetches only used lists, and logs failures, the lists in use and the next refresh in one line', async () => {
  const clock = new ManualClock();
  const directory = shared.directory;
  const used = ['GCP', 'Fastly', 'Oracle'];
  const settings = settingsAt(server.origin, directory, 86_400_000);
  const subject = beginRefresher(settings, { clouds: used, clock });
  await subject.refresher.refresh();
  assert.deepEqual(
    server.seen.map(({ path }) => path),
    ['/GCP', '/Oracle', '/Fastly'],
  );
  const [line, ...more] = said(subject, 'ranges-refreshed', 'ranges-refresh-failed');
  assert.deepEqual(more, []);
  assert.equal(line['event'], 'ranges-refresh-failed');
  assert.equal(line['next'], new Date(NOW + 30 * 60_000).toISOString());
  assert.deepEqual(line['clouds'], {
    GCP: { result: 'changed', before: 0, after: 1 },
    Oracle: {
      result: 'failed',
      error: `cannot fetch ${server.origin}/Oracle: status 404, expected 200`,
      inUse: null,
    },
    Fastly: { result: 'changed', before: 0, after: 1 },
  });

  server.files.set('/GCP', { body: '' });
  server.files.set('/Oracle', { body: '' });
  await subject.refresher.refresh();
  const second = JSON.stringify(said(subject, 'ranges-refresh-failed')[1]);
  assert.match(second, /"GCP":\{"result":"failed","error":"[^"]*","inUse":\{"from":"refresh"/);
  subject.refresher.stop();
});

test('a configuration without clouds fetches and logs nothing', async () => {
  const clock = new ManualClock();
  const settings = settingsAt(server.origin, shared.directory, 86_400_000);
  const subject = beginRefresher(settings, { clouds: [], clock });
  subject.refresher.start();
  await clock.advance(2 * 86_400_000);
  await subject.refresher.refresh();
  assert.deepEqual(server.seen, []);
  assert.deepEqual(subject.events, []);
  subject.refresher.stop();
  assert.equal(clock.timers, 0);
});

test('old lists in use, also undated ones, are logged a minute after the start and once a day', async () => {
  const clock = new ManualClock();
  const of = (cloud: string, date: string | null) => ({ cloud, date, version: '1', prefixes: [] });
  const shipped = compileRanges([
    of('AWS', '2026-07-26T12:00:00Z'),
    of('Azure', null),
    of('GCP', '2026-07-01T00:00:00Z'),
  ]);
  const settings = settingsAt(server.origin, shared.directory, 'never');
  const clouds = ['AWS', 'Azure', 'Oracle'];
  const subject = beginRefresher(settings, { clouds, clock }, shipped);
  subject.refresher.start();
  assert.deepEqual(said(subject, 'ranges-old'), []);
  await clock.advance(60_000);
  const old = { from: 'shipped', asOf: '2026-07-26T12:00:00.000Z', ageDays: 121 };
  assert.deepEqual(said(subject, 'ranges-old')[0]['clouds'], {
    AWS: { ...old, date: '2026-07-26T12:00:00.000Z' },
    Azure: { ...old, date: null },
    // There is none, and none will be fetched.
    Oracle: null,
  });
  await clock.advance(86_400_000);
  assert.equal(said(subject, 'ranges-old').length, 2);
  subject.refresher.stop();
  assert.equal(clock.timers, 0);
  const fresh = compileRanges([of('AWS', '2026-11-01T00:00:00Z')]);
  const young = beginRefresher(settings, { clouds: ['AWS'], clock }, fresh);
  young.refresher.start();
  await clock.advance(60_000);
  assert.deepEqual(young.events, []);
  young.refresher.stop();
});

test('a cancelled refresh is not a failure: it is neither logged nor recorded', async () => {
  server.files.set('/GCP', { body: '', trouble: ['hang'] });
  const subject = begin({ clouds: ['GCP'] });
  const refreshing = subject.refresher.refresh();
  while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  subject.refresher.stop();
  await refreshing;
  assert.deepEqual(subject.events, []);
  assert.equal(subject.errorOf('GCP'), undefined);
});
