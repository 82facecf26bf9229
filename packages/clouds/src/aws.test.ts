import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix } from '@archeio/netip';
import { readAws } from './aws.ts';

const name = 'aws-ip-ranges.json';
const item = { region: 'eu-west-1', service: 'AMAZON', network_border_group: 'eu-west-1' };
const valid = {
  syncToken: '1785313625',
  createDate: '2026-07-29-08-27-05',
  prefixes: [
    { ip_prefix: '3.4.12.4/32', ...item },
    { ip_prefix: '15.177.0.0/18', ...item, region: 'GLOBAL' },
  ],
  ipv6_prefixes: [{ ipv6_prefix: '2406:daba:f000::/40', ...item, region: 'ap-southeast-4' }],
};

function refuses(file: unknown, message: string | RegExp): void {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  assert.throws(() => readAws(text, name), { name: 'SyntaxError', message });
}

test('prefixes of both families are read with their regions, and the date as ISO 8601', () => {
  const source = readAws(JSON.stringify(valid), name);
  assert.deepEqual(
    [source.cloud, source.date, source.version],
    ['AWS', '2026-07-29T08:27:05Z', '1785313625'],
  );
  assert.deepEqual(
    source.prefixes.map(([prefix, region]) => [formatPrefix(prefix), region]),
    [
      ['3.4.12.4/32', 'eu-west-1'],
      ['15.177.0.0/18', 'GLOBAL'],
      ['2406:daba:f000::/40', 'ap-southeast-4'],
    ],
  );
});

test('a malformed prefix is refused with its place', () => {
  const prefixes = [...valid.prefixes, { ...item, ip_prefix: '10.0.0.0/33' }];
  refuses(
    { ...valid, prefixes },
    'cannot read aws-ip-ranges.json: prefixes[2].ip_prefix: cannot read prefix "10.0.0.0/33": the length must be 0 to 32',
  );
  refuses(
    { ...valid, ipv6_prefixes: [{ ...item, ipv6_prefix: '2406::1/40' }] },
    'cannot read aws-ip-ranges.json: ipv6_prefixes[0].ipv6_prefix: cannot read prefix "2406::1/40": bits beyond the length must be zero: did you mean "2406::/40"?',
  );
});

test('an empty, a truncated and an unrelated file are refused', () => {
  refuses('', 'cannot read aws-ip-ranges.json: expected JSON: the file is empty');
  refuses(
    JSON.stringify(valid).slice(0, -20),
    /^cannot read aws-ip-ranges\.json: expected JSON: ./,
  );
  refuses([], 'cannot read aws-ip-ranges.json: expected an object, got a list');
  refuses(
    {},
    'cannot read aws-ip-ranges.json: syncToken: expected a non-empty string, got nothing',
  );
});

test('missing keys and wrong types are refused', () => {
  refuses(
    { ...valid, prefixes: undefined },
    'cannot read aws-ip-ranges.json: prefixes: expected a list, got nothing',
  );
  refuses(
    { ...valid, ipv6_prefixes: {} },
    'cannot read aws-ip-ranges.json: ipv6_prefixes: expected a list, got an object',
  );
  refuses(
    { ...valid, prefixes: ['1.2.3.4/32'] },
    'cannot read aws-ip-ranges.json: prefixes[0]: expected an object, got "1.2.3.4/32"',
  );
  refuses(
    { ...valid, prefixes: [{ ip_prefix: '1.2.3.4/32' }] },
    'cannot read aws-ip-ranges.json: prefixes[0].region: expected a non-empty string, got nothing',
  );
});

test('a list with no prefixes at all is refused', () => {
  refuses(
    { ...valid, prefixes: [], ipv6_prefixes: [] },
    'cannot read aws-ip-ranges.json: prefixes: expected at least one prefix',
  );
  assert.equal(readAws(JSON.stringify({ ...valid, prefixes: [] }), name).prefixes.length, 1);
});

test('an invalid date is refused', () => {
  for (const createDate of ['2026-07-29', '2026-13-29-08-27-05', '2026-07-29T08:27:05Z']) {
    refuses(
      { ...valid, createDate },
      `cannot read aws-ip-ranges.json: createDate: expected a date such as "2026-07-29-08-27-05", got "${createDate}"`,
    );
  }
});
