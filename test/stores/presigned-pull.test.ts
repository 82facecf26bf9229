import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { MONOTONIC_CLOCK } from '../../apps/archeio/src/clock.ts';
import { createPresigner } from '../../apps/archeio/src/presign/index.ts';
import { unavailable } from '../parts/availability.ts';
import { mustClean } from '../parts/clean-command.ts';
import type { Client } from '../parts/clients/client.ts';
import { ctr } from '../parts/clients/ctr.ts';
import { CURL } from '../parts/clients/curl.ts';
import { startContainerd } from '../parts/containerd.ts';
import { startDockerRegistry } from '../parts/docker-registry.ts';
import { makeNetworkNamespace, type NetworkNamespace } from '../parts/network-namespace.ts';
import { type OciImage, writeOciImage } from '../parts/oci-image.ts';
import { listenOnLoopback } from '../parts/ports.ts';
import { type Radosgw, startRadosgw } from '../parts/radosgw.ts';

const BLOB = /^\/v2\/.+\/blobs\/(sha256:[0-9a-f]{64})$/;

suite(
  'blobs of a private bucket, pulled by signed redirects',
  {
    skip: unavailable(
      ['radosgw', 'ceph', 'docker-registry', 'skopeo', 'containerd', 'ctr', 'curl', 'ip'],
      'root',
    ),
  },
  () => {
    const parts = new AsyncDisposableStack();
    let folder: string;
    let namespace: NetworkNamespace;
    let radosgw: Radosgw;
    let image: OciImage;
    let host: string;
    const clients = new Map<string, Client>();

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'archeio-presigned-'));
      parts.defer(() => rmSync(folder, { recursive: true, force: true }));
      namespace = parts.use(await makeNetworkNamespace(folder));
      const registry = parts.use(await startDockerRegistry(join(folder, 'registry')));
      radosgw = parts.use(await startRadosgw(folder));
      clients.set('ctr', ctr(parts.use(await startContainerd(folder, namespace))));
      clients.set('curl', CURL);
      image = writeOciImage(join(folder, 'image'), '3.9');
      const copy = ['skopeo', 'copy', '--all', '--dest-tls-verify=false'];
      const to = `docker://${registry.host}/pause:3.9`;
      await mustClean([...copy, `oci:${image.layout}:3.9`, to], { folder });
      await radosgw.makeBucket('private', 'private');
      for (const { digest } of image.blobs) {
        const file = join(image.layout, 'blobs/sha256', digest.slice('sha256:'.length));
        await radosgw.put('private', digest, file, 'private');
      }

      const store = { name: 'private', presign: { region: 'us-east-1', expires: 60_000 } };
      const keys = { accessKeyId: 'AKTEST', secretAccessKey: 'SKTEST' };
      const presigner = await createPresigner([store], {
        clock: MONOTONIC_CLOCK,
        timeOfDay: Date.now,
        credentials: () => () => Promise.resolve(keys),
      });
      parts.defer(() => presigner.close());
      const front = createServer((request, response) => {
        const { method, url = '' } = request;
        const digest = BLOB.exec(url)?.[1];
        const answer = (location: string | undefined): unknown =>
          response.writeHead(307, { Location: location ?? '' }).end();
        if (digest === undefined) answer(registry.url + url);
        else
          void presigner
            .sign(store, `${radosgw.url}/private/${digest}`, method === 'HEAD' ? 'HEAD' : 'GET')
            .then(answer);
      });
      const port = await listenOnLoopback(front);
      parts.defer(() => void front.close());
      for (const each of [port, registry.port, radosgw.port]) await namespace.open(each);
      host = `127.0.0.1:${port}`;
    });
    after(() => parts.disposeAsync());

    for (const name of ['curl', 'ctr'])
      test(name, async () => {
        const own = join(folder, `pull-${name}`);
        mkdirSync(own);
        const mark = await radosgw.log.mark();
        await clients
          .get(name)!
          .pull({ host, repository: 'pause', reference: '3.9', image }, { folder: own, namespace });
        const asked = await radosgw.log.since(mark);
        assert.ok(asked.length > 0);
        assert.ok(
          asked.every(({ status, path }) => status < 300 && path.includes('X-Amz-Signature=')),
          JSON.stringify(asked),
        );
      });
  },
);
