import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { mustClean } from '../parts/clean-command.ts';
import { type DockerRegistry, startDockerRegistry } from '../parts/docker-registry.ts';
import { type OciImage, writeOciImage } from '../parts/oci-image.ts';
import { type FolderServer, serveFolder } from './folder-server.ts';

const KEY = 'docker/registry/v2/blobs/{algorithm}/{hex:2}/{hex}/data';

suite(
  "distribution's own folder, served over HTTP, is a store",
  { skip: unavailable(['docker-registry', 'skopeo', 'curl']) },
  () => {
    let folder: string;
    let registry: DockerRegistry;
    let files: FolderServer;
    let image: OciImage;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'archeio-distribution-'));
      registry = await startDockerRegistry(join(folder, 'parts'));
      image = writeOciImage(join(folder, 'image'), '3.9');
      const copy = ['skopeo', 'copy', '--all', '--dest-tls-verify=false'];
      const to = `docker://${registry.host}/images/pause:3.9`;
      await mustClean([...copy, `oci:${image.layout}:3.9`, to], { folder });
      files = await serveFolder(join(folder, 'parts/registry'));
    });
    after(async () => {
      await files?.[Symbol.asyncDispose]();
      await registry?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    });

    for (const runtime of RUNTIMES)
      test(`${runtime}: every blob comes from it, verified; the upstream serves the others`, async () => {
        await using archeio = await startWith(runtime, {
          version: 1,
          listen: { host: '127.0.0.1', port: 0 },
          clientAddress: { topology: 'remote' },
          pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
          registries: [
            { name: 'k8s', upstreams: [{ name: 'upstream', url: registry.url, path: 'images' }] },
          ],
          stores: [{ name: 'folder', url: files.url, key: KEY, default: true }],
          stop: { delay: '0ms', timeout: '5s' },
          presence: { budget: '20s', timeout: '40s' },
        });
        const base = `http://127.0.0.1:${archeio.port}/v2/pause/blobs`;
        const before = files.asked.length;
        for (const { digest, size } of image.blobs) {
          const hex = digest.slice('sha256:'.length);
          const path = `/docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`;
          const answer = await fetch(`${base}/${digest}`, { redirect: 'manual' });
          assert.equal(answer.status, 307);
          assert.equal(answer.headers.get('location'), files.url + path);
          const file = join(folder, `pulled-${runtime}`);
          const curl = ['curl', '--silent', '--fail', '--location', '--output', file];
          await mustClean([...curl, `${base}/${digest}`], { folder });
          const bytes = await mustClean(['sha256sum', file], { folder });
          assert.equal(bytes.split(' ')[0], hex);
          const whole = Buffer.from(await (await fetch(`${base}/${digest}`)).arrayBuffer());
          assert.equal(whole.length, size);
          assert.equal(createHash('sha256').update(whole).digest('hex'), hex);
        }
        const asked = files.asked.slice(before);
        assert.equal(asked.filter((line) => line.startsWith('HEAD ')).length, image.blobs.length);
        assert.ok(asked.every((line) => line.endsWith(' 200')));

        const missing = `sha256:${'0'.repeat(64)}`;
        const answer = await fetch(`${base}/${missing}`, { redirect: 'manual' });
        const expected = `${registry.url}/v2/images/pause/blobs/${missing}`;
        assert.equal(answer.headers.get('location'), expected);
        assert.match(
          files.asked.at(-1) ?? '',
          /^HEAD \/docker\/registry\/v2\/blobs\/sha256\/00\/0{64}\/data 404$/,
        );
      });
  },
);
