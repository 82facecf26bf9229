import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Sites } from './site.ts';

const registry = (hosts: readonly string[], prefix = '') => ({ hosts, prefix });

/** The numbers of the registries that serve a host, in their order. */
function registriesOf(sites: Sites, host: string | undefined): readonly number[] {
  const site = sites.siteOf(host);
  return site < 0 ? [] : sites.sites[site];
}

test('one registry for every host: the host is never looked at', () => {
  const sites = new Sites([registry(['*'])]);
  assert.equal(sites.dependOnHost, false);
  assert.deepEqual(sites.sites, [[0]]);
  for (const host of ['registry.example', '', undefined]) assert.equal(sites.siteOf(host), 0);
});

test('the exact host, then the longer wildcard, then every host; in each the longest prefix', () => {
  const sites = new Sites([
    registry(['*']),
    registry(['*.example.com']),
    registry(['*.eu.example.com'], 'docker/'),
    registry(['*.eu.example.com'], 'docker/deep/'),
    registry(['a.eu.example.com'], 'x/'),
  ]);
  assert.deepEqual(registriesOf(sites, 'a.eu.example.com'), [4, 3, 2, 1, 0]);
  assert.deepEqual(registriesOf(sites, 'b.eu.example.com'), [3, 2, 1, 0]);
  assert.deepEqual(registriesOf(sites, 'b.c.eu.example.com'), [3, 2, 1, 0]);
  assert.deepEqual(registriesOf(sites, 'eu.example.com'), [1, 0]);
  assert.deepEqual(registriesOf(sites, 'example.com'), [0]);
  assert.deepEqual(registriesOf(sites, 'xexample.com'), [0]);
  assert.deepEqual(registriesOf(sites, undefined), [0]);
});

test('a host that no registry serves', () => {
  const sites = new Sites([registry(['a.example'])]);
  assert.equal(sites.siteOf('a.example'), 0);
  assert.equal(sites.siteOf('b.example'), -1);
  assert.equal(sites.siteOf(undefined), -1);
  assert.equal(sites.siteOf(''), -1);
});

test('case, a final dot and a port change nothing; a port counts only where a pattern gives it', () => {
  const sites = new Sites([
    registry(['*']),
    registry(['a.example']),
    registry(['a.example:5000']),
    registry(['[::1]:5000']),
    registry(['*:6000']),
  ]);
  for (const host of ['a.example', 'A.Example', 'a.example.', 'a.example:443', 'A.EXAMPLE.:80'])
    assert.deepEqual(registriesOf(sites, host), [1, 0], host);
  assert.deepEqual(registriesOf(sites, 'A.example:5000'), [2, 1, 0]);
  assert.deepEqual(registriesOf(sites, 'a.example:6000'), [1, 4, 0]);
  assert.deepEqual(registriesOf(sites, '[::1]:5000'), [3, 0]);
  assert.deepEqual(registriesOf(sites, '[::1]'), [0]);
  assert.deepEqual(registriesOf(sites, 'b.example:6000'), [4, 0]);
});

/** How well a pattern fits, compared field by field, or undefined where it does not. */
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

test('the same as looking at every pattern in turn', () => {
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
      assert.deepEqual(registriesOf(new Sites(registries), asked), expected);
    }),
    { numRuns: 5000 },
  );
});

test('any host is answered, and no two sites are the same', () => {
  fc.assert(
    fc.property(fc.string(), (host) => {
      const sites = new Sites([
        registry(['*']),
        registry(['*.b']),
        registry(['a.b']),
        registry(['*']),
      ]);
      const site = sites.siteOf(host);
      assert.ok(site >= 0 && site < sites.sites.length);
      assert.equal(new Set(sites.sites.map(String)).size, sites.sites.length);
    }),
  );
});
