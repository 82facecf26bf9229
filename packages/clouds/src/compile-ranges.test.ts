import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix, parseAddr, parsePrefix } from '@archeio/netip';
import { CloudRanges } from './cloud-ranges.ts';
import { compileRanges } from './compile-ranges.ts';
import type { CloudSource } from './source.ts';

function source(cloud: string, ...prefixes: (readonly [string, string])[]): CloudSource {
  return {
    cloud,
    date: cloud === 'AWS' ? '2026-07-29T08:27:05Z' : null,
    version: `${cloud}-1`,
    prefixes: prefixes.map(([text, region]) => [parsePrefix(text), region]),
  };
}

const aws = source(
  'AWS',
  ['3.0.0.0/9', 'GLOBAL'],
  ['3.1.0.0/16', 'eu-west-3'],
  ['2600::/32', 'us-east-1'],
);
const gcp = source('GCP', ['34.1.208.0/20', 'africa-south1'], ['34.2.0.0/16', 'global']);

function regionOf(ranges: CloudRanges, text: string): string | undefined {
  return ranges.lookup(parseAddr(text))?.region;
}

test('the same sources in any order give the same bytes', () => {
  const bytes = compileRanges([aws, gcp]);
  assert.deepEqual(compileRanges([gcp, aws]), bytes);
  const turned = { ...aws, prefixes: aws.prefixes.toReversed() };
  assert.deepEqual(compileRanges([turned, gcp]), bytes);
});

test('places are ordered by cloud and region', () => {
  assert.deepEqual(CloudRanges.decode(compileRanges([gcp, aws])).places, [
    { cloud: 'AWS', region: 'GLOBAL' },
    { cloud: 'AWS', region: 'eu-west-3' },
    { cloud: 'AWS', region: 'us-east-1' },
    { cloud: 'GCP', region: 'africa-south1' },
    { cloud: 'GCP', region: 'global' },
  ]);
});

test('the first and least specific prefix wins over the longer one: 150 AWS regional blocks inside AWS GLOBAL get the wrong store', () => {
  const blocks = Array.from(
    { length: 150 },
    (_, block) => [`3.${block}.0.0/16`, `region-${block % 22}`] as const,
  );
  const global = ['3.0.0.0/8', 'GLOBAL'] as const;
  for (const prefixes of [
    [global, ...blocks],
    [...blocks, global],
  ]) {
    const ranges = CloudRanges.decode(compileRanges([source('AWS', ...prefixes)]));
    for (const [text, region] of blocks) {
      assert.equal(regionOf(ranges, text.replace('0.0/16', '255.1')), region);
    }
    assert.equal(regionOf(ranges, '3.150.0.0'), 'GLOBAL');
  }
});

test('a prefix that one cloud lists twice gets the region, not global', () => {
  for (const regions of [
    ['GLOBAL', 'eu-west-3'],
    ['eu-west-3', 'GLOBAL'],
    ['eu-west-3', 'eu-west-3'],
    ['global', 'eu-west-3', 'GLOBAL', 'eu-west-3'],
  ]) {
    const listed = regions.map((region) => ['3.0.0.0/8', region] as const);
    const ranges = CloudRanges.decode(compileRanges([source('AWS', ...listed)]));
    assert.equal(regionOf(ranges, '3.1.2.3'), 'eu-west-3');
    assert.equal(ranges.prefixCount('AWS', 4), 1);
    assert.deepEqual(ranges.places, [{ cloud: 'AWS', region: 'eu-west-3' }]);
  }
});

/** What compiling reports, as text, and the places of the addresses. */
function compileTold(sources: readonly CloudSource[]): { told: string[]; ranges: CloudRanges } {
  const told: string[] = [];
  const bytes = compileRanges(sources, ({ prefix, kept, dropped }) =>
    told.push(
      `${formatPrefix(prefix)}: ${kept.cloud} ${kept.region}, not ${dropped.cloud} ${dropped.region}`,
    ),
  );
  return { told, ranges: CloudRanges.decode(bytes) };
}

test('a prefix in two regions of one cloud gets the first by name, whatever the order, and is reported', () => {
  const one = ['3.0.0.0/8', 'eu-west-3'] as const;
  const other = ['3.0.0.0/8', 'eu-west-1'] as const;
  for (const listed of [
    [one, other],
    [other, one],
  ]) {
    const { told, ranges } = compileTold([source('AWS', ...listed)]);
    assert.deepEqual(told, ['3.0.0.0/8: AWS eu-west-1, not AWS eu-west-3']);
    assert.equal(regionOf(ranges, '3.1.2.3'), 'eu-west-1');
  }
});

test('the same prefix of two clouds goes to the first by name, and blocks no other list', () => {
  const odd = source('AWS', ['34.2.0.0/16', 'eu-west-3'], ['3.0.0.0/8', 'GLOBAL']);
  for (const sources of [
    [gcp, odd],
    [odd, gcp],
  ]) {
    const { told, ranges } = compileTold(sources);
    assert.deepEqual(told, ['34.2.0.0/16: AWS eu-west-3, not GCP global']);
    assert.deepEqual(ranges.lookup(parseAddr('34.2.0.1'))?.cloud, 'AWS');
    assert.equal(regionOf(ranges, '34.1.208.1'), 'africa-south1');
    assert.deepEqual([ranges.prefixCount('AWS', 4), ranges.prefixCount('GCP', 4)], [2, 1]);
  }
});

test('two lists of one cloud are refused', () => {
  assert.throws(() => compileRanges([aws, gcp, aws]), {
    name: 'RangeError',
    message: 'cannot compile ranges: two lists of AWS, expected one',
  });
});

test('no sources make an empty snapshot', () => {
  const ranges = CloudRanges.decode(compileRanges([]));
  assert.deepEqual([ranges.sources, ranges.places], [[], []]);
  assert.equal(ranges.place(parseAddr('1.2.3.4')), -1);
});
