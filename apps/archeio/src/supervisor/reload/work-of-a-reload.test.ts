import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distanceKm, compileNetworks } from '@archeio/clouds';
import { compilePolicy } from '@archeio/redirect';
import { checkConfiguration, type Configuration, readDocument } from '@archeio/configuration';
import { PlaceFinder, HostRegistries, RepositoryLists } from '@archeio/request-handler';
import { shippedRanges } from '../../configuration/shipped.ts';
import { countedOperations } from '../../worker/testing/counted-operations.ts';

const RANGES = shippedRanges();
/** With logarithms and what is done once, ten times as much is a little more than ten times the work, or less. */
const TEN_TIMES = 14;

/** A configuration in which everything grows together, and each part has to do with the others. */
function textFor(count: number): string {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return [
    'version: 1',
    "pages: { info: 'https://example.com/i', privacy: 'https://example.com/p' }",
    'registries:',
    ...numbers.map((number) => {
      const near = number % 2 ? `{ cloud: n${number} }` : '{ cloud: AWS, regions: [eu-west-1] }';
      const hosts = [`h${number}.example:${number + 1}`, `'*.w${number}.example'`];
      if (number % 3 === 0) hosts.push(`'*:${number + 1}'`);
      return `  - { name: r${number}, hosts: [${hosts.join(', ')}], repositories: { from: catalog }, upstreams: [{ name: u${number}, url: 'https://u${number}.upstream.net', near: [${near}] }, { name: v${number}, url: 'https://v${number}.upstream.net' }] }`;
    }),
    'stores:',
    ...numbers.map(
      (number) =>
        `  - { name: s${number}, url: 'https://s${number}.store.net', key: '{digest}', failover: region, near: [{ cloud: n${number} }, { cloud: GCP, regions: [us-west${1 + (number % 4)}] }] }`,
    ),
    'networks:',
    ...numbers.map(
      (number) =>
        `  n${number}: ['10.${number >> 8}.${number & 255}.0/24', '2001:db8:${number.toString(16)}::/48']`,
    ),
  ].join('\n');
}

/** The same value for each count, made once: most of the time here would pass in making it. */
function once<T>(make: (count: number) => T): (count: number) => T {
  const made = new Map<number, T>();
  return (count) => {
    const value = made.get(count) ?? make(count);
    made.set(count, value);
    return value;
  };
}

const documentFor = once((count) => readDocument(textFor(count), 'file'));

const configurationFor = once((count): Configuration => {
  const { source, marks } = documentFor(count);
  return checkConfiguration(source, marks, RANGES.places).configuration;
});

function isLinear(name: string, workFor: (count: number) => () => void): void {
  const [few, many] = [100, 1000].map((count) => countedOperations(workFor(count)));
  assert.ok(few >= 100, `${name} is counted: ${few}`);
  assert.ok(many <= TEN_TIMES * few, `${name}: ${many} against ${few}`);
}

test('ten times as many hosts, stores and networks are ten times the work to read and check', () => {
  isLinear('reading', (count) => {
    const text = textFor(count);
    return () => void readDocument(text, 'file');
  });
  isLinear('checking', (count) => {
    const { source, marks } = documentFor(count);
    return () => void checkConfiguration(source, marks, RANGES.places);
  });
});

test('a configuration that is wrong everywhere is checked in the same time', () => {
  isLinear('refusing', (count) => {
    const text = textFor(count)
      .replaceAll(/cloud: n(\d+)/g, 'cloud: no$1')
      .replaceAll(/name: v\d+/g, 'name: same')
      .replaceAll('us-west', 'us-wets');
    const { source, marks } = readDocument(text, 'file');
    return () => assert.throws(() => checkConfiguration(source, marks, RANGES.places));
  });
});

test('ten times as many hosts, stores and networks are ten times the work to serve', () => {
  isLinear('servedHosts', (count) => {
    const { registries } = configurationFor(count);
    return () => void HostRegistries.of(registries);
  });
  isLinear('policy', (count) => {
    const configuration = configurationFor(count);
    const { servedHosts } = HostRegistries.of(configuration.registries);
    const { places } = new PlaceFinder(RANGES, compileNetworks(configuration.networks));
    return () => void compilePolicy({ ...configuration, servedHosts }, places, distanceKm);
  });
  isLinear('lists of repositories', (count) => {
    const { registries } = configurationFor(count);
    const before = new RepositoryLists(registries);
    return () => {
      const lists = new RepositoryLists(registries, before);
      for (const { name } of registries) lists.apply(name, []);
    };
  });
});

test('places that no client comes from cost nothing', () => {
  const configuration = configurationFor(100);
  const { servedHosts } = HostRegistries.of(configuration.registries);
  const [few, many] = [1000, 10_000].map((count) => {
    const places = Array.from({ length: count }, (_, at) => ({ cloud: `n${at}`, region: '' }));
    return countedOperations(
      () => void compilePolicy({ ...configuration, servedHosts }, places, distanceKm),
    );
  });
  assert.equal(many, few);
});
