import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatheredConfiguration, partsOf } from './configuration-parts.ts';
import { parseConfiguration } from './configuration.ts';

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

test('a configuration in small parts is the same one when they are put together, frozen, in its order', () => {
  const numbers = Array.from({ length: 1200 }, (_, number) => number);
  const configuration = parseConfiguration({
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
        numbers.map((number) => [`n${number}`, [`11.${number >> 8}.${number & 255}.0/24`]]),
      ),
    },
  });
  const gathered = new GatheredConfiguration();
  const parts = [...partsOf(configuration)];
  for (const part of parts) {
    const entries = 'list' in part ? part.list : 'entries' in part ? part.entries : [];
    assert.ok(entries.length <= 500);
    gathered.add(structuredClone(part));
  }
  assert.deepEqual(gathered.whole, configuration);
  assert.deepEqual(Object.keys(gathered.whole.networks), Object.keys(configuration.networks));
  assert.ok(isFrozen(gathered.whole));
});

test('without its first part it is none', () => {
  assert.throws(() => new GatheredConfiguration().whole, /without its first part/);
});
