import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { startBalancer } from '../parts/balancer.ts';
import { unavailable } from '../parts/availability.ts';
import { must } from '../parts/command.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { type OciImage, writeOciImage } from '../parts/oci-image.ts';
import { SERVERS } from '../requests/servers.ts';
import { startStore, type StoreServer } from '../parts/store-server.ts';

/** Asserts that the layout has all blobs of the image, each with the digest that names it. */
function verifyLayout(layout: string, image: OciImage): void {
  const files = readdirSync(join(layout, 'blobs/sha256'));
  for (const hex of files) {
    assert.equal(
      createHash('sha256')
        .update(readFileSync(join(layout, 'blobs/sha256', hex)))
        .digest('hex'),
      hex,
    );
  }
  for (const { digest } of [...image.blobs, ...image.manifests])
    assert.ok(files.includes(digest.slice(7)), digest);
}

describe(
  'skopeo pulls a multi-architecture image, each blob from the source that the rules give',
  { skip: unavailable(['skopeo', 'docker-registry']) },
  () => {
    let folder: string;
    let registry: DockerRegistry;
    let paris: StoreServer;
    let fallback: StoreServer;
    let image: OciImage;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'archeio-pull-'));
      registry = await startDockerRegistry(folder);
      paris = await startStore();
      fallback = await startStore();
      image = writeOciImage(join(folder, 'image'), '3.9');
      await must('skopeo', [
        'copy',
        '--all',
        '--dest-tls-verify=false',
        `oci:${image.layout}:3.9`,
        `docker://${registry.host}/images/pause:3.9`,
      ]);
      const bytesOf = (digest: string): Buffer =>
        readFileSync(join(image.layout, 'blobs/sha256', digest.slice(7)));
      const [first, second, third] = image.blobs;
      for (const { digest } of [first, second])
        paris.put(`containers/images/${digest}`, bytesOf(digest));
      for (const { digest } of [second, third])
        fallback.put(`containers/images/${digest}`, bytesOf(digest));
    });

    after(async () => {
      await paris[Symbol.asyncDispose]();
      await fallback[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });

    const configuration = (): ConfigurationSource => ({
      version: 1,
      listen: { host: '127.0.0.1', port: 0 },
      clientAddress: { topology: 'google-load-balancer' },
      pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
      registries: [
        { name: 'k8s', upstreams: [{ name: 'upstream', url: registry.url, path: 'images' }] },
      ],
      stores: [
        {
          name: 'paris',
          url: paris.url,
          key: 'containers/images/{digest}',
          near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
        },
        { name: 'default', url: fallback.url, key: 'containers/images/{digest}', default: true },
      ],
      stayUpstream: [{ cloud: 'GCP' }],
      // Where a blob comes from must not depend on how busy the machine is.
      presence: { budget: '30s', timeout: '40s' },
      stop: { delay: '0ms', timeout: '5s' },
    });

    const served = (accesses: readonly { method: string; path: string }[]): Set<string> =>
      new Set(
        accesses
          .filter(({ method }) => method === 'GET')
          .flatMap(({ path }) => /sha256:[0-9a-f]{64}/.exec(path)?.[0] ?? []),
      );

    /** The sources of the image's blobs (by number) for a client. */
    const CLIENTS = [
      { name: 'an unknown network', address: '203.0.113.7', paris: [], fallback: [1, 2] },
      { name: 'AWS eu-west-3', address: '35.180.1.1', paris: [0, 1], fallback: [2] },
      { name: 'GCP', address: '35.220.26.1', paris: [], fallback: [] },
    ];

    // test/tls has the pulls over TLS: the balancer here speaks plain HTTP.
    for (const { name: server, start } of SERVERS.filter(({ open }) => open === undefined)) {
      describe(server, () => {
        let archeio: Awaited<ReturnType<typeof start>>;
        before(async () => {
          archeio = await start(configuration());
        });
        after(() => archeio[Symbol.asyncDispose]());

        for (const client of CLIENTS) {
          test(`from ${client.name}`, async () => {
            await using balancer = await startBalancer(
              { port: archeio.port, pid: process.pid },
              client.address,
            );
            const before = {
              paris: paris.accesses.length,
              fallback: fallback.accesses.length,
              registry: await registry.log.mark(),
            };
            const pulled = join(folder, `${server}-${client.address}`);
            await must('skopeo', [
              'copy',
              '--all',
              '--src-tls-verify=false',
              `docker://${balancer.host}/pause:3.9`,
              `oci:${pulled}:3.9`,
            ]);
            verifyLayout(pulled, image);

            const digests = (indexes: readonly number[]): Set<string> =>
              new Set(indexes.map((index) => image.blobs[index].digest));
            assert.deepEqual(served(paris.accesses.slice(before.paris)), digests(client.paris));
            assert.deepEqual(
              served(fallback.accesses.slice(before.fallback)),
              digests(client.fallback),
            );
            const stored = digests([...client.paris, ...client.fallback]);
            const rest = new Set(
              image.blobs.map(({ digest }) => digest).filter((digest) => !stored.has(digest)),
            );
            const asked = await registry.log.since(before.registry);
            const fromRegistry = asked.filter(({ path }) => path.includes('/blobs/'));
            assert.deepEqual(served(fromRegistry), rest);
          });
        }
      });
    }
  },
);
