import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import { compiled, embedded } from './testing/embedded-configuration.ts';

test('a configuration goes through JSON, networks included', () => {
  const { places, policy, embedded: data } = compiled();
  assert.equal(places.places[places.place(parseAddr('203.0.113.9'))].cloud, 'office');
  assert.equal(places.place(parseAddr('198.51.100.9')), -1);
  assert.deepEqual(
    policy.backends.map(({ name }) => name),
    ['store', 'up'],
  );
  assert.equal(data.userAgent, 'archeio/1.2.3');
});

test('nothing is in a bundle that a Worker does not read', () => {
  const text = JSON.stringify(
    embedded({
      stores: [
        {
          name: 's',
          url: 'https://s.example',
          key: '{digest}',
          default: true,
          inventory: { url: 'https://secret.example' },
        },
      ],
      shadow: { url: 'https://secret.example' },
      events: { to: '/secret' },
    }),
  );
  assert.doesNotMatch(text, /secret/);
});

test('the client is in CF-Connecting-IP, and an isolate remembers no more than it has room for', () => {
  const { clientAddress, configuration } = embedded();
  assert.deepEqual(clientAddress, { kind: 'header', name: 'CF-Connecting-IP' });
  assert.equal(configuration.presence.entries, 100_000);
  assert.equal(embedded({ presence: { entries: 10 } }).configuration.presence.entries, 10);
});
