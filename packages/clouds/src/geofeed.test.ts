import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix } from '@archeio/netip';
import { readDigitalOcean, readGeofeed, readLinode } from './geofeed.ts';
import type { CloudSource } from './source.ts';

function textOf(prefixes: CloudSource['prefixes']): (readonly [string, string])[] {
  return prefixes.map(([prefix, region]) => [formatPrefix(prefix), region]);
}

test('the region is the feed’s own, else the country, else global', () => {
  const feed = `# a comment
5.101.96.0/21,NL,NL-NH,Amsterdam,1098 XH
159.203.0.0/20, CA , CA-ON ,Toronto,M5A 0B2
2600:3c00::/32,US,,,
192.0.2.1,,,,
192.0.2.2
`;
  assert.deepEqual(textOf(readGeofeed(feed, 'feed.csv')), [
    ['5.101.96.0/21', 'NL-NH'],
    ['159.203.0.0/20', 'CA-ON'],
    ['2600:3c00::/32', 'US'],
    ['192.0.2.1/32', 'global'],
    ['192.0.2.2/32', 'global'],
  ]);
});

test('a malformed feed is refused with the line', () => {
  for (const [text, reason] of [
    ['', 'the file is empty'],
    ['# only a head\n', 'expected at least one prefix'],
    [
      '<!DOCTYPE html>\n<html>',
      'line 1: cannot read prefix "<!DOCTYPE html>": expected address/length, such as 192.0.2.0/24',
    ],
    [
      '192.0.2.0/24,US\n192.0.2.0/2,US',
      'line 2: cannot read prefix "192.0.2.0/2": bits beyond the length must be zero: did you mean "192.0.0.0/2"?',
    ],
  ] as const) {
    assert.throws(() => readGeofeed(text, 'feed.csv'), {
      name: 'SyntaxError',
      message: `cannot read feed.csv: ${reason}`,
    });
  }
});

test('DigitalOcean’s list has neither date nor version', () => {
  const source = readDigitalOcean('24.144.64.0/22,US,US-NJ,North Bergen,07047\n', 'google.csv');
  assert.deepEqual([source.cloud, source.date, source.version], ['DigitalOcean', null, '']);
  assert.deepEqual(textOf(source.prefixes), [['24.144.64.0/22', 'US-NJ']]);
});

test('Linode’s list has its date in its header, read as UTC', () => {
  const line = '2600:3c00::/32,US,US-TX,Richardson,\n';
  const dateOf = (head: string): string | null => readLinode(`${head}${line}`, 'linode').date;
  assert.equal(
    dateOf('# Last modified: 2025-07-24 10:00:06.525037\r\n'),
    '2025-07-24T10:00:06.525037Z',
  );
  assert.equal(dateOf('# feed\n# Last modified: 2025-07-24 10:00:06\n'), '2025-07-24T10:00:06Z');
  for (const head of ['', '# Last modified: yesterday\n', '# Last modified: 2025-99-24 10:00:06\n'])
    assert.equal(dateOf(head), null);
  assert.deepEqual(textOf(readLinode(line, 'linode').prefixes), [['2600:3c00::/32', 'US-TX']]);
});
