import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { S3Destination } from '../../packages/mirror/src/destination/s3/s3-destination.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { FakeRegistry } from './fake-registry.ts';
import { FakeS3 } from './fake-s3.ts';
import {
  runMirror,
  S3_ENVIRONMENT,
  summaryOf,
  writeMirrorConfiguration,
} from './mirror-command.ts';
import { MIB } from './pushed-images.ts';

/** S3 servers that refuse features they do not support. */

const hasChecksum = ({ headers }: IncomingMessage): boolean =>
  Object.keys(headers).some((name) => name.startsWith('x-amz-checksum'));
const hasCondition = ({ headers }: IncomingMessage): boolean =>
  headers['if-none-match'] !== undefined;

const UNKNOWN: Readonly<Record<string, (request: IncomingMessage) => boolean>> = {
  checksums: hasChecksum,
  conditions: hasCondition,
  'checksums and conditions': (request) => hasChecksum(request) || hasCondition(request),
};

describe('a server that refuses', () => {
  let folder: string;
  let registry: FakeRegistry;
  let s3: FakeS3;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
    registry = await FakeRegistry.start();
    s3 = await FakeS3.start();
  });
  afterEach(async () => {
    await s3[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const destination = () => ({
    name: 'bucket',
    type: 's3',
    bucket: 'bucket',
    region: 'us-east-1',
    endpoint: s3.url,
    forcePathStyle: true,
  });

  for (const [what, isUnknown] of Object.entries(UNKNOWN)) {
    for (const [status, body] of [
      [400, '<Error><Code>InvalidArgument</Code><Message>Unsupported header</Message></Error>'],
      [400, ''],
      [501, '<Error><Code>NotImplemented</Code></Error>'],
    ] as const) {
      test(`${what} with ${status} ${body.slice(13, 28)} gets everything without that feature, but with the others`, async () => {
        const layers = [9 * MIB, 5000, 6000, 7000].map((size) =>
          registry.blob('app', randomBytes(size)),
        );
        registry.manifest('app', { schemaVersion: 2, layers }, 'v1');
        let refused = 0;
        let conditional = 0;
        let summed = 0;
        s3.trouble = (request, response) => {
          if (isUnknown(request)) {
            refused++;
            response.writeHead(status).end(body);
            return true;
          }
          if (hasCondition(request)) conditional++;
          if (hasChecksum(request)) summed++;
          return false;
        };
        const configuration = writeMirrorConfiguration(folder, {
          source: {
            url: registry.url,
            repositories: { from: 'list', names: ['app'] },
            referrers: false,
          },
          destinations: [destination()],
          limits: { requestsPerSecond: 0, concurrency: 1 },
        });
        const runtime = status === 501 ? RUNTIMES[0] : RUNTIMES[1];
        const outcome = await runMirror(['sync', '--json'], configuration, { folder, runtime });
        assert.equal(summaryOf(outcome).records, 1);
        for (const { digest, size } of layers)
          assert.equal(s3.objects.get(`/bucket/containers/images/${digest}`), size);
        assert.ok(refused <= 6, String(refused));
        assert.equal(conditional > 0, what === 'checksums');
        assert.equal(summed > 0, what === 'conditions');
      });
    }
  }

  test('wrong bytes are refused even without object checksums', async () => {
    Object.assign(process.env, S3_ENVIRONMENT);
    s3.trouble = (request, response) => {
      if (!hasChecksum(request)) return false;
      response.writeHead(501).end();
      return true;
    };
    const bucket = new S3Destination({ ...destination(), key: '{digest}' }, process.env);
    const [digest, other] = [Buffer.alloc(32, 1), Buffer.from('other')];
    const blob = { digest: `sha256:${digest.toString('hex')}`, partSize: 100, replace: false };
    const writer = await bucket.begin({ ...blob, size: other.length });
    await assert.rejects(
      writer.write(other, 0, () => digest),
      /XAmzContentSHA256Mismatch/,
    );
    assert.equal(s3.objects.size, 0);
    bucket.close();
  });

  test('multi-object deletions gets single ones', async () => {
    Object.assign(process.env, S3_ENVIRONMENT);
    s3.trouble = (request, response) => {
      if (request.method !== 'POST') return false;
      response.writeHead(400).end('<Error><Code>InvalidRequest</Code></Error>');
      return true;
    };
    const bucket = new S3Destination({ ...destination(), key: '{digest}' }, process.env);
    await bucket.deleteTexts(['a', 'b']);
    await bucket.deleteTexts(['c']);
    bucket.close();
    const deleted = s3.asked.map((line) => line.replace(/\?.*/, ''));
    assert.deepEqual(
      deleted.filter((line) => line.startsWith('DELETE')),
      ['a', 'b', 'c'].map((key) => `DELETE /bucket/${key}`),
    );
    assert.equal(s3.asked.filter((line) => line.startsWith('POST')).length, 1);
  });
});
