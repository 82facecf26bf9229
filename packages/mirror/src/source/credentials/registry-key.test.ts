import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registryKey, serverName } from './registry-key.ts';

const REGISTRY = 'https://registry.test';
const HUB = 'https://registry-1.docker.io';

for (const [key, registry, path] of [
  ['registry.test', REGISTRY, ''],
  // containers/image#96
  ['https://registry.test/', REGISTRY, ''],
  ['https://registry.test', REGISTRY, ''],
  ['https://registry.test/v1/', REGISTRY, ''],
  ['https://registry.test/v2/', REGISTRY, ''],
  ['https://registry.test/any/path', REGISTRY, ''],
  ['http://registry.test/', REGISTRY, ''],
  ['registry.test/', REGISTRY, ''],
  ['registry.test/v1/', REGISTRY, ''],
  ['registry.test/v2', REGISTRY, ''],
  ['registry.test:443', REGISTRY, ''],
  ['Registry.Test', REGISTRY, ''],
  ['HTTPS://REGISTRY.TEST/', REGISTRY, ''],
  ['registry.test:5000', 'http://registry.test:5000', ''],
  ['http://registry.test:5000/', 'http://registry.test:5000', ''],
  ['registry.test:80', 'http://registry.test', ''],
  ['[::1]:5000', 'http://[::1]:5000', ''],
  ['registry.test/team', REGISTRY, 'team'],
  ['registry.test/team/app/', REGISTRY, 'team/app'],
  ['registry.test/v1/app', REGISTRY, 'v1/app'],
  ['https://index.docker.io/v1/', HUB, ''],
  ['index.docker.io', HUB, ''],
  ['docker.io', HUB, ''],
  ['docker.io', 'https://docker.io', ''],
  ['docker.io/library', HUB, 'library'],
  ['registry.test:5000', REGISTRY, undefined],
  ['registry.test', 'http://registry.test:5000', undefined],
  ['other.test', REGISTRY, undefined],
  ['registry.test.evil.test', REGISTRY, undefined],
  ['evil.test/registry.test', REGISTRY, undefined],
  ['https://evil.test/registry.test', REGISTRY, undefined],
  ['registry.test@evil.test', REGISTRY, undefined],
  ['evil.test@registry.test', REGISTRY, undefined],
  ['docker.io', REGISTRY, undefined],
  ['registry.test', HUB, undefined],
  ['', REGISTRY, undefined],
  ['https://', REGISTRY, undefined],
  ['not a host', REGISTRY, undefined],
] as const) {
  test(`the key ${JSON.stringify(key)} is ${path === undefined ? 'not about' : 'about'} ${registry}`, () => {
    assert.equal(registryKey(key, new URL(registry))?.path, path);
  });
}

test("of several keys for a registry, the one in Docker's form comes first", () => {
  for (const [registry, keys] of [
    [REGISTRY, ['registry.test', 'https://registry.test/']],
    [HUB, ['https://index.docker.io/v1/', 'registry-1.docker.io', 'docker.io']],
  ] as const) {
    const ranks = keys.map((key) => registryKey(key, new URL(registry))?.rank ?? Number.NaN);
    assert.deepEqual(
      ranks.toSorted((one, other) => one - other),
      ranks,
    );
    assert.equal(new Set(ranks).size, ranks.length);
  }
});

test('credential helpers know a registry by its host, and Docker Hub by its old URL', () => {
  assert.equal(serverName(new URL('https://registry.test:5000')), 'registry.test:5000');
  assert.equal(serverName(new URL(HUB)), 'https://index.docker.io/v1/');
});
