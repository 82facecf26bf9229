import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix, parsePrefix } from '@archeio/netip';
import { CloudRanges } from './cloud-ranges.ts';
import { compileRanges } from './compile-ranges.ts';
import { sourcesOf } from './sources-of.ts';

const bytes = compileRanges([
  {
    cloud: 'GCP',
    date: '2026-07-29T07:05:53Z',
    version: '1',
    prefixes: [[parsePrefix('34.2.0.0/16'), 'europe-west9']],
  },
  {
    cloud: 'AWS',
    date: null,
    version: '2',
    prefixes: [
      [parsePrefix('2600::/32'), 'us-east-1'],
      [parsePrefix('3.0.0.0/8'), 'GLOBAL'],
      [parsePrefix('3.0.0.0/8'), 'us-east-1'],
    ],
  },
]);

test('a snapshot yields its lists, each prefix once', () => {
  const sources = sourcesOf(CloudRanges.decode(bytes));
  assert.deepEqual(
    sources.map(({ cloud, date, version, prefixes }) => [
      cloud,
      date,
      version,
      prefixes.map(([prefix, region]) => `${formatPrefix(prefix)} ${region}`),
    ]),
    [
      ['AWS', null, '2', ['3.0.0.0/8 us-east-1', '2600::/32 us-east-1']],
      ['GCP', '2026-07-29T07:05:53Z', '1', ['34.2.0.0/16 europe-west9']],
    ],
  );
});

test('the lists of a snapshot compile to the same bytes', () => {
  assert.deepEqual(compileRanges(sourcesOf(CloudRanges.decode(bytes))), bytes);
});
