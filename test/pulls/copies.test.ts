import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import { answersHttp, type Part, startPart } from '../parts/part-process.ts';
import { freePort } from '../parts/ports.ts';
import { type Radosgw, startRadosgw } from '../parts/radosgw.ts';
import { blocksOf } from '../documentation/blocks.ts';
import { Bucket } from '../mirror/bucket.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from '../mirror/mirror-command.ts';
import { getOver, walkCopy } from '../mirror/registry/copy-reader.ts';
import { ROOT } from '../../tools/source-files.ts';
import { clientNamed, CLIENTS, COMMANDS, type Scene, startScene } from './scene.ts';

/** The gateway treats a Host header that is not below its own name as a bucket's name. */
const BUCKET = 'localhost';
const NAMES = 'rgw_dns_name = s3.test';

/** Web servers, configured as the guide says. */
const SERVERS = [
  {
    name: 'nginx',
    language: 'nginx',
    command: (file: string) => ['nginx', '-e', 'stderr', '-c', file, '-g', 'daemon off;'],
  },
  {
    name: 'caddy',
    language: 'caddyfile',
    command: (file: string) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', file],
  },
];

const GUIDE = readFileSync(join(ROOT, 'docs/guides/registry-copy.md'), 'utf8');

describe(
  'clients pull from a copy of the registry',
  { skip: unavailable([...COMMANDS, 'nginx', 'caddy'], 'root') },
  () => {
    let scene: Scene;
    let radosgw: Radosgw;
    const folder = mkdtempSync(join(tmpdir(), 'archeio-copies-'));
    const parts: Part[] = [];
    const hosts: Record<string, string> = {};

    before(async () => {
      chmodSync(folder, 0o755);
      scene = await startScene();
      radosgw = await startRadosgw(folder, undefined, NAMES);
      const bucket = new Bucket(radosgw.url, BUCKET);
      await radosgw.makeBucket(BUCKET);
      await bucket.publish();
      const copy = { contents: 'registry', blobs: 'repository' };
      const configuration = writeMirrorConfiguration(folder, {
        source: { url: scene.registry.url, path: 'images', repositories: { from: 'catalog' } },
        destinations: [
          { ...bucket.destination, ...copy },
          { name: 'disk', type: 'directory', path: join(folder, 'copy'), ...copy },
        ],
        limits: { requestsPerSecond: 0 },
      });
      summaryOf(await runMirror(['sync', '--json'], configuration, { folder }));
      hosts['S3'] = `${BUCKET}:${radosgw.port}`;
      for (const { name, language, command } of SERVERS) {
        const port = await freePort();
        const block = blocksOf(GUIDE).find((each) => each.language === language)!;
        const file = join(folder, `${name}.conf`);
        writeFileSync(
          file,
          block.text.replaceAll('/tmp/archeio', folder).replaceAll('8082', String(port)),
        );
        const home = join(folder, name);
        mkdirSync(home);
        const server = startPart(name, command(file), {
          folder,
          environment: { XDG_CONFIG_HOME: home, XDG_DATA_HOME: home },
        });
        parts.push(server);
        await server.until(() => answersHttp(`http://127.0.0.1:${port}/`));
        hosts[name] = `127.0.0.1:${port}`;
      }
      for (const host of Object.values(hosts))
        await scene.namespace.open(Number(host.split(':')[1]));
    });
    after(async () => {
      for (const part of parts) await part[Symbol.asyncDispose]();
      await radosgw?.[Symbol.asyncDispose]();
      await scene?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });

    for (const place of ['S3', ...SERVERS.map(({ name }) => name)]) {
      test(`${place} answers what a pull asks for, with its media types, and 404 for the rest`, async () => {
        const get = getOver(`http://${hosts[place]}`);
        const { repository, image } = scene.small;
        assert.deepEqual(await walkCopy(get, repository), {
          tags: { [image.tag]: image.index.digest },
          problems: [],
        });
        const ping = await get('v2/');
        assert.deepEqual(
          [ping.status, ping.type, String(ping.bytes)],
          [200, 'application/json', '{}'],
        );
        assert.equal((await get(`v2/${repository}/tags/list`)).type, 'application/json');
        for (const missing of ['manifests/none', `manifests/sha256:${'0'.repeat(64)}`, 'blobs/x'])
          assert.equal((await get(`v2/${repository}/${missing}`)).status, 404, missing);
        const head = await fetch(`http://${hosts[place]}/v2/${repository}/manifests/${image.tag}`, {
          method: 'HEAD',
        });
        assert.deepEqual(
          [head.status, head.headers.get('content-type'), head.headers.get('content-length')],
          [200, 'application/vnd.oci.image.index.v1+json', String(image.index.size)],
        );
      });

      for (const name of CLIENTS)
        test(`${name} pulls by tag and by digest from ${place}`, async () => {
          const { repository, image } = scene.small;
          for (const reference of [image.tag, image.index.digest])
            await scene.use((surroundings) =>
              clientNamed(scene, name).pull(
                { host: hosts[place], repository, reference, image },
                surroundings,
              ),
            );
        });
    }
  },
);
