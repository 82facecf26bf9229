import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr, parsePrefix } from '@archeio/netip';
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

test('a prefix that one cloud lists twice gets the region rather than global', () => {
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

test('a prefix in two regions of one cloud is refused', () => {
  const twice = source('AWS', ['3.0.0.0/8', 'eu-west-3'], ['3.0.0.0/8', 'eu-west-1']);
  assert.throws(() => compileRanges([twice]), {
    name: 'RangeError',
    message:
      'cannot compile ranges: AWS lists prefix "3.0.0.0/8" in two regions, eu-west-3 and eu-west-1',
  });
});

test('the same prefix of two clouds is refused, and both are named', () => {
  assert.throws(() => compileRanges([gcp, source('AWS', ['34.2.0.0/16', 'eu-west-3'])]), {
    name: 'RangeError',
    message: 'cannot compile ranges: prefix "34.2.0.0/16" is listed by AWS and by GCP',
  });
});

test('a cloud that comes twice is refused', () => {
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
