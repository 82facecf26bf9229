import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/protocols';
import { type ConfigurationSource, parseConfiguration } from '@archeio/configuration';
import { neededHosts, neededUrls, type Party } from './needed-hosts.ts';

const BASE: ConfigurationSource = {
  version: 1,
  clientAddress: { topology: 'remote' },
  pages: { info: 'https://example.com/info', privacy: 'https://example.com/privacy' },
  ranges: { refreshEvery: 'never' },
  registries: [{ name: 'images', upstreams: [{ name: 'up', url: 'https://up.example' }] }],
};

/** `host:port purpose` for each use of one party. */
function usesOf(source: ConfigurationSource, party: Party): string[] {
  return neededHosts(neededUrls(parseConfiguration(source))).flatMap(({ host, port, uses }) =>
    uses.filter((use) => use.for === party).map(({ purpose }) => `${host}:${port} ${purpose}`),
  );
}

test('names what clients are redirected to', () => {
  assert.deepEqual(
    usesOf(
      {
        ...BASE,
        correlation: { token: true, realm: 'https://token.example/token' },
        registries: [
          {
            name: 'images',
            hosts: ['images.example', '*.images.example', 'localhost:5000'],
            upstreams: [{ name: 'up', url: 'https://up.example:8443' }],
            signatures: { url: 'https://signatures.example' },
          },
        ],
        stores: [
          { name: 'near', url: 'http://near.example/bucket', key: '{digest}', default: true },
          { name: 'off', url: 'https://off.example', key: '{digest}', enabled: false },
        ],
      },
      'clients',
    ),
    [
      '*.images.example:443 registry',
      'example.com:443 pages',
      'example.com:443 pages',
      'images.example:443 registry',
      'localhost:5000 registry',
      'near.example:80 blobs',
      'signatures.example:443 signatures',
      'token.example:443 tokens',
      'up.example:8443 manifests',
      'up.example:8443 blobs',
    ],
  );
});

test('names what the server asks: backends, origins, inventories, ranges, Redis and the instance to compare with', () => {
  assert.deepEqual(
    usesOf(
      {
        ...BASE,
        ranges: { clouds: 'used', sources: { AWS: 'https://ranges.example/aws.json' } },
        shadow: { url: 'https://shadow.example' },
        presence: { shared: { redis: 'rediss://archeio@redis.example' } },
        stores: [
          {
            name: 'cdn',
            url: 'https://cdn.example',
            checkUrl: 'https://origin.example',
            key: '{digest}',
            near: [{ cloud: 'AWS' }, { cloud: 'Azure' }],
            inventory: { url: 'https://lists.example/cdn' },
          },
        ],
      },
      'server',
    ),
    [
      'cdn.example:443 health checks',
      'download.microsoft.com:443 address ranges',
      'lists.example:443 inventories',
      'origin.example:443 presence checks',
      'ranges.example:443 address ranges',
      'redis.example:6379 shared presence',
      'shadow.example:443 comparison',
      'up.example:443 health checks',
      'www.microsoft.com:443 address ranges',
    ],
  );
});

/** Where the SDK sends requests for a bucket. */
async function sdkHost(bucket: string, config: S3ClientConfig): Promise<string> {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new S3Client({ ...config, credentials });
  let sent = '';
  client.middlewareStack.add(
    () => (args) => {
      const { request } = args;
      assert.ok(HttpRequest.isInstance(request));
      const { protocol, hostname, port } = request;
      sent = `${hostname}:${port ?? (protocol === 'http:' ? 80 : 443)}`;
      return Promise.reject(new Error('not sent'));
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await assert.rejects(client.send(new HeadBucketCommand({ Bucket: bucket })), /not sent/);
  client.destroy();
  return sent;
}

test('names the source and the buckets of the mirror where the SDK finds them', async () => {
  for (const [bucket, config] of [
    ['plain', { region: 'eu-west-3' }],
    ['plain', { region: 'us-east-1' }],
    ['plain', { region: 'eu-west-3', forcePathStyle: true }],
    ['with.dots', { region: 'eu-west-3' }],
    ['plain', { region: 'cn-north-1' }],
    ['plain', { region: 'auto', endpoint: 'https://s3.example' }],
    ['plain', { region: 'auto', endpoint: 'https://s3.example', forcePathStyle: true }],
    ['with.dots', { region: 'auto', endpoint: 'https://s3.example' }],
    ['plain', { region: 'auto', endpoint: 'http://localhost:9000' }],
    ['plain', { region: 'auto', endpoint: 'http://127.0.0.1:9000' }],
  ] as const) {
    const source = {
      url: 'https://source.example',
      repositories: { from: 'catalog' },
    } as const;
    const destinations = [{ name: 'copy', type: 's3', bucket, ...config } as const];
    assert.deepEqual(
      usesOf({ ...BASE, mirror: { source, destinations } }, 'mirror').toSorted(),
      [`${await sdkHost(bucket, config)} destination`, 'source.example:443 source'].toSorted(),
    );
  }
});

test('a mirror without buckets or a registry connects to nothing', () => {
  assert.deepEqual(
    usesOf(
      {
        ...BASE,
        mirror: {
          source: { repositories: { from: 'layout', path: '/srv/layout' } },
          destinations: [{ name: 'disk', type: 'directory', path: '/srv/images' }],
        },
      },
      'mirror',
    ),
    [],
  );
});

test('each use names its key', () => {
  const [page, upstream] = neededHosts(neededUrls(parseConfiguration(BASE)));
  assert.deepEqual(
    [page, upstream].map(({ uses }) => uses.map(({ key }) => key)),
    [
      ['pages.info', 'pages.privacy'],
      [
        'registries[0].upstreams[0].url',
        'registries[0].upstreams[0].url',
        'registries[0].upstreams[0].url',
      ],
    ],
  );
});
