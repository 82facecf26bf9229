import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatheredConfiguration, partsOf } from './configuration-parts.ts';
import { parseServed } from '../../../apps/archeio/src/configuration/testing/parse-served.ts';

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

test('a configuration split into small parts is reassembled unchanged, frozen, in the same order', () => {
  const numbers = Array.from({ length: 1200 }, (_, number) => number);
  const configuration = parseServed({
    version: 1,
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: numbers.map((number) => ({
      name: `r${number}`,
      hosts: [`h${number}.example`],
      upstreams: [{ name: `u${number}`, url: 'https://up.example' }],
    })),
    stores: numbers.map((number) => ({
      name: `s${number}`,
      url: 'https://s.example',
      key: '{digest}',
      near: [{ cloud: 'first' }],
    })),
    networks: {
      first: ['192.0.2.0/24'],
      large: numbers.map((number) => `10.${number >> 8}.${number & 255}.0/24`),
      ...Object.fromEntries(
        Array.from({ length: 66_000 }, (_, number) => [
          `n${number}`,
          [`11.${number >> 16}.${(number >> 8) & 255}.${number & 255}/32`],
        ]),
      ),
    },
  });
  const gathered = new GatheredConfiguration();
  const parts = [...partsOf(configuration)];
  for (const part of parts) {
    if ('list' in part) assert.ok(part.list.length <= 100);
    if (part.kind === 'networks') assert.ok(part.names.length <= 1000);
    if (part.kind === 'table') assert.ok(part.bytes.length <= 128 * 1024);
    gathered.add(structuredClone(part));
  }
  assert.deepEqual(gathered.whole, configuration);
  for (const { networks, ...rest } of [gathered.whole, configuration]) {
    for (const [key, value] of Object.entries(rest)) assert.ok(isFrozen(value), key);
    assert.ok(Object.isFrozen(networks) && networks.places.every(isFrozen));
  }
  assert.ok(Object.isFrozen(gathered.whole));
});

test('refuses to reassemble a configuration before its first part', () => {
  assert.throws(() => new GatheredConfiguration().whole, /without its first part/);
});
