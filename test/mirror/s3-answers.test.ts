import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { RUNTIMES, type Runtime } from '../parts/archeio-process.ts';
import { FakeRegistry } from './fake-registry.ts';
import { FakeS3, slowDown } from './fake-s3.ts';
import { runMirror, writeMirrorConfiguration } from './mirror-command.ts';
import { keyOf, recordOf } from './place.ts';
import { MIB } from './pushed-images.ts';

/** Misleading answers of S3, and of proxies in between. */

let folder: string;
let registry: FakeRegistry;
let s3: FakeS3;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  registry = await FakeRegistry.start();
  s3 = await FakeS3.start();
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  await s3[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Told {
  readonly code: number | null;
  readonly stderr: string;
  readonly blobs: number;
  readonly records: number;
}

async function sync(runtime: Runtime, command = 'sync', more: object = {}): Promise<Told> {
  const configuration = writeMirrorConfiguration(folder, {
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
    limits: { requestsPerSecond: 0, ...more },
  });
  const args = [...command.split(' '), '--json'];
  const { code, stdout, stderr } = await runMirror(args, configuration, { folder, runtime });
  const { blobs, records } = JSON.parse(stdout);
  return { code, stderr, blobs, records };
}

interface Image {
  readonly digest: string;
  readonly blob: string;
}
function addImage(bytes: number, ...tags: string[]): Image {
  const layer = registry.blob('app', randomBytes(bytes));
  const { digest } = registry.manifest('app', { schemaVersion: 2, layers: [layer] }, ...tags);
  return { digest, blob: layer.digest };
}
const isStored = (key: string): boolean => s3.objects.has(`/bucket/${key}`);
const isCompletion = (method = '', url = ''): boolean =>
  method === 'POST' && url.includes('uploadId=');

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const error = (code: string, message = ''): string =>
  `${XML}<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
const answer = (response: ServerResponse, status: number, body: string): true => {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
  return true;
};

// aws/aws-sdk-java-v2#7068, apache/arrow-rs-object-store#122, duckdb/duckdb-httpfs#393
const ANSWERS: Readonly<Record<string, string>> = {
  'an error': `   \n${error('InternalError', 'We encountered an internal error.')}`,
  nothing: '',
  'a web page': '<html><body>Bad gateway</body></html>',
  'a part of its answer': `${XML}<CompleteMultip`,
};

for (const runtime of RUNTIMES) {
  for (const [what, body] of Object.entries(ANSWERS)) {
    test(`an upload whose completion is answered with 200 and ${what} is completed again: ${runtime}`, async () => {
      const { digest, blob } = addImage(9 * MIB, 'v1');
      let times = 1;
      s3.trouble = ({ method, url }, response) =>
        isCompletion(method, url) && times-- > 0 && answer(response, 200, body);
      const { code, blobs, stderr } = await sync(runtime);
      assert.deepEqual([code, blobs], [0, 1], stderr);
      assert.ok(isStored(keyOf(blob)) && isStored(recordOf(registry.url, digest)));
    });
  }

  test(`an object that is not stored despite a 200 is a problem and has no record: ${runtime}`, async () => {
    const [large, small] = [addImage(9 * MIB, 'v1'), addImage(100, 'v2')];
    registry.tags('app', 'v1', 'v2');
    s3.trouble = ({ method, url = '' }, response) =>
      (isCompletion(method, url) || (method === 'PUT' && url.includes(small.blob.slice(7)))) &&
      answer(response, 200, '<html>');
    const { code, blobs, records, stderr } = await sync(runtime);
    assert.deepEqual([code, blobs, records], [1, 0, 0], stderr);
    assert.equal(stderr.match(/answered 200 without an S3 response/g)?.length, 2, stderr);
    for (const { digest } of [large, small]) assert.ok(!isStored(recordOf(registry.url, digest)));
  });

  test(`many concurrent throttled requests are all retried: ${runtime}`, async () => {
    const tags = Array.from({ length: 120 }, (_, number) => `v${number}`);
    for (const tag of tags) addImage(100, tag);
    registry.tags('app', ...tags);
    const refused = new Map<string, number>();
    s3.trouble = ({ method, url = '' }, response) => {
      const times = refused.get(url) ?? 0;
      if (method !== 'PUT' || !url.includes('containers/') || times === 2) return false;
      refused.set(url, times + 1);
      slowDown(response);
      return true;
    };
    const { code, blobs, stderr } = await sync(runtime, 'sync', { concurrency: tags.length });
    assert.deepEqual([code, blobs], [0, tags.length], stderr);
  });

  test(`a bucket with an object lock gets a checksum with everything: ${runtime}`, async () => {
    addImage(9 * MIB, 'v1');
    addImage(100, 'v2');
    registry.tags('app', 'v1', 'v2');
    for (const known of [/^(content-md5|x-amz-checksum-)/, /^content-md5$/]) {
      s3.objects.clear();
      s3.trouble = ({ method, headers }, response) => {
        const names = Object.keys(headers);
        if (method === 'POST' || method === 'PUT') {
          const other = names.find(
            (name) => name.startsWith('x-amz-checksum-') && !known.test(name),
          );
          if (other !== undefined)
            return answer(response, 400, error('InvalidRequest', `Unsupported header '${other}'`));
        }
        if (method !== 'PUT' || names.some((name) => known.test(name))) return false;
        return answer(
          response,
          400,
          error(
            'InvalidRequest',
            'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
          ),
        );
      };
      const { code, blobs, records, stderr } = await sync(runtime);
      assert.deepEqual([code, blobs, records], [0, 2, 2], stderr);
    }
  });
}

// peak/s5cmd#450, ydb-platform/ydb#49947
test('a missing upload counts as completed only if the stored object is new', async () => {
  const { digest, blob } = addImage(9 * MIB, 'v1');
  const record = recordOf(registry.url, digest);
  // The answer is lost, and the upload is missing when it is completed again.
  let isDone = false;
  s3.trouble = ({ method, url }, response) => {
    if (!isCompletion(method, url)) return false;
    if (isDone) return answer(response, 404, error('NoSuchUpload'));
    isDone = true;
    s3.objects.set(`/bucket/${keyOf(blob)}`, 9 * MIB);
    response.destroy();
    return true;
  };
  const first = await sync('node');
  assert.deepEqual([first.code, first.blobs, isStored(record)], [0, 1, true], first.stderr);
  // An earlier object of another size is not the one that was written.
  s3.objects.clear();
  s3.objects.set(`/bucket/${keyOf(blob)}`, 9 * MIB - 1);
  s3.trouble = ({ method, url }, response) =>
    isCompletion(method, url) && answer(response, 404, error('NoSuchUpload'));
  const second = await sync('node');
  assert.deepEqual([second.code, second.blobs, isStored(record)], [1, 0, false]);
  assert.match(second.stderr, /NoSuchUpload/);
});

test('an upload whose start has an unexpected answer is a problem', async () => {
  addImage(9 * MIB, 'v1');
  let isFirst = true;
  s3.trouble = ({ method, url = '' }, response) => {
    if (method !== 'POST' || !url.includes('uploads') || isFirst) {
      if (method === 'POST') isFirst = false;
      return false;
    }
    return answer(response, 200, '<html>');
  };
  const { code, stderr } = await sync('node');
  assert.equal(code, 1);
  assert.match(stderr, /cannot write the blob: answered 200 without an S3 response/);
});
