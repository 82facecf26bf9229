import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CloudRanges, compileRanges } from '@archeio/clouds';
import { parseAddr } from '@archeio/netip';
import { MONOTONIC_CLOCK } from '../../packages/presence/src/monotonic-clock.ts';
import { createLog } from '../../apps/archeio/src/platform/log.ts';
import { loadRanges } from '../../apps/archeio/src/supervisor/ranges/load-ranges.ts';
import { RangesRefresher } from '../../apps/archeio/src/supervisor/ranges/ranges-refresher.ts';
import { FakeProviders } from '../../apps/archeio/src/supervisor/ranges/testing/fake-providers.ts';
import { sharedData, withoutSharedData } from '../parts/shared-data.ts';

const published = sharedData('data/ip-ranges');
const absent = withoutSharedData();

/** The files of two points in time, by the path that the configuration gives each cloud. */
const JULY_2025: Readonly<Record<string, string>> = {
  '/AWS': '2025-07/aws-ip-ranges.json',
  '/GCP': '2025-07/google-cloud-ip-ranges.json',
  '/Azure': '2025-07/microsoft-azure-ip-ranges.json',
  '/Oracle': '2025-07/oracle-cloud-ip-ranges.json',
  '/DigitalOcean': '2025-07/digitalocean.csv',
  '/Linode': '2025-07/linode.txt',
  '/Cloudflare/ips-v4': '2025-07/cloudflare-v4-ip-ranges.txt',
  '/Cloudflare/ips-v6': '2025-07/cloudflare-v6-ip-ranges.txt',
  '/Fastly': '2025-07/fastly-ip-ranges.json',
};
const JULY_2026: Readonly<Record<string, string>> = {
  '/AWS': 'aws-ip-ranges.json',
  '/GCP': 'gcp-cloud.json',
  '/Azure': 'azure-service-tags.json',
};

const server = await FakeProviders.start();
const directory = mkdtempSync(join(tmpdir(), 'ranges-refresh-'));
after(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

function publish(files: Readonly<Record<string, string>>): void {
  for (const [path, file] of Object.entries(files)) {
    server.files.set(path, {
      body: readFileSync(`${published}/${file}`, 'utf8'),
      etag: `"${file}"`,
    });
  }
}

/** A server whose only ranges are those in the directory. */
function start(): { refresher: RangesRefresher; changes: number[]; placeOf(ip: string): string } {
  const log = createLog('error', assert.fail, Date.now);
  const known = loadRanges(directory, compileRanges([]), log);
  const changes: number[] = [];
  const clouds = [
    'AWS',
    'GCP',
    'Azure',
    'Oracle',
    'DigitalOcean',
    'Linode',
    'Cloudflare',
    'Fastly',
  ];
  let ranges = known.ranges;
  const refresher = new RangesRefresher({
    known,
    clouds,
    settings: {
      refreshEvery: 'never',
      directory,
      atMostLost: 0.2,
      sources: Object.fromEntries(clouds.map((cloud) => [cloud, `${server.origin}/${cloud}`])),
    },
    clock: MONOTONIC_CLOCK,
    wallClock: Date.now,
    random: Math.random,
    log,
    onChange: (bytes) => {
      ranges = CloudRanges.decode(bytes);
      changes.push(bytes.length);
    },
    pauses: [],
  });
  const placeOf = (ip: string): string => {
    const match = ranges.lookup(parseAddr(ip));
    return match === undefined ? 'unknown' : `${match.cloud} ${match.region}`;
  };
  return { refresher, changes, placeOf };
}

/** Addresses that moved from 2025-07 to 2026-07: added to a region, moved to another, released. */
const MOVED = [
  ['1.178.1.0', 'unknown', 'AWS us-west-2'],
  ['3.2.85.0', 'unknown', 'AWS me-south-1'],
  ['35.96.24.0', 'AWS eu-west-2', 'unknown'],
  ['23.228.193.0', 'AWS us-east-1', 'unknown'],
  ['2406:da68:8000::', 'AWS ap-southeast-1', 'unknown'],
  ['40.87.169.40', 'Azure eastus2euap', 'Azure eastus2'],
  ['40.87.180.8', 'Azure centraluseuap', 'Azure centralus'],
  ['40.87.176.214', 'Azure usstagec', 'Azure southcentralus'],
  ['52.112.241.0', 'Azure uksouth', 'Azure japanwest'],
] as const;

const STAYED = [
  ['35.180.1.1', 'AWS eu-west-3'],
  ['20.37.0.1', 'Azure australiacentral'],
  ['129.80.0.1', 'Oracle us-ashburn-1'],
  ['24.144.64.1', 'DigitalOcean US-NJ'],
  ['2600:3c00::1', 'Linode US-TX'],
  ['104.16.0.1', 'Cloudflare global'],
  ['2606:4700::1', 'Cloudflare global'],
  ['151.101.1.1', 'Fastly global'],
] as const;

test(
  'a refresh from July 2025 to July 2026 changes the answers for addresses that moved',
  { skip: absent },
  async () => {
    publish(JULY_2025);
    const first = start();
    await first.refresher.refresh();
    assert.deepEqual(
      first.refresher.status().filter(({ lastError }) => lastError !== null),
      [],
    );
    for (const [ip, before] of [...MOVED, ...STAYED]) assert.equal(first.placeOf(ip), before, ip);
    assert.equal(first.changes.length, 1);

    server.takeStatuses();
    await first.refresher.refresh();
    assert.deepEqual(server.takeStatuses(), Array(9).fill(304));
    assert.equal(first.changes.length, 1);

    const restarted = start();
    for (const [ip, before] of [...MOVED, ...STAYED])
      assert.equal(restarted.placeOf(ip), before, ip);
    publish(JULY_2026);
    await restarted.refresher.refresh();
    assert.deepEqual(server.takeStatuses(), [200, 200, 200, ...Array(6).fill(304)]);
    for (const [ip, , now] of MOVED) assert.equal(restarted.placeOf(ip), now, ip);
    for (const [ip, now] of STAYED) assert.equal(restarted.placeOf(ip), now, ip);
    assert.equal(restarted.changes.length, 1);
  },
);

test('a truncated list and an empty one change nothing', { skip: absent }, async () => {
  publish({ ...JULY_2025, ...JULY_2026 });
  const subject = start();
  await subject.refresher.refresh();
  const changes = subject.changes.length;
  for (const share of [0, 0.5]) {
    for (const [path, { body }] of server.files) {
      const cut = body.toString().slice(0, Math.floor(body.length * share));
      server.files.set(path, { body: cut, etag: '"bad"' });
    }
    await subject.refresher.refresh();
    for (const { cloud, lastError } of subject.refresher.status())
      assert.match(lastError ?? '', /^cannot (?:read|accept) /, cloud);
    publish({ ...JULY_2025, ...JULY_2026 });
  }
  assert.equal(subject.changes.length, changes);
  for (const [ip, , now] of MOVED) assert.equal(subject.placeOf(ip), now, ip);
  for (const [ip, now] of STAYED) assert.equal(subject.placeOf(ip), now, ip);
});
