import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix } from '@archeio/netip';
import { readGcp } from './gcp.ts';

const name = 'gcp-cloud.json';
const valid = {
  syncToken: '1785333953849',
  creationTime: '2026-07-29T07:05:53.849365',
  prefixes: [
    { ipv4Prefix: '34.1.208.0/20', service: 'Google Cloud', scope: 'africa-south1' },
    { ipv6Prefix: '2600:1900:8000::/44', service: 'Google Cloud', scope: 'global' },
  ],
};

function dateOf(change: object): string | null {
  return readGcp(JSON.stringify({ ...valid, ...change }), name).date;
}

function refuses(file: unknown, message: string | RegExp): void {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  assert.throws(() => readGcp(text, name), { name: 'SyntaxError', message });
}

test('prefixes of both families are read with their scopes', () => {
  const source = readGcp(JSON.stringify(valid), name);
  assert.deepEqual([source.cloud, source.version], ['GCP', '1785333953849']);
  assert.deepEqual(
    source.prefixes.map(([prefix, region]) => [formatPrefix(prefix), region]),
    [
      ['34.1.208.0/20', 'africa-south1'],
      ['2600:1900:8000::/44', 'global'],
    ],
  );
});

test('the local creation time gets its offset from the sync token', () => {
  assert.equal(dateOf({}), '2026-07-29T07:05:53.849365-07:00');
  assert.equal(Date.parse(dateOf({})!), 1785333953849);
  const winter = {
    creationTime: '2026-01-01T00:00:00',
    syncToken: String(Date.UTC(2026, 0, 1, 8)),
  };
  assert.equal(dateOf(winter), '2026-01-01T00:00:00-08:00');
  const utc = { creationTime: '2026-01-01T00:00:00', syncToken: String(Date.UTC(2026, 0, 1)) };
  assert.equal(dateOf(utc), '2026-01-01T00:00:00+00:00');
  const east = { ...utc, syncToken: String(Date.UTC(2025, 11, 31, 18, 30)) };
  assert.equal(dateOf(east), '2026-01-01T00:00:00+05:30');
});

test('if the two do not match there is no date', () => {
  for (const syncToken of ['abc', '1785333953', '1785333953848', String(1785333953849 + 864e5)]) {
    assert.equal(dateOf({ syncToken }), null);
  }
});

test('a malformed file is refused with the place', () => {
  refuses('', 'cannot read gcp-cloud.json: expected JSON: the file is empty');
  refuses(JSON.stringify(valid).slice(0, 90), /^cannot read gcp-cloud\.json: expected JSON: ./);
  refuses(
    { ...valid, prefixes: [] },
    'cannot read gcp-cloud.json: prefixes: expected at least one prefix',
  );
  refuses(
    { ...valid, prefixes: null },
    'cannot read gcp-cloud.json: prefixes: expected a list, got null',
  );
  refuses(
    { ...valid, prefixes: [...valid.prefixes, { scope: 'x' }] },
    'cannot read gcp-cloud.json: prefixes[2]: expected ipv4Prefix or ipv6Prefix',
  );
  refuses(
    { ...valid, prefixes: [7] },
    'cannot read gcp-cloud.json: prefixes[0]: expected ipv4Prefix or ipv6Prefix',
  );
  refuses(
    { ...valid, prefixes: [{ ipv4Prefix: 5, scope: 'x' }] },
    'cannot read gcp-cloud.json: prefixes[0].ipv4Prefix: expected a non-empty string, got 5',
  );
  refuses(
    { ...valid, prefixes: [{ ipv6Prefix: '::/200', scope: 'x' }] },
    'cannot read gcp-cloud.json: prefixes[0].ipv6Prefix: cannot read prefix "::/200": the length must be 0 to 128',
  );
  refuses(
    { ...valid, prefixes: [{ ipv6Prefix: '::/20' }] },
    'cannot read gcp-cloud.json: prefixes[0].scope: expected a non-empty string, got nothing',
  );
  for (const creationTime of ['yesterday', '2026-07-29', '2026-99-29T07:05:53']) {
    refuses(
      { ...valid, creationTime },
      `cannot read gcp-cloud.json: creationTime: expected a date such as "2026-07-29T07:05:53.849365", got "${creationTime}"`,
    );
  }
});
