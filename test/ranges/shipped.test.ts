import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CloudRanges, compileRanges, readAws, readAzure, readGcp } from '@archeio/clouds';
import { formatPrefix, parseAddr } from '@archeio/netip';
import { boundariesOf } from '../../packages/netip/src/testing/boundaries.ts';
import {
  LengthProbe,
  sameMatch,
  scanLinearly,
} from '../../packages/netip/src/testing/linear-scan.ts';
import { sharedData, withoutSharedData } from '../parts/shared-data.ts';

const shipped = readFileSync(new URL(import.meta.resolve('@archeio/clouds/ranges.bin')));
const ranges = CloudRanges.decode(shipped);
const entries = [...ranges.prefixes()];

const published = sharedData('data/ip-ranges');
const absent = withoutSharedData();

function readPublished(name: string): string {
  return readFileSync(`${published}/${name}`, 'utf8');
}

/** `AWS eu-west-3 35.180.0.0/16`, or `unknown`. */
function describe(text: string): string {
  const match = ranges.lookup(parseAddr(text));
  if (match === undefined) return 'unknown';
  return `${match.cloud} ${match.region} ${formatPrefix(match.prefix)}`;
}

test('the shipped ranges can be reproduced from the published lists', { skip: absent }, () => {
  const compiled = compileRanges([
    readAws(readPublished('aws-ip-ranges.json'), 'aws-ip-ranges.json'),
    readGcp(readPublished('gcp-cloud.json'), 'gcp-cloud.json'),
    readAzure(readPublished('azure-service-tags.json'), 'azure-service-tags.json'),
  ]);
  assert.ok(
    Buffer.from(compiled).equals(shipped),
    'the shipped ranges differ from the published ones: run tools/compile-ranges.ts',
  );
});

test('the shipped ranges name their sources', () => {
  assert.deepEqual(
    ranges.sources.map(({ cloud, date, version }) => [cloud, date, version]),
    [
      ['AWS', '2026-07-29T08:27:05Z', '1785313625'],
      ['Azure', null, '0'],
      ['GCP', '2026-07-29T07:05:53.849365-07:00', '1785333953849'],
    ],
  );
  for (const { cloud, ipv4Prefixes, ipv6Prefixes } of ranges.sources) {
    for (const [family, stated] of [
      [4, ipv4Prefixes],
      [6, ipv6Prefixes],
    ]) {
      const listed = entries.filter(
        ([prefix, place]) => ranges.places[place].cloud === cloud && prefix.addr.family === family,
      );
      assert.equal(listed.length, stated);
    }
  }
  assert.equal(entries.length, 26_867);
  assert.equal(new Set(entries.map(([, place]) => place)).size, ranges.places.length);
});

test('addresses of every cloud are found in the shipped ranges', () => {
  assert.match(describe('35.180.1.1'), /^AWS eu-west-3 /);
  assert.match(describe('35.220.26.1'), /^GCP /);
  assert.match(describe('20.37.0.1'), /^Azure australiacentral /);
  assert.match(describe('2600:1900:4280::1'), /^GCP us-west8 /);
  assert.match(describe('2406:daba:f000::1'), /^AWS ap-southeast-4 /);
  for (const text of ['127.0.0.1', '10.0.0.1', '192.0.2.1', '::1', 'fe80::1', '2001:db8::1']) {
    assert.equal(describe(text), 'unknown');
  }
});

test('a regional AWS block inside a global one gets the region', () => {
  const placed = entries.map(([prefix, place]) => ({ prefix, ...ranges.places[place] }));
  const global = placed.filter(({ region }) => region === 'GLOBAL');
  const inside = placed.filter(
    ({ cloud, region, prefix }) =>
      cloud === 'AWS' &&
      region !== 'GLOBAL' &&
      global.some((outer) => {
        const match = scanLinearly([[outer.prefix, 0]], prefix.addr);
        return match !== undefined && outer.prefix.bits < prefix.bits;
      }),
  );
  assert.ok(inside.length >= 100, `${inside.length} blocks`);
  for (const { prefix } of inside) {
    const region = ranges.lookup(prefix.addr)?.region;
    assert.notEqual(region, 'GLOBAL', formatPrefix(prefix));
  }
});

test('every boundary of the shipped ranges agrees with a probe of each length', () => {
  const probe = new LengthProbe(entries);
  let checked = 0;
  for (const [prefix] of entries) {
    for (const addr of boundariesOf(prefix)) {
      const expected = probe.find(addr);
      const match = ranges.lookup(addr);
      const place = ranges.place(addr);
      const found = match === undefined ? undefined : { value: place, prefix: match.prefix };
      if (place !== (expected?.[1] ?? -1) || !sameMatch(found, expected)) {
        assert.deepEqual([prefix, addr, place, match], expected);
      }
      checked++;
    }
  }
  assert.equal(checked, 4 * entries.length);
});

test('the probe of each length agrees with a linear scan on a sample of the shipped ranges', () => {
  const probe = new LengthProbe(entries);
  for (let at = 0; at < entries.length; at += 401) {
    for (const addr of boundariesOf(entries[at][0])) {
      assert.equal(probe.find(addr), scanLinearly(entries, addr));
    }
  }
});
