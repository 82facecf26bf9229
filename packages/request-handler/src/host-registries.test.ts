import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HostRegistries } from './host-registries.ts';

const registry = (hosts: readonly string[], prefix = '') => ({ hosts, prefix });

/** The indices of the registries that serve a host, in order. */
function registriesOf(hostRegistries: HostRegistries, host: string | undefined): readonly number[] {
  const servedHost = hostRegistries.numberOf(host);
  const port = Math.floor(servedHost / hostRegistries.servedHosts.length);
  const numbers = new Set<number>();
  for (
    let at = servedHost < 0 ? -1 : servedHost % hostRegistries.servedHosts.length;
    at >= 0;
    at = hostRegistries.servedHosts[at].next ?? -1
  ) {
    const { registries, byPort } = hostRegistries.servedHosts[at];
    for (const number of [...(byPort?.get(port) ?? []), ...registries]) numbers.add(number);
  }
  return [...numbers];
}

test('one registry for every host: the host is never read', () => {
  const hostRegistries = HostRegistries.of([registry(['*'])]);
  assert.equal(hostRegistries.dependOnHost, false);
  assert.equal(hostRegistries.servedHosts.length, 1);
  for (const host of ['registry.example', '', undefined]) {
    assert.equal(hostRegistries.numberOf(host), 0);
    assert.deepEqual(registriesOf(hostRegistries, host), [0]);
  }
});

test('the exact host, then the longer wildcard, then every host; in each the longest prefix', () => {
  const hostRegistries = HostRegistries.of([
    registry(['*']),
    registry(['*.example.com']),
    registry(['*.eu.example.com'], 'docker/'),
    registry(['*.eu.example.com'], 'docker/deep/'),
    registry(['a.eu.example.com'], 'x/'),
  ]);
  assert.deepEqual(registriesOf(hostRegistries, 'a.eu.example.com'), [4, 3, 2, 1, 0]);
  assert.deepEqual(registriesOf(hostRegistries, 'b.eu.example.com'), [3, 2, 1, 0]);
  assert.deepEqual(registriesOf(hostRegistries, 'b.c.eu.example.com'), [3, 2, 1, 0]);
  assert.deepEqual(registriesOf(hostRegistries, 'eu.example.com'), [1, 0]);
  assert.deepEqual(registriesOf(hostRegistries, 'example.com'), [0]);
  assert.deepEqual(registriesOf(hostRegistries, 'xexample.com'), [0]);
  assert.deepEqual(registriesOf(hostRegistries, undefined), [0]);
});

test('a host that no registry serves', () => {
  const hostRegistries = HostRegistries.of([registry(['a.example'])]);
  assert.deepEqual(registriesOf(hostRegistries, 'a.example'), [0]);
  assert.equal(hostRegistries.numberOf('b.example'), -1);
  assert.equal(hostRegistries.numberOf(undefined), -1);
  assert.equal(hostRegistries.numberOf(''), -1);
});

// rack/rack-test#9 (an empty port), envoyproxy/envoy#3515
test('an empty port counts as none, and addresses are compared as addresses', () => {
  const hostRegistries = HostRegistries.of([
    registry(['a.example']),
    registry(['[2001:db8:0:0::1]']),
    registry(['10.0.0.1:5000']),
    registry(['*.example']),
  ]);
  for (const host of ['a.example:', 'A.example.:'])
    assert.deepEqual(registriesOf(hostRegistries, host), [0, 3], host);
  assert.deepEqual(registriesOf(hostRegistries, 'b.example:'), [3]);
  for (const host of [
    '[2001:db8::1]',
    '[2001:DB8::0:1]:',
    '[2001:db8:0:0:0:0:0:1]:443',
    '2001:db8::1',
  ])
    assert.deepEqual(registriesOf(hostRegistries, host), [1], host);
  for (const host of ['10.0.0.1:5000', '[::ffff:10.0.0.1]:5000', '[::ffff:a00:1]:05000'])
    assert.deepEqual(registriesOf(hostRegistries, host), [2], host);
  for (const host of [
    '10.0.0.1',
    '[::ffff:10.0.0.1]:',
    '[2001:db8::2]',
    ':',
    '[',
    '1.2.3.4.example.',
  ])
    assert.deepEqual(registriesOf(hostRegistries, host), host.includes('example') ? [3] : [], host);
});

test('case, a trailing dot and the port do not matter, unless a pattern has a port', () => {
  const hostRegistries = HostRegistries.of([
    registry(['*']),
    registry(['a.example']),
    registry(['a.example:5000']),
    registry(['[::1]:5000']),
    registry(['*:6000']),
  ]);
  for (const host of ['a.example', 'A.Example', 'a.example.', 'a.example:443', 'A.EXAMPLE.:80'])
    assert.deepEqual(registriesOf(hostRegistries, host), [1, 0], host);
  assert.deepEqual(registriesOf(hostRegistries, 'A.example:5000'), [2, 1, 0]);
  assert.deepEqual(registriesOf(hostRegistries, 'a.example:6000'), [1, 4, 0]);
  assert.deepEqual(registriesOf(hostRegistries, '[::1]:5000'), [3, 0]);
  assert.deepEqual(registriesOf(hostRegistries, '[::1]'), [0]);
  assert.deepEqual(registriesOf(hostRegistries, 'b.example:6000'), [4, 0]);
});

/** How well a pattern fits, compared field by field; undefined if it does not. */
function fit(pattern: string, host: string): readonly number[] | undefined {
  const [name, port] = pattern.split(':');
  const [hostName, hostPort] = host.toLowerCase().split(':');
  if (port !== undefined && port !== hostPort) return undefined;
  const given = port === undefined ? 0 : 1;
  if (name === '*') return [0, 0, given];
  if (name.startsWith('*.'))
    return hostName.endsWith(name.slice(1)) && hostName.length >= name.length
      ? [1, name.length, given]
      : undefined;
  return name === hostName ? [2, 0, given] : undefined;
}

test('finds the same as a linear search over the patterns', () => {
  const label = fc.constantFrom('a', 'b', 'eu');
  const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
  const port = fc.constantFrom('', ':80', ':5000');
  const pattern = fc
    .tuple(
      fc.oneof(
        name,
        name.map((each) => `*.${each}`),
        fc.constant('*'),
      ),
      port,
    )
    .map((parts) => parts.join(''));
  const some = fc.record({
    hosts: fc.array(pattern, { minLength: 1, maxLength: 3 }),
    prefix: fc.constantFrom('', 'a/', 'a/b/'),
  });
  const host = fc
    .tuple(name, fc.constantFrom('', ':80', ':5000', ':99'), fc.boolean())
    .map(([each, end, upper]) => (upper ? each.toUpperCase() : each) + end);
  fc.assert(
    fc.property(fc.array(some, { minLength: 1, maxLength: 6 }), host, (registries, asked) => {
      const better = (a: readonly number[], b: readonly number[]): number =>
        b.map((value, at) => value - a[at]).find((difference) => difference !== 0) ?? 0;
      const expected = registries
        .flatMap(({ hosts, prefix }, number) => {
          const fits = hosts.flatMap((each) => {
            const found = fit(each, asked);
            return found ? [[...found, prefix.length]] : [];
          });
          return fits.length > 0 ? [{ number, best: fits.toSorted(better)[0] }] : [];
        })
        .toSorted((a, b) => better(a.best, b.best))
        .map(({ number }) => number);
      assert.deepEqual(registriesOf(HostRegistries.of(registries), asked), expected);
    }),
    { numRuns: 5000 },
  );
});

test('answers any host', () => {
  const hostRegistries = HostRegistries.of([
    registry(['*']),
    registry(['*.b']),
    registry(['a.b']),
    registry(['*', '*:80', 'c.b:81']),
  ]);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('c.b:81', 'a.b:80', ':80')), (host) => {
      assert.ok(registriesOf(hostRegistries, host).length > 1);
    }),
  );
});

test('a name that is served on only one port is not served on another', () => {
  const hostRegistries = HostRegistries.of([registry(['a.b:81', '*.c:82'])]);
  for (const host of ['a.b:81', 'x.c:82'])
    assert.deepEqual(registriesOf(hostRegistries, host), [0], host);
  for (const host of ['a.b', 'a.b:82', 'x.c', 'x.c:81', 'c:82', 'd:81'])
    assert.equal(hostRegistries.numberOf(host), -1, host);
});

/** Number of reads of the registries' hosts, and number of entries of all lists. */
function workFor(count: number, hostsOf: (number: number) => readonly string[]) {
  let looks = 0;
  const registries = Array.from({ length: count }, (_, number) => ({
    prefix: '',
    get hosts() {
      looks++;
      return hostsOf(number);
    },
  }));
  const { servedHosts } = HostRegistries.of(registries);
  const entries = servedHosts.flatMap(({ registries: any, byPort }) => [
    ...any,
    ...[...(byPort?.values() ?? [])].flat(),
  ]).length;
  return { looks, entries };
}

test('ten times as many hosts take ten times the work, however they overlap', () => {
  const cases: Readonly<Record<string, (number: number) => readonly string[]>> = {
    'exact hosts': (number) => [`h${number}.example`],
    'a port each': (number) => [`h${number}.example:${number + 1}`],
    'wildcards below each other': (number) => [`*.${'a.'.repeat(number % 50)}example`],
    'every host, on a port each': (number) => [number % 2 ? `*:${number}` : `h${number}.example`],
    'the same host': () => ['a.example'],
    'every host beside exact ones': (number) => [number % 2 ? '*' : `h${number}.example`],
  };
  for (const [name, hostsOf] of Object.entries(cases)) {
    const [few, many] = [workFor(300, hostsOf), workFor(3000, hostsOf)];
    assert.ok(many.looks <= 10 * few.looks, name);
    assert.ok(many.entries <= 10 * few.entries, name);
    assert.ok(many.looks <= 3000, name);
    assert.equal(many.entries, 3000, name);
  }
});
