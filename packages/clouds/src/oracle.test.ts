import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix } from '@archeio/netip';
import { readOracle } from './oracle.ts';

const region = { region: 'us-ashburn-1', cidrs: [{ cidr: '129.80.0.0/16', tags: ['OCI'] }] };
const valid = {
  last_updated_timestamp: '2025-07-21T07:13:25.457838',
  regions: [region, { region: 'eu-paris-1', cidrs: [{ cidr: '129.81.0.0/16', tags: [] }] }],
};

function refuses(file: object, reason: string): void {
  assert.throws(() => readOracle(JSON.stringify(file), 'oracle'), {
    name: 'SyntaxError',
    message: `cannot read oracle: ${reason}`,
  });
}

test('every region is read, whatever the tags; the date is also the version', () => {
  const source = readOracle(JSON.stringify(valid), 'oracle');
  assert.deepEqual(
    [source.cloud, source.date, source.version],
    ['Oracle', '2025-07-21T07:13:25.457838Z', '2025-07-21T07:13:25.457838'],
  );
  assert.deepEqual(
    source.prefixes.map(([prefix, region]) => [formatPrefix(prefix), region]),
    [
      ['129.80.0.0/16', 'us-ashburn-1'],
      ['129.81.0.0/16', 'eu-paris-1'],
    ],
  );
});

test('a malformed or empty list is refused with the place', () => {
  for (const date of ['yesterday', '2025-99-21T07:13:25', '2025-07-21']) {
    refuses(
      { ...valid, last_updated_timestamp: date },
      `last_updated_timestamp: expected a date such as "2026-07-21T07:13:25.457838", got "${date}"`,
    );
  }
  refuses({ ...valid, regions: [] }, 'regions: expected at least one prefix');
  refuses(
    { ...valid, regions: [{ cidrs: [] }] },
    'regions[0].region: expected a non-empty string, got nothing',
  );
  refuses(
    { ...valid, regions: [{ region: 'x', cidrs: [{}] }] },
    'regions[0].cidrs[0].cidr: expected a non-empty string, got nothing',
  );
});
