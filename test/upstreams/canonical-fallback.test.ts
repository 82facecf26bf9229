import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { type Access, isByClient } from '../parts/access-log.ts';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { mustClean } from '../parts/clean-command.ts';
import { skopeoCopy } from '../parts/clients/skopeo.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { logged, until } from '../parts/log-waits.ts';
import { type OciImage, writeOciImage } from '../parts/oci-image.ts';
import { startStore } from '../parts/store-server.ts';
import { digest, withStore } from '../serving/configurations.ts';

suite(
  'a regional registry and the canonical one',
  { skip: unavailable(['docker-registry', 'skopeo']) },
  () => {
    const parts = new AsyncDisposableStack();
    let folder: string;
    let regional: DockerRegistry;
    let canonical: DockerRegistry;
    let image: OciImage;

    const push = (registry: DockerRegistry, name: string): Promise<unknown> => {
      const copy = ['skopeo', 'copy', '--all', '--dest-tls-verify=false'];
      const to = `docker://${registry.host}/${name}:3.9`;
      return mustClean([...copy, `oci:${image.layout}:3.9`, to], { folder });
    };

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'archeio-canonical-'));
      parts.defer(() => rmSync(folder, { recursive: true, force: true }));
      regional = parts.use(await startDockerRegistry(join(folder, 'regional')));
      canonical = parts.use(await startDockerRegistry(join(folder, 'canonical')));
      image = writeOciImage(join(folder, 'image'), '3.9');
      await push(canonical, 'late');
      await push(canonical, 'early');
      await push(regional, 'early');
    });
    after(() => parts.disposeAsync());

    const withFallback = (url: string, processes: number): ConfigurationSource =>
      withStore('https://store.example', {
        listen: { host: '127.0.0.1', port: 0, processes },
        registries: [
          {
            name: 'images',
            upstreams: [{ name: 'regional', url }],
            signatures: { url: canonical.url, fallback: true },
          },
        ],
        stores: [],
        presence: { budget: '5s' },
      });

    for (const runtime of RUNTIMES) {
      for (const processes of [1, 2]) {
        test(`R9a, R12a: content that only the canonical one has is pulled by digest through Archeio: ${runtime}, ${processes} process(es)`, async () => {
          await using archeio = await startWith(runtime, withFallback(regional.url, processes));
          const contents = 1 + image.platforms.length + image.blobs.length;
          for (const [repository, from] of [
            ['late', canonical],
            ['early', regional],
          ] as const) {
            for (const time of [1, 2]) {
              const marks = [await regional.log.mark(), await canonical.log.mark()];
              const own = join(folder, `pull-${archeio.pid}-${repository}-${time}`);
              mkdirSync(own);
              const host = `127.0.0.1:${archeio.port}`;
              const reference = image.index.digest;
              await skopeoCopy({ host, repository, reference, image }, { folder: own });
              // The last request of the previous pull may be logged late.
              const isOfThis = ({ path }: Access): boolean => path.includes(`/${repository}/`);
              const asked = (await regional.log.since(marks[0])).filter(isOfThis);
              const heads = asked.filter((each) => !isByClient(each));
              assert.ok(heads.every(({ method }) => method === 'HEAD'));
              // Each manifest or blob costs one HEAD; each of two processes may ask before the other tells it.
              if (time === 1)
                assert.ok(heads.length >= contents && heads.length <= processes * contents);
              else assert.equal(heads.length, 0);
              const pulled = { regional: asked.filter(isByClient), canonical: [] as unknown[] };
              pulled.canonical = (await canonical.log.since(marks[1])).filter(isOfThis);
              assert.equal(pulled.regional.length > 0, from === regional, repository);
              assert.equal(pulled.canonical.length > 0, from === canonical, repository);
            }
          }
        });
      }

      test(`429 and 401 from the regional one do not lead to the canonical one: ${runtime}`, async () => {
        await using limited = await startStore();
        let status = 429;
        limited.behave((_request, response) => void response.writeHead(status).end());
        await using archeio = await startWith(runtime, withFallback(limited.url, 1));
        for (const [at, each] of [429, 401, 403].entries()) {
          status = each;
          for (const what of ['manifests', 'blobs']) {
            const path = `/v2/late/${what}/${digest(at)}`;
            const answer = await fetch(`http://127.0.0.1:${archeio.port}${path}`, {
              redirect: 'manual',
            });
            assert.equal(answer.headers.get('location'), limited.url + path);
            assert.ok(limited.accesses.some((one) => one.path === path && one.status === each));
          }
        }
      });

      test(`repositories by the catalog: an unknown name is 404 NAME_UNKNOWN, a new one is served after a refresh: ${runtime}`, async () => {
        const name = `new-${runtime}`;
        await using archeio = await startWith(
          runtime,
          withStore('https://store.example', {
            listen: { host: '127.0.0.1', port: 0, processes: 2 },
            registries: [
              {
                name: 'images',
                upstreams: [{ name: 'canonical', url: canonical.url }],
                repositories: { from: 'catalog', refreshEvery: '1s' },
              },
            ],
            stores: [],
          }),
        );
        const ask = (repository: string): Promise<Response> =>
          fetch(`http://127.0.0.1:${archeio.port}/v2/${repository}/manifests/3.9`, {
            redirect: 'manual',
            headers: { Connection: 'close' },
          });
        await logged(archeio, 'repositories-known');
        await until('404', async () => (await ask(name)).status === 404);
        const refused = await ask(name);
        assert.equal(JSON.parse(await refused.text()).errors[0].code, 'NAME_UNKNOWN');
        assert.equal((await ask('early')).status, 307);
        const mark = await canonical.log.mark();
        await push(canonical, name);
        await until('the new repository', async () => (await ask(name)).status === 307);
        const listings = (await canonical.log.since(mark)).filter(({ path }) =>
          path.startsWith('/v2/_catalog'),
        );
        assert.ok(listings.length > 0);
      });
    }
  },
);
