import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DirectoryDestination } from '../../packages/mirror/src/destination/directory/directory-destination.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { digestOf, FakeRegistry } from './fake-registry.ts';
import { FakeS3 } from './fake-s3.ts';
import { runMirror, writeMirrorConfiguration } from './mirror-command.ts';

/** Incomplete lists: entries missing from them must not count as absent. */

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
});
after(() => rmSync(folder, { recursive: true }));

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const digests = Array.from({ length: 5 }, (_, number) => digestOf(`blob ${number}`)).toSorted();
const entries = (...listed: readonly string[]): string =>
  listed
    .map(
      (digest) =>
        `<Contents><Key>containers/images/${digest}</Key><Size>6</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`,
    )
    .join('');

describe('a bucket whose list is incomplete', () => {
  let registry: FakeRegistry;
  let s3: FakeS3;
  before(async () => {
    registry = await FakeRegistry.start();
    s3 = await FakeS3.start();
    const layers = digests.map((_, number) => registry.blob('app', Buffer.from(`blob ${number}`)));
    registry.manifest('app', { schemaVersion: 2, layers }, 'v1');
  });
  after(async () => {
    await s3[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  const configure = (): string =>
    writeMirrorConfiguration(folder, {
      source: {
        url: registry.url,
        repositories: { from: 'list', names: ['app'] },
        referrers: false,
      },
      destinations: [
        {
          name: 'bucket',
          type: 's3',
          bucket: 'bucket',
          region: 'us-east-1',
          endpoint: s3.url,
          forcePathStyle: true,
        },
      ],
      limits: { requestsPerSecond: 0 },
    });

  /** Answers listings of blobs with one page after the other; repeats the last. */
  function answerPages(...pages: readonly string[]): void {
    let asked = 0;
    s3.trouble = ({ method, url = '' }, response: ServerResponse) => {
      if (method !== 'GET' || !url.includes('list-type=2') || url.includes('max-keys=1'))
        return false;
      if (!url.includes('prefix=containers')) return false;
      const page = pages[Math.min(asked++, pages.length - 1)];
      response.end(`${XML}<ListBucketResult>${page}</ListBucketResult>`);
      return true;
    };
  }

  // rustfs/rustfs#1596, minio/mc#3067
  const truncated = `<IsTruncated>true</IsTruncated>${entries(digests[0], digests[1])}`;
  const token = '<NextContinuationToken>next</NextContinuationToken>';
  for (const runtime of RUNTIMES) {
    test(`gives no inventory, and the last one is kept: ${runtime}`, async () => {
      const out = join(folder, `inventory-${runtime}`);
      writeFileSync(out, 'kept');
      for (const pages of [
        [truncated],
        [truncated + token, truncated + token],
        [truncated + token, `<IsTruncated>false</IsTruncated>${entries(digests[0])}`],
        [truncated + token, ''],
      ]) {
        for (const args of [['--out', out], []]) {
          answerPages(...pages);
          const before = new Map(s3.objects);
          const { code, stderr } = await runMirror(['inventory', ...args], configure(), {
            folder,
            runtime,
          });
          assert.equal(code, 1);
          assert.match(
            stderr,
            /^archeio: destination "bucket": cannot list "bucket\/containers\/images\/": the listing is inconsistent: [^\n]+\n$/,
          );
          assert.equal(readFileSync(out, 'utf8'), 'kept');
          assert.deepEqual(s3.objects, before);
        }
      }
    });
  }

  test('does not have its blobs reported as missing, copied again, or judged', async () => {
    answerPages(truncated);
    for (const args of [['verify'], ['plan'], ['sync'], ['gc', '--older-than', '14d']]) {
      const { code, stdout, stderr } = await runMirror([...args, '--json'], configure(), {
        folder,
      });
      assert.equal(code, 1);
      assert.match(stderr, /the listing is inconsistent/);
      assert.deepEqual(Object.keys(JSON.parse(stdout)), ['error', 'code']);
    }
    assert.ok(!s3.asked.some((line) => line.startsWith('PUT /bucket/containers')));
  });
});

describe('a registry whose list is incomplete', () => {
  async function planOf(registry: FakeRegistry, source: object) {
    const configuration = writeMirrorConfiguration(folder, {
      source: { url: registry.url, referrers: false, ...source },
      destinations: [{ name: 'disk', type: 'directory', path: join(folder, 'disk') }],
      limits: { requestsPerSecond: 0 },
    });
    const { code, stdout, stderr } = await runMirror(['plan', '--json'], configuration, { folder });
    return { code, stderr, plan: JSON.parse(stdout) };
  }
  const app = { repositories: { from: 'list', names: ['app'] } };

  async function startRegistry(): Promise<FakeRegistry> {
    const registry = await FakeRegistry.start();
    const config = registry.blob('app', Buffer.from('{}'));
    registry.manifest('app', { schemaVersion: 2, config, layers: [] }, 'v1', 'v2');
    return registry;
  }

  test('a list that repeats itself under ever new URLs ends', async () => {
    await using registry = await startRegistry();
    let pages = 0;
    registry.trouble = ({ url = '' }, response) => {
      if (!url.includes('tags/list') && !url.includes('_catalog')) return false;
      const link = `<${url.split('?')[0]}?last=v1&n=1&page=${++pages}>; rel="next"`;
      response
        .writeHead(200, { link })
        .end(JSON.stringify({ tags: ['v1'], repositories: ['app'] }));
      return true;
    };
    for (const source of [app, { repositories: { from: 'catalog' } }]) {
      const { code, stderr } = await planOf(registry, source);
      assert.equal(code, 1);
      assert.match(stderr, /its pages bring no new entries/);
    }
    assert.ok(pages < 10, String(pages));
  });

  test('a last page that repeats the previous one ends the list', async () => {
    await using registry = await startRegistry();
    registry.pages('/v2/app/tags/list', [{ tags: ['v1', 'v2'] }, { tags: ['v2'] }], (next) => next);
    const { code, plan } = await planOf(registry, app);
    assert.deepEqual([code, plan.manifests], [0, 1]);
  });

  test('a 200 that is not a list is an error, not an empty list', async () => {
    await using registry = await startRegistry();
    const other = { url: registry.url, repositories: { from: 'list', names: ['app', 'other'] } };
    for (const [answer, isList] of [
      ['{"errors":[{"code":"UNKNOWN"}]}', false],
      ['{"name":"app","tags":[1]}', false],
      ['{"name":"app","tags":{}}', false],
      ['{}', false],
      ['[]', false],
      ['<html>', false],
      ['{"name":"app","tags":null}', true],
      ['{"name":"app"}', true],
    ] as const) {
      registry.add('/v2/other/tags/list', answer);
      const { code, stderr } = await planOf(registry, other);
      assert.equal(code, isList ? 0 : 1, answer);
      if (!isList) assert.match(stderr, /other: cannot read .*: expected JSON with tags/);
    }
  });

  test("all pages of Google's lists are read", async () => {
    await using registry = await startRegistry();
    const config = registry.blob('top/app', Buffer.from('{}'));
    const { digest } = registry.manifest('top/app', { schemaVersion: 2, config, layers: [] }, 'v1');
    const list = { child: [], manifest: {}, tags: [] };
    registry.pages('/v2/tags/list', [list, { ...list, child: ['top'] }], (next) => next);
    registry.add('/v2/top/tags/list', JSON.stringify({ ...list, child: ['app'] }));
    const tagged = { ...list, manifest: { [digest]: { tag: ['v1'], timeUploadedMs: '1' } } };
    registry.pages('/v2/top/app/tags/list', [list, tagged], (next) => next);
    const { code, plan } = await planOf(registry, { repositories: { from: 'google' } });
    assert.deepEqual([code, plan.repositories, plan.tags], [0, 1, 1]);
  });
});

test('blobs behind symbolic links are listed, and links that form a loop end', async () => {
  const path = join(folder, 'linked');
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(join(path, 'containers'), { recursive: true });
  mkdirSync(join(elsewhere, 'more'), { recursive: true });
  symlinkSync(elsewhere, join(path, 'containers/images'));
  const disk = new DirectoryDestination({
    name: 'disk',
    path,
    key: 'containers/{hex:2}/{digest}',
    mode: 0o644,
  });
  for (const digest of digests) {
    const directory = join(path, 'containers', digest.slice(7, 9));
    if (!existsSync(directory)) {
      mkdirSync(join(elsewhere, digest.slice(7, 9)));
      symlinkSync(join(elsewhere, digest.slice(7, 9)), directory);
    }
    writeFileSync(join(elsewhere, digest), 'blob 0');
    symlinkSync(join(elsewhere, digest), join(directory, digest));
  }
  symlinkSync(path, join(elsewhere, 'more/back'));
  const listed: string[] = [];
  for await (const { digest, size } of disk.list()) {
    assert.equal(size, 6);
    listed.push(digest);
  }
  assert.deepEqual(listed.toSorted(), digests);
});
