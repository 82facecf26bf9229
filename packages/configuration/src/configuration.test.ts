import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix, parseAddr } from '@archeio/netip';
import { compileNetworks } from '@archeio/clouds';
import { PlaceFinder } from '@archeio/request-handler';
import { shippedRanges } from '../../../apps/archeio/src/configuration/shipped.ts';
import {
  type Configuration,
  ConfigurationError,
  type ConfigurationSource,
  parseConfiguration,
} from './configuration.ts';
import { formatProblem } from './problem.ts';

const SMALL: ConfigurationSource = {
  version: 1,
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  registries: [{ name: 'k8s', upstreams: [{ name: 'one', url: 'https://one.example' }] }],
};

function problems(source: unknown): readonly string[] {
  try {
    parseConfiguration(source);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(formatProblem);
    throw error;
  }
  return [];
}

test('defaults are filled in, durations are milliseconds', () => {
  const { listen, presence, stop, clientAddress, stores, registries, health } =
    parseConfiguration(SMALL);
  assert.deepEqual(listen, {
    host: '::',
    port: 8080,
    admin: { host: '127.0.0.1', port: 9090, hosts: [] },
    processes: 1,
  });
  assert.deepEqual(presence, {
    entries: 1_000_000,
    presentFor: 86_400_000,
    absentFor: 600_000,
    budget: 500,
    timeout: 2000,
    breaker: { failures: 5, openFor: 30_000 },
  });
  assert.deepEqual(stop, { delay: 5000, timeout: 30_000 });
  assert.deepEqual(health, {
    every: 30_000,
    timeout: 2000,
    failures: 3,
    passes: 2,
    body: 65_536,
  });
  assert.deepEqual(clientAddress, { topology: 'remote' });
  assert.deepEqual(stores, []);
  assert.deepEqual(registries[0].hosts, ['*']);
  assert.equal(registries[0].upstreams[0].path, '');
});

test('regression: an IPv4-mapped prefix is converted to IPv4, so that it matches clients', () => {
  const { networks } = parseConfiguration({
    ...SMALL,
    networks: {
      mapped: ['::ffff:192.0.2.0/120', '::ffff:c633:6400/128', '::ffff:0:0/96'],
      others: ['198.51.100.0/24', '2001:db8::/32', '::fffe:0:0/96', '::/64'],
    },
  });
  assert.deepEqual(
    Object.values(networks).map((prefixes) => prefixes.map(formatPrefix)),
    [
      ['192.0.2.0/24', '198.51.100.0/32', '0.0.0.0/0'],
      ['198.51.100.0/24', '2001:db8::/32', '::fffe:0:0/96', '::/64'],
    ],
  );
  const places = new PlaceFinder(shippedRanges(), compileNetworks(networks));
  assert.equal(places.lookup(parseAddr('192.0.2.7'))?.cloud, 'mapped');
});

test('a map may set only some of its keys', () => {
  const { presence, listen } = parseConfiguration({
    ...SMALL,
    presence: { breaker: { failures: 2 } },
    listen: { admin: { port: 1 } },
  });
  assert.deepEqual(presence.breaker, { failures: 2, openFor: 30_000 });
  assert.deepEqual(listen.admin, { host: '127.0.0.1', port: 1, hosts: [] });
});

test('a configuration is frozen at every depth', () => {
  const check = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    assert.ok(Object.isFrozen(value));
    Object.values(value).forEach(check);
  };
  const configuration: Configuration = parseConfiguration({
    ...SMALL,
    clientAddress: { topology: 'trusted-proxies', prefixes: ['10.0.0.0/8'] },
  });
  check(configuration);
});

test('reports all problems at once, each with its key', () => {
  const found = problems({
    ...SMALL,
    verzion: 1,
    listen: { port: 70_000 },
    stores: [
      { name: 'a b', url: 'nowhere', key: 'blobs' },
      { name: 'c', url: 'https://c.example', key: '{digest}', nearby: [] },
    ],
    clientAddress: { topology: 'trusted-proxies', prefixes: ['10.0.0.1/8'] },
    presence: { budget: '5 minutes' },
    registries: [
      { name: 'k8s', upstreams: [{ name: 'one', url: 'https://one.example', path: '/Images/' }] },
    ],
  });
  for (const key of [
    'listen.port',
    'stores[0].name',
    'stores[0].url',
    'stores[0].key',
    'stores[1].nearby',
    'clientAddress.prefixes[0]',
    'presence.budget',
    'registries[0].upstreams[0].path',
  ]) {
    assert.ok(
      found.some((problem) => problem.startsWith(`${key}: `)),
      `${key} in ${found.join('\n')}`,
    );
  }
  assert.ok(found.some((problem) => problem.includes('verzion')));
});

test('backend names are unique among stores and upstreams', () => {
  const store = { name: 'one', url: 'https://a.example', key: '{digest}', default: true };
  assert.deepEqual(problems({ ...SMALL, stores: [store] }), [
    'stores[0].name: duplicate name "one": already used by registries[0].upstreams[0].name',
  ]);
});

test('refuses a backend on a served host: redirects would loop', () => {
  const registry = (hosts: string[], url: string, more = {}) => ({
    ...SMALL,
    registries: [{ name: 'k8s', hosts, upstreams: [{ name: 'one', url }], ...more }],
  });
  for (const source of [
    registry(['ONE.example'], 'https://one.example'),
    registry(['one.example:443'], 'https://one.example'),
    registry(['*.example'], 'http://one.example:5000'),
    registry(['a.example'], 'https://one.example', { signatures: { url: 'https://a.example' } }),
    { ...registry(['*'], 'http://localhost:18130'), listen: { port: 18_130 } },
    { ...registry(['*'], 'http://[::1]:18130'), listen: { port: 18_130 } },
    { ...registry(['*'], 'http://[::ffff:127.0.0.1]:18130'), listen: { port: 18_130 } },
    { ...registry(['*'], 'http://0.0.0.0:18130'), listen: { port: 18_130 } },
    { ...registry(['*'], 'http://localhost.'), listen: { port: 80 } },
    {
      ...registry(['*'], 'http://10.0.0.1:18130'),
      listen: { host: '::ffff:10.0.0.1', port: 18_130 },
    },
    registry(['one.example'], 'https://one.example.'),
    registry(['one.example:'], 'https://one.example:443'),
    registry(['2001:db8:0::1'], 'https://[2001:db8::0:1]'),
    registry(['10.0.0.1'], 'https://[::ffff:a00:1]'),
  ]) {
    const found = problems(source);
    assert.equal(found.length, 1, JSON.stringify(source));
    assert.match(found[0], /is on a host that Archeio itself serves: redirects would loop/);
  }
  for (const source of [
    registry(['one.example:8443'], 'https://one.example'),
    registry(['example'], 'https://one.example'),
    { ...registry(['*'], 'http://localhost:5000'), listen: { port: 18_130 } },
    { ...registry(['*'], 'http://10.0.0.2:18130'), listen: { host: '10.0.0.1', port: 18_130 } },
  ]) {
    assert.deepEqual(problems(source), []);
  }
});

test('durations have bounds, and at least one registry is required', () => {
  for (const [key, source] of [
    ['presence.budget', { presence: { budget: '0s' } }],
    ['presence.breaker.openFor', { presence: { breaker: { openFor: '0s' } } }],
    ['presence.presentFor', { presence: { presentFor: '99999h' } }],
    ['stop.timeout', { stop: { timeout: '999999h' } }],
    ['registries', { registries: [] }],
  ] as const) {
    assert.deepEqual(
      problems({ ...SMALL, ...source }).map((problem) => problem.split(':')[0]),
      [key],
    );
  }
  assert.equal(parseConfiguration({ ...SMALL, stop: { delay: '0s' } }).stop.delay, 0);
});

test('input that is not a configuration is one problem', () => {
  assert.equal(problems(null).length, 1);
  assert.equal(problems('version: 1').length, 1);
});

test('refuses a mirror pattern with a leading "!", which would match all other tags', () => {
  const problemsOf = (source: object): readonly string[] =>
    problems({
      ...SMALL,
      mirror: {
        source: { url: 'https://source.example', repositories: { from: 'catalog' }, ...source },
        destinations: [{ name: 'disk', type: 'directory', path: '/disk' }],
      },
    });
  for (const key of ['include', 'exclude', 'immutable'])
    assert.deepEqual(problemsOf({ tags: { [key]: ['v*', '!v1*'] } }), [
      `mirror.source.tags.${key}[1]: cannot read pattern "!v1*": a pattern cannot begin with "!"; add it to "exclude" without the "!" instead`,
    ]);
  assert.deepEqual(problemsOf({ repositories: { from: 'list', names: ['!team/*'] } }), [
    'mirror.source.repositories.names[0]: cannot read pattern "!team/*": a pattern cannot begin with "!"',
  ]);
  assert.deepEqual(problemsOf({ tags: { include: ['!(v1)*', 'v!', 'v[!1]'] } }), []);
});

test('reports the mistakes of the kind of mirror source that was meant: a layout or a registry', () => {
  const of = (source: object): readonly string[] =>
    problems({
      ...SMALL,
      mirror: { source, destinations: [{ name: 'disk', type: 'directory', path: '/disk' }] },
    });
  const layout = of({ repositories: { from: 'layout', path: '', nme: 'x' } });
  assert.deepEqual(
    layout.map((problem) => problem.split(':')[0]),
    ['mirror.source.repositories.path', 'mirror.source.repositories.nme'],
  );
  const catalog = of({ repositories: { from: 'catalog', nme: ['x'] } });
  assert.deepEqual(
    catalog.map((problem) => problem.split(':')[0]),
    ['mirror.source.url', 'mirror.source.repositories.nme'],
  );
});

test('the file mode of a directory is three quoted octal digits that let the owner read', () => {
  const of = (mode: unknown) => {
    const disk = { name: 'disk', type: 'directory', path: '/disk', mode };
    const source = { url: 'https://one.example', repositories: { from: 'catalog' } };
    return { ...SMALL, mirror: { source, destinations: [disk] } };
  };
  for (const mode of [420, 0o644, '0999', '64', '00644', 'rw-r--r--', '0044', ''])
    assert.match(problems(of(mode))[0], /^mirror\.destinations\[0\]\.mode: .*"0644"/, `${mode}`);
  for (const [mode, meant] of [
    ['0640', 0o640],
    ['600', 0o600],
    [undefined, 0o644],
  ] as const) {
    const [disk] = parseConfiguration(of(mode)).mirror?.destinations ?? [];
    assert.equal(disk?.type === 'directory' && disk.mode, meant);
  }
});
