import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Explanation } from '../../packages/request-handler/src/explanation.ts';
import { type ConfiguredProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { isByClient } from '../parts/access-log.ts';
import { unavailable } from '../parts/availability.ts';
import { mustClean } from '../parts/clean-command.ts';
import type { Client } from '../parts/clients/client.ts';
import { ctr } from '../parts/clients/ctr.ts';
import { CURL } from '../parts/clients/curl.ts';
import { startContainerd } from '../parts/containerd.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { makeNetworkNamespace, type NetworkNamespace } from '../parts/network-namespace.ts';
import { type OciImage, ownPlatform, writeOciImage } from '../parts/oci-image.ts';
import { type Radosgw, startRadosgw } from '../parts/radosgw.ts';
import { withStore } from '../serving/configurations.ts';

/** The credentials of `startRadosgw`; the machine provides no others. */
const KEYS = { AWS_ACCESS_KEY_ID: 'AKTEST', AWS_SECRET_ACCESS_KEY: 'SKTEST' };
const NO_KEYS = { AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };

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
    let registry: DockerRegistry;
    let radosgw: Radosgw;
    let image: OciImage;
    const clients = new Map<string, Client>([['curl', CURL]]);

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'archeio-presigned-'));
      parts.defer(() => rmSync(folder, { recursive: true, force: true }));
      namespace = parts.use(await makeNetworkNamespace(folder));
      registry = parts.use(await startDockerRegistry(join(folder, 'registry')));
      radosgw = parts.use(await startRadosgw(folder));
      clients.set('ctr', ctr(parts.use(await startContainerd(folder, namespace))));
      image = writeOciImage(join(folder, 'image'), '3.9');
      const copy = ['skopeo', 'copy', '--all', '--dest-tls-verify=false'];
      const to = `docker://${registry.host}/pause:3.9`;
      await mustClean([...copy, `oci:${image.layout}:3.9`, to], { folder });
      await radosgw.makeBucket('private', 'private');
      for (const { digest } of image.blobs) {
        const file = join(image.layout, 'blobs/sha256', digest.slice('sha256:'.length));
        await radosgw.put('private', digest, file, 'private');
      }
      for (const { port } of [registry, radosgw]) await namespace.open(port);
    });
    after(() => parts.disposeAsync());

    const start = async (
      runtime: (typeof RUNTIMES)[number],
      processes: number,
      environment: Readonly<Record<string, string>>,
    ): Promise<ConfiguredProcess> => {
      const archeio = await startWith(
        runtime,
        withStore(radosgw.url, {
          listen: { host: '127.0.0.1', port: 0, processes },
          registries: [{ name: 'images', upstreams: [{ name: 'upstream', url: registry.url }] }],
          stores: [
            {
              name: 'private',
              url: `${radosgw.url}/private`,
              key: '{digest}',
              default: true,
              presign: { region: 'us-east-1', expires: '1m' },
              rid: true,
              public: true,
            },
          ],
          presence: { budget: '5s' },
          correlation: { requestId: true },
        }),
        undefined,
        { ...NO_KEYS, ...environment },
      );
      await namespace.open(archeio.port);
      return archeio;
    };

    const pull = async (name: string, { port, pid }: ConfiguredProcess): Promise<void> => {
      const own = join(folder, `pull-${name}-${pid}`);
      mkdirSync(own);
      const source = { host: `127.0.0.1:${port}`, repository: 'pause', reference: '3.9', image };
      await clients.get(name)!.pull(source, { folder: own, namespace });
    };

    for (const runtime of RUNTIMES) {
      for (const processes of [1, 2]) {
        test(`${runtime}, ${processes} process(es): curl and containerd; checks are signed too, and rid is`, async () => {
          await using archeio = await start(runtime, processes, KEYS);
          for (const name of ['curl', 'ctr']) {
            const mark = await radosgw.log.mark();
            await pull(name, archeio);
            const asked = await radosgw.log.since(mark);
            const fetched = asked
              .filter(isByClient)
              .map(({ path }) => /[?&]rid=([\w-]+)&/.exec(path)?.[1]);
            assert.ok(fetched.length > 0, name);
            assert.ok(!fetched.includes(undefined), 'the signature covers the ID of the request');
            assert.equal(new Set(fetched).size, fetched.length);
            assert.equal(
              // A canary is a GET, and may come at any moment.
              asked.some((each) => !isByClient(each) && each.method === 'HEAD'),
              name === 'curl',
              'Archeio asks for what it does not remember',
            );
            assert.ok(
              asked.every(({ status, path }) => status < 300 && path.includes('X-Amz-Signature=')),
              JSON.stringify(asked),
            );
          }
          const { digest } = ownPlatform(image).layers[0];
          const path = encodeURIComponent(`/v2/pause/blobs/${digest}`);
          const text = await (
            await fetch(
              `http://127.0.0.1:${archeio.adminPort}/api/explain?path=${path}&ip=127.0.0.1`,
            )
          ).text();
          const explanation: Explanation = JSON.parse(text);
          assert.equal(explanation.decision.rule, 'R11');
          assert.doesNotMatch(text + JSON.stringify(archeio.log), /X-Amz-(?!S3-)|SKTEST|AKTEST/i);
        });
      }

      test(`${runtime}: without credentials the upstream serves the blobs, and the log says why once`, async () => {
        await using archeio = await start(runtime, 2, {});
        const marks = [await radosgw.log.mark(), await registry.log.mark()];
        await pull('curl', archeio);
        assert.deepEqual(await radosgw.log.since(marks[0]), []);
        const blobs = (await registry.log.since(marks[1])).filter(({ path }) =>
          path.includes('/blobs/'),
        );
        assert.ok(blobs.length > 0);
        const missing = archeio.log.filter(
          ({ event, level }) => event === 'credentials-missing' && level === 'warn',
        );
        assert.deepEqual(
          missing.map(({ stores }) => stores),
          [['private']],
        );
      });
    }
  },
);
