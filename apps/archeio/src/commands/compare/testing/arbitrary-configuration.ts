import type { ConfigurationSource } from '@archeio/configuration';
import fc from 'fast-check';

const PARIS = { cloud: 'AWS', regions: ['eu-west-3'] };
const NEARS = [
  [PARIS],
  [{ cloud: 'AWS' }],
  [{ cloud: 'AWS', regions: ['eu-west-1'] }],
  [{ cloud: 'GCP' }],
  [{ cloud: 'office' }],
];

type StoreSource = NonNullable<ConfigurationSource['stores']>[number];

/** One of few stores, whose settings vary; one name may stand for two buckets, and one bucket may have two names. */
const store = (name: string): fc.Arbitrary<StoreSource> =>
  fc
    .record({
      bucket: fc.constantFrom(name, name, name, 'one', 'other'),
      near: fc.option(fc.constantFrom(...NEARS), { nil: undefined }),
      isDefault: fc.boolean(),
      weight: fc.constantFrom(1, 1, 0.5, 0),
      failover: fc.constantFrom('region', 'none'),
      check: fc.constantFrom('head', 'head', 'head', 'none'),
      price: fc.option(fc.constantFrom(0.01, 0.05, 0.09), { nil: undefined }),
      hasOrigin: fc.boolean(),
      enabled: fc.constantFrom(true, true, true, false),
    })
    .map(({ bucket, near, isDefault, weight, failover, check, price, hasOrigin, enabled }) => ({
      name,
      url: `https://${bucket}.example`,
      key: '{digest}',
      ...(near !== undefined && { near }),
      // A store without near is never used unless it is a default.
      default: isDefault || near === undefined,
      weight,
      failover: near === undefined ? 'none' : failover,
      check,
      enabled,
      ...(price !== undefined && { usdPerGiB: price }),
      ...(hasOrigin && { checkUrl: `https://origin-of-${bucket}.example` }),
    }));

/** The stores of each name that one configuration has. */
const stores = fc
  .tuple(store('a'), store('b'), store('c'), store('d'), fc.subarray([0, 1, 2, 3]))
  .map(([a, b, c, d, chosen]) => [a, b, c, d].filter((_, at) => chosen.includes(at)));

/** Configurations that differ in everything that a decision depends on, except how the client's address is found. */
export const arbitraryConfiguration: fc.Arbitrary<ConfigurationSource> = fc
  .record({
    stores,
    networks: fc.constantFrom('203.0.113.0/28', '203.0.113.0/28', '203.0.113.128/25'),
    hosts: fc.constantFrom<string[]>(
      ['*'],
      ['registry.example'],
      ['registry.example', 'mirror.example'],
    ),
    prefix: fc.constantFrom('docker/', 'docker/', 'hub/'),
    path: fc.constantFrom('library', ''),
    fallback: fc.option(fc.boolean(), { nil: undefined }),
    second: fc.constantFrom('none', 'AWS', 'GCP'),
    names: fc.constantFrom<'all' | 'list' | 'catalog'>('all', 'all', 'list', 'catalog'),
    stays: fc.boolean(),
    info: fc.constantFrom('https://info.example', 'https://about.example'),
  })
  .map(({ stores: some, hosts, prefix, path, fallback, second, names, ...rest }) => ({
    version: 1,
    clientAddress: { topology: 'google-load-balancer' },
    pages: { info: rest.info, privacy: 'https://privacy.example' },
    networks: { office: [rest.networks] },
    registries: [
      {
        name: 'k8s',
        hosts,
        upstreams: [
          { name: 'upstream', url: 'https://upstream.example', path: 'images' },
          ...(second === 'none'
            ? []
            : [{ name: 'second', url: 'https://second.example', near: [{ cloud: second }] }]),
        ],
        ...(fallback !== undefined && {
          signatures: { url: 'https://signatures.example', fallback },
        }),
        ...(names === 'list' && { repositories: { from: 'list' as const, names: ['a'] } }),
        ...(names === 'catalog' && { repositories: { from: 'catalog' as const } }),
      },
      {
        name: 'docker',
        hosts,
        prefix,
        upstreams: [{ name: 'docker', url: 'https://docker.example', path }],
      },
    ],
    stores: some,
    stayUpstream: rest.stays ? [{ cloud: 'GCP' }] : [],
    presence: { entries: 1000 },
  }));
