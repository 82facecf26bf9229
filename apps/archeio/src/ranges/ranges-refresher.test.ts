import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileRanges } from '@archeio/clouds';
import { LOCK, LOCK_LASTS, tryLock } from './directory-lock.ts';
import { CLOUDS } from './providers.ts';
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

test('a refresh gives the new ranges once, keeps them, and one failing provider stops no other', async () => {
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
    date: '2026-07-01T00:00:00+00:00',
    version: String(Date.parse('2026-07-01')),
    fetchedAt: new Date(NOW).toISOString(),
    asOf: new Date(NOW).toISOString(),
    lastAttempt: new Date(NOW).toISOString(),
    lastError: null,
    ipv4Prefixes: 1,
    ipv6Prefixes: 0,
  });
});

test('a restart uses the last good lists, and asks with what came with them: 304 changes nothing', async () => {
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

test('a hanging provider stops no other', async () => {
  server.files.set('/GCP', { body: '', trouble: ['hang'] });
  const subject = begin({ timeout: 50 });
  await subject.refresher.refresh();
  assert.equal(subject.cloudOf('10.1.1.1'), 'Fastly');
  assert.match(subject.errorOf('GCP') ?? '', /not done within 50 ms/);
});

test('a list older than the one in use is passed over', async () => {
  const subject = begin();
  await subject.refresher.refresh();
  server.files.set('/GCP', { body: gcp('2026-06-01', '11.0.0.0/8', '12.0.0.0/8') });
  await subject.refresher.refresh();
  assert.equal(subject.cloudOf('12.1.1.1'), undefined);
});

test('a list dated in the future does not keep the next one out', async () => {
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

test('what ships is used where it is newer than what lies on disk', async () => {
  await begin().refresher.refresh();
  const newer = { cloud: 'GCP', date: '2026-08-01T00:00:00Z', version: '2', prefixes: [] };
  const older = { ...newer, date: '2026-06-01T00:00:00Z' };
  assert.equal(begin({}, compileRanges([newer])).cloudOf('11.1.1.1'), undefined);
  assert.equal(begin({}, compileRanges([older])).cloudOf('11.1.1.1'), 'GCP');
});

test('an undated list counts from when it came, undated shipped ones from the newest date among them', async () => {
  await begin().refresher.refresh();
  const undated = { cloud: 'Fastly', date: null, version: '', prefixes: [] };
  const shippedAt = (date: string) =>
    compileRanges([undated, { cloud: 'AWS', date, version: '1', prefixes: [] }]);
  assert.equal(begin({}, shippedAt('2026-11-25T00:00:00Z')).cloudOf('10.1.1.1'), undefined);
  assert.equal(begin({}, shippedAt('2026-11-23T00:00:00Z')).cloudOf('10.1.1.1'), 'Fastly');
});

test('a damaged file on disk is said, passed over and fetched again', async () => {
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

test('a directory that cannot be written to is said once, and the lists are used all the same', async () => {
  writeFileSync(join(shared.directory, 'file'), '');
  const settings = settingsAt(server.origin, join(shared.directory, 'file', 'below'));
  const subject = beginRefresher(settings);
  await subject.refresher.refresh();
  await subject.refresher.refresh();
  assert.equal(subject.cloudOf('10.1.1.1'), 'Fastly');
  const said = subject.events.filter(({ event }) => event === 'ranges-directory-unwritable');
  assert.equal(said.length, 1);
});

test('two writers at once: one does it, the files are whole, and the other takes them later', async () => {
  const [one, other] = [begin(), begin()];
  await Promise.all([one.refresher.refresh(), other.refresher.refresh()]);
  assert.deepEqual(readdirSync(shared.directory).toSorted(), ['Fastly.ranges', 'GCP.ranges']);
  assert.equal(begin().cloudOf('10.1.1.1'), 'Fastly');
  assert.equal(server.takeStatuses().length, CLOUDS.length);
  await other.refresher.refresh();
  assert.equal(other.cloudOf('10.1.1.1'), 'Fastly');
});

test('a lock that a crash has left is taken over when it is old, with what else was left', async () => {
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

test('a lock that was taken over is not given back by the one who lost it', () => {
  const release = tryLock(shared.directory, Date.now());
  assert.ok(release);
  writeFileSync(join(shared.directory, LOCK), 'the next one');
  release();
  assert.ok(statSync(join(shared.directory, LOCK)).isFile());
  rmSync(join(shared.directory, LOCK));
  release();
});

test('Azure’s list is found through its page, wherever that links to within the same host', async () => {
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

test('Cloudflare’s two files are one list: where one has changed the other is fetched whole as well', async () => {
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
