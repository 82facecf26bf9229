import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileRanges, CLOUDS } from '@archeio/clouds';
import { LOCK, LOCK_LASTS, tryLock } from './directory-lock.ts';
import { Changes } from '../history/changes.ts';
import type { RangesRefresherOptions } from './ranges-refresher.ts';
import { type BegunRefresher, beginRefresher, NOW, settingsAt } from './testing/begin-refresher.ts';
import { azure, fastly, gcp } from './testing/published-lists.ts';
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

test('a refresh reports the new ranges once and stores them, and a failing provider does not affect others', async () => {
  const subject = begin();
  await subject.refresher.refresh();
  assert.equal(subject.changes.length, 1);
  assert.deepEqual([subject.cloudOf('10.1.1.1'), subject.cloudOf('11.1.1.1')], ['Fastly', 'GCP']);
  assert.match(subject.errorOf('AWS') ?? '', /\/AWS: status 404, expected 200/);
  assert.deepEqual(readdirSync(shared.directory).toSorted(), ['Fastly.ranges', 'GCP.ranges']);
  const status = subject.refresher.status().find(({ cloud }) => cloud === 'GCP');
  assert.deepEqual(status, {
    cloud: 'GCP',
    from: 'refresh',
    date: '2026-07-01T00:00:00.000Z',
    version: String(Date.parse('2026-07-01')),
    fetchedAt: new Date(NOW).toISOString(),
    asOf: new Date(NOW).toISOString(),
    lastAttempt: new Date(NOW).toISOString(),
    lastError: null,
    lastChange: {
      at: new Date(NOW).toISOString(),
      before: 0,
      after: 1,
      ipv4: { lost: 0, gained: 1 },
      ipv6: { lost: 0, gained: 0 },
    },
    ipv4Prefixes: 1,
    ipv6Prefixes: 0,
  });
});

test('what a refresh changed and what failed is recorded; an unchanged list is not', async () => {
  const changes = new Changes(() => NOW);
  const clouds = ['Fastly', 'AWS'];
  await begin({ changes, clouds }).refresher.refresh();
  const [{ kind, text }] = changes.all;
  assert.equal(kind, 'ranges');
  assert.match(
    text,
    /^ranges refreshed: (AWS failed: .*status 404.*; )?Fastly has 1 prefixes, before 0/,
  );
  assert.match(text, /AWS failed: /);
  const { refresher } = begin({ changes, clouds: ['Fastly'] });
  await refresher.refresh();
  assert.equal(changes.count, 1);
  rmSync(join(shared.directory, 'Fastly.ranges'));
  const other = begin({ changes, clouds: [] });
  await begin().refresher.refresh();
  other.refresher.reread();
  assert.equal(changes.all.at(-1)?.text, 'ranges read again from their directory');
});

test('a restart uses the last good lists and their validators, and 304 changes nothing', async () => {
  await begin().refresher.refresh();
  server.takeStatuses();
  const subject = begin();
  assert.deepEqual([subject.cloudOf('10.1.1.1'), subject.cloudOf('11.1.1.1')], ['Fastly', 'GCP']);
  assert.equal(subject.refresher.status()[0].from, 'disk');
  await subject.refresher.refresh();
  assert.equal(server.takeStatuses().filter((status) => status === 304).length, 2);
  assert.deepEqual(subject.changes, []);
});

for (const [what, file] of [
  ['an empty list', { body: '' }],
  ['an empty JSON list', { body: fastly() }],
  ['HTML', { body: '<!DOCTYPE html><html>sign in</html>' }],
  ['a list cut as text', { body: fastly('10.0.0.0/8').slice(0, 20) }],
  ['a body that ends early', { body: fastly('10.0.0.0/8'), trouble: ['cut'] }],
  ['a chunked body that ends early', { body: fastly('10.0.0.0/8'), trouble: ['cut-chunked'] }],
  ['a shrunken list', { body: fastly('10.0.0.0/9') }],
  ['status 500', { body: '', trouble: [500] }],
] as const) {
  test(`${what} changes nothing, in memory and on disk`, async () => {
    const subject = begin();
    await subject.refresher.refresh();
    const kept = readFileSync(join(shared.directory, 'Fastly.ranges'));
    server.files.set('/Fastly', { ...file, trouble: 'trouble' in file ? [...file.trouble] : [] });
    await subject.refresher.refresh();
    assert.equal(subject.changes.length, 1);
    assert.equal(subject.cloudOf('10.200.1.1'), 'Fastly');
    assert.ok(subject.errorOf('Fastly'));
    assert.deepEqual(readFileSync(join(shared.directory, 'Fastly.ranges')), kept);
  });
}

test('a provider that hangs does not affect others', async () => {
  server.files.set('/GCP', { body: '', trouble: ['hang'] });
  const subject = begin({ timeout: 50 });
  await subject.refresher.refresh();
  assert.equal(subject.cloudOf('10.1.1.1'), 'Fastly');
  assert.match(subject.errorOf('GCP') ?? '', /not done within 50 ms/);
});

test('a list older than the one in use is ignored', async () => {
  const subject = begin();
  await subject.refresher.refresh();
  server.files.set('/GCP', { body: gcp('2026-06-01', '11.0.0.0/8', '12.0.0.0/8') });
  await subject.refresher.refresh();
  assert.equal(subject.cloudOf('12.1.1.1'), undefined);
});

test('a list dated in the future is replaced by the next one', async () => {
  server.files.set('/GCP', { body: gcp('2036-06-01', '11.0.0.0/8') });
  let now = NOW;
  const subject = begin({ wallClock: () => now });
  await subject.refresher.refresh();
  now += 1000;
  server.files.set('/GCP', { body: gcp('2026-11-24', '11.0.0.0/8', '12.0.0.0/8') });
  await subject.refresher.refresh();
  assert.equal(subject.cloudOf('12.1.1.1'), undefined, 'made before the other one came');
  now = Date.parse('2026-12-02T00:00:00Z');
  server.files.set('/GCP', { body: gcp('2026-12-01', '11.0.0.0/8', '12.0.0.0/8') });
  await subject.refresher.refresh();
  assert.equal(subject.cloudOf('12.1.1.1'), 'GCP');
});

test('a shipped list is used if it is newer than the one on disk', async () => {
  await begin().refresher.refresh();
  const newer = { cloud: 'GCP', date: '2026-08-01T00:00:00Z', version: '2', prefixes: [] };
  const older = { ...newer, date: '2026-06-01T00:00:00Z' };
  assert.equal(begin({}, compileRanges([newer])).cloudOf('11.1.1.1'), undefined);
  assert.equal(begin({}, compileRanges([older])).cloudOf('11.1.1.1'), 'GCP');
});

test('the date of an undated list is that of its fetch, or if it is shipped, the newest of all shipped lists', async () => {
  await begin().refresher.refresh();
  const undated = { cloud: 'Fastly', date: null, version: '', prefixes: [] };
  const shippedAt = (date: string) =>
    compileRanges([undated, { cloud: 'AWS', date, version: '1', prefixes: [] }]);
  assert.equal(begin({}, shippedAt('2026-11-25T00:00:00Z')).cloudOf('10.1.1.1'), undefined);
  assert.equal(begin({}, shippedAt('2026-11-23T00:00:00Z')).cloudOf('10.1.1.1'), 'Fastly');
});

test('a damaged file on disk is logged, ignored and fetched again', async () => {
  await begin().refresher.refresh();
  const file = join(shared.directory, 'Fastly.ranges');
  const whole = readFileSync(file);
  const flipped = Buffer.from(whole);
  flipped[flipped.length - 5] ^= 1;
  for (const damaged of [whole.subarray(0, -3), flipped, Buffer.from('{}\n'), Buffer.alloc(0)]) {
    writeFileSync(file, damaged);
    const subject = begin();
    assert.equal(subject.cloudOf('10.1.1.1'), undefined);
    assert.equal(subject.cloudOf('11.1.1.1'), 'GCP');
    assert.deepEqual(
      subject.events.map(({ event }) => event),
      ['ranges-file-unusable'],
    );
    await subject.refresher.refresh();
    assert.deepEqual(readFileSync(file), whole);
  }
});

test('a directory that cannot be written is logged once, and the lists are used', async () => {
  writeFileSync(join(shared.directory, 'file'), '');
  const settings = settingsAt(server.origin, join(shared.directory, 'file', 'below'));
  const subject = beginRefresher(settings);
  await subject.refresher.refresh();
  await subject.refresher.refresh();
  assert.equal(subject.cloudOf('10.1.1.1'), 'Fastly');
  const said = subject.events.filter(({ event }) => event === 'ranges-directory-unwritable');
  assert.equal(said.length, 1);
});

test('of two processes that refresh a directory, one does the work and the other loads its complete files later', async () => {
  const [one, other] = [begin(), begin()];
  await Promise.all([one.refresher.refresh(), other.refresher.refresh()]);
  assert.deepEqual(readdirSync(shared.directory).toSorted(), ['Fastly.ranges', 'GCP.ranges']);
  assert.equal(begin().cloudOf('10.1.1.1'), 'Fastly');
  assert.equal(server.takeStatuses().length, CLOUDS.length);
  await other.refresher.refresh();
  assert.equal(other.cloudOf('10.1.1.1'), 'Fastly');
});

test('an old lock of a crashed process is replaced, and its unfinished files are removed', async () => {
  const lock = join(shared.directory, LOCK);
  writeFileSync(lock, 'someone else');
  writeFileSync(join(shared.directory, 'AWS.ranges.1.tmp'), 'half');
  assert.equal(tryLock(shared.directory, Date.now()), undefined);
  const subject = begin({ wallClock: Date.now });
  await subject.refresher.refresh();
  assert.equal(subject.changes.length, 0);
  const past = (Date.now() - LOCK_LASTS - 1000) / 1000;
  utimesSync(lock, past, past);
  await subject.refresher.refresh();
  assert.equal(subject.changes.length, 1);
  assert.deepEqual(readdirSync(shared.directory).toSorted(), ['Fastly.ranges', 'GCP.ranges']);
});

test('a process does not release a lock that another one has replaced', () => {
  const release = tryLock(shared.directory, Date.now());
  assert.ok(release);
  writeFileSync(join(shared.directory, LOCK), 'the next one');
  release();
  assert.ok(statSync(join(shared.directory, LOCK)).isFile());
  rmSync(join(shared.directory, LOCK));
  release();
});

test('Azure’s list is found through its page, which may link to any path of the same host', async () => {
  const path = '/files/ServiceTags_Public_20261123.json';
  server.files.set(path, { body: azure('20.0.0.0/8'), etag: '"a"' });
  server.files.set('/Azure', { body: `<html><a href="${server.origin}${path}">` });
  const subject = begin();
  await subject.refresher.refresh();
  assert.equal(subject.cloudOf('20.1.1.1'), 'Azure');
  server.seen.length = 0;
  await subject.refresher.refresh();
  assert.equal(server.seen.find((each) => each.path === path)?.status, 304);
  for (const body of [
    '<html>',
    '<a href="https://elsewhere.example/ServiceTags_Public_20261123.json">',
  ]) {
    server.files.set('/Azure', { body });
    await subject.refresher.refresh();
    assert.match(subject.errorOf('Azure') ?? '', /the page has no link to the list/);
  }
});

test('Cloudflare’s two files are one list: if one has changed, the other is fetched as well', async () => {
  server.files.set('/Cloudflare/ips-v4', { body: '12.0.0.0/8', etag: '"1"' });
  server.files.set('/Cloudflare/ips-v6', { body: '2400::/16', etag: '"1"' });
  const subject = begin();
  await subject.refresher.refresh();
  assert.equal(subject.cloudOf('12.1.1.1'), 'Cloudflare');
  server.files.set('/Cloudflare/ips-v6', { body: '2400::/16\n2401::/16', etag: '"2"' });
  await subject.refresher.refresh();
  assert.deepEqual(
    [subject.cloudOf('12.1.1.1'), subject.cloudOf('2401::1')],
    ['Cloudflare', 'Cloudflare'],
  );
});

test('lists that another process has stored are loaded without a request', async () => {
  const subject = begin();
  await begin().refresher.refresh();
  server.takeStatuses();
  for (let time = 0; time < 2; time++) subject.refresher.reread();
  assert.equal(subject.changes.length, 1);
  assert.deepEqual([subject.cloudOf('10.1.1.1'), subject.cloudOf('11.1.1.1')], ['Fastly', 'GCP']);
  assert.deepEqual(server.takeStatuses(), []);
});
