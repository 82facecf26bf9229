import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedServers } from './check-remote.ts';
import { checkConfiguration } from './configuration.ts';
import { Marks } from './marks.ts';
import { ConfigurationError } from './problem.ts';

const URL_BASE = { kind: 'none', from: 'https://config.example/a.yaml', remote: true } as const;
const STDIN = { kind: 'none', from: 'standard input' } as const;
const FILE = { kind: 'directory', path: '/etc/archeio' } as const;

test('a configuration that came by URL names no server that gets a password', () => {
  const source = { presence: { shared: { redis: 'redis://attacker.example' } } };
  assert.deepEqual(
    refusedServers(source, URL_BASE).map(({ path, severity }) => [path.join('.'), severity]),
    [['presence.shared.redis', 'error']],
  );
  for (const base of [STDIN, FILE]) assert.deepEqual(refusedServers(source, base), []);
  for (const presence of [undefined, {}, { shared: {} }, { shared: { redis: 7 } }])
    assert.deepEqual(refusedServers({ presence }, URL_BASE), []);
});

test('the whole check refuses it, and says what to do', () => {
  const source = {
    version: 1,
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: [{ name: 'r', upstreams: [{ name: 'u', url: 'https://u.example' }] }],
    events: { to: 'stdout' },
    presence: { shared: { redis: 'redis://redis.example' } },
  };
  assert.equal(
    checkConfiguration(source, new Marks(), [], FILE).configuration.presence.shared?.redis,
    'redis://redis.example:6379',
  );
  assert.throws(
    () => checkConfiguration(source, new Marks(), [], URL_BASE),
    (error: unknown) =>
      error instanceof ConfigurationError &&
      /comes from https:\/\/config\.example\/a\.yaml.*use a configuration file/.test(
        error.problems.map(({ message }) => message).join(),
      ),
  );
});
