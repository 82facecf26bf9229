import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  configurationJsonSchema,
  type ConfigurationSource,
  parseConfiguration,
} from '@archeio/configuration';
import { embedded, SOURCE } from '../src/testing/embedded-configuration.ts';
import { edgeFindings, IGNORED } from './edge-findings.ts';

const STORE = { name: 's', url: 'https://s.example', key: '{digest}', default: true } as const;

/** Severity, key and message of what is found. */
function found(more: Partial<ConfigurationSource>): string[] {
  const source = { ...SOURCE, ...more };
  return edgeFindings(parseConfiguration(source), source).map(
    ({ severity, path, message }) => `${severity} ${path.map(String).join('.')}: ${message}`,
  );
}

test('a configuration without a server is as good on the edge', () => {
  assert.deepEqual(found({}), []);
  assert.deepEqual(found({ mirror: undefined, presence: { entries: 100_000 } }), []);
});

test('what would change answers is an error', () => {
  const [presign, ...more] = found({
    stores: [{ ...STORE, presign: { region: 'us-east-1' }, public: true }],
  });
  assert.match(presign, /^error stores\.0\.presign: cannot sign redirects on the edge: /);
  assert.deepEqual(more, []);
  const upstreams = [{ name: 'up', url: 'https://up.example' }];
  for (const from of ['catalog', 'google'] as const)
    assert.match(
      found({ registries: [{ name: 'r', upstreams, repositories: { from } }] })[0],
      new RegExp(`^error registries\\.0\\.repositories\\.from: .*\\(from: ${from}\\)`),
    );
  const names = ['a'];
  assert.deepEqual(
    found({ registries: [{ name: 'r', upstreams, repositories: { from: 'list', names } }] }),
    [],
  );
  const off = { ...STORE, presign: { region: 'us-east-1' }, public: true, enabled: false };
  assert.deepEqual(found({ stores: [off] }), []);
});

test('what a Worker does not do is a warning', () => {
  const probe = `sha256:${'1'.repeat(64)}`;
  const inventory = { url: 'https://s.example/inventory' };
  for (const [more, expected] of [
    [{ stores: [{ ...STORE, probe, inventory }] }, ['stores.0.inventory', 'stores.0.probe']],
    [{ listen: { port: 1 }, stop: { delay: '1s' } }, ['listen', 'stop']],
    [{ events: {}, traces: {}, health: {} }, ['health', 'events', 'traces']],
    [{ ranges: {}, shadow: { url: 'https://o.example' } }, ['ranges', 'shadow']],
    [{ presence: { entries: 100_001 } }, ['presence.entries']],
    [{ presence: { timeout: '31s' } }, ['presence.timeout']],
    [{ clientAddress: { topology: 'remote' } }, ['clientAddress']],
    [{ clientAddress: { topology: 'header', name: 'X-Real-IP' } }, ['clientAddress']],
    [{ clientAddress: { topology: 'header', name: 'cf-connecting-ip' } }, []],
  ] as [Partial<ConfigurationSource>, string[]][]) {
    const all = found(more);
    assert.deepEqual(
      all.map((each) => /^warning ([^:]+): /.exec(each)?.[1]),
      expected,
    );
  }
});

/** The keys of a map in the JSON Schema, as far as it is written without references. */
function keysOf(schema: unknown, ...path: readonly string[]): string[] {
  const map = path.reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], schema);
  return Object.keys((map as { properties: object }).properties).toSorted();
}

test('every key of a configuration is read, ignored with a warning, or for other commands', () => {
  const schema = configurationJsonSchema();
  const { configuration } = embedded({ stores: [{ ...STORE, near: [{ cloud: 'office' }] }] });
  const ignored = (...above: readonly string[]) =>
    IGNORED.filter(([path]) => path.slice(0, -1).join() === above.join()).map(([path]) =>
      String(path.at(-1)),
    );
  const top = new Set([...Object.keys(configuration), ...ignored(), 'explain']);
  for (const key of ['version', 'mirror', 'networks', 'clientAddress']) top.add(key);
  assert.deepEqual(
    keysOf(schema).filter((key) => !top.has(key)),
    [],
  );
  const presence = new Set([...Object.keys(configuration.presence), ...ignored('presence')]);
  assert.deepEqual(
    keysOf(schema, 'properties', 'presence').filter((key) => !presence.has(key)),
    [],
  );
  const ofStores = ['presign', 'public', 'inventory', 'probe', 'checkUrl', 'usdPerGiB', 'rid'];
  const store = new Set([...Object.keys(configuration.stores[0]), ...ofStores]);
  assert.deepEqual(
    keysOf(schema, 'properties', 'stores', 'items').filter((key) => !store.has(key)),
    [],
  );
});
