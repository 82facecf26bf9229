import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { S3 } from '@aws-sdk/client-s3';
import { allAbilities } from '../../../packages/mirror/src/destination/s3/s3-abilities.ts';
import { copyOnServer } from '../../../packages/mirror/src/destination/s3/s3-server-copy.ts';
import { unavailable } from '../../parts/availability.ts';
import { startRadosgw } from '../../parts/radosgw.ts';
import { Bucket } from '../bucket.ts';
import { S3_ENVIRONMENT } from '../mirror-command.ts';
import { COMMANDS } from '../scene.ts';

const MIB = 2 ** 20;

test(
  'an object that is too large for one request is copied in parts',
  { skip: unavailable(COMMANDS) },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'archeio-server-copy-'));
    await using parts = new AsyncDisposableStack();
    parts.defer(() => rmSync(folder, { recursive: true }));
    const radosgw = parts.use(await startRadosgw(folder));
    await radosgw.makeBucket('copies');
    const bucket = new Bucket(radosgw.url, 'copies');
    const client = new S3({
      endpoint: radosgw.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: {
        accessKeyId: S3_ENVIRONMENT.AWS_ACCESS_KEY_ID,
        secretAccessKey: S3_ENVIRONMENT.AWS_SECRET_ACCESS_KEY,
      },
    });
    parts.defer(() => client.destroy());
    const bytes = randomBytes(12 * MIB + 1);
    const from = 'containers/images/sha256:abc';
    await bucket.set(from, bytes);
    const copy = (key: string, source: string, sizes?: { mostAtOnce: number; part: number }) =>
      copyOnServer(
        {
          client,
          bucket: 'copies',
          key,
          server: allAbilities(),
          stored: () => Promise.resolve(undefined),
        },
        source,
        bytes.length,
        sizes,
      );
    const sizes = { mostAtOnce: MIB, part: 6 * MIB };
    const mark = await radosgw.log.mark();
    await copy('v2/a/blobs/in-parts', from, sizes);
    const asked = (await radosgw.log.since(mark)).filter(({ path }) =>
      path.includes('partNumber='),
    );
    assert.equal(asked.length, 3);
    await copy('v2/a/blobs/at-once', from);
    for (const key of ['in-parts', 'at-once'])
      assert.ok((await bucket.get(`v2/a/blobs/${key}`)).equals(bytes), key);

    await assert.rejects(copy('v2/a/blobs/none', 'missing', sizes));
    assert.deepEqual(await bucket.unfinished(), []);
    assert.ok(!(await bucket.keys()).includes('v2/a/blobs/none'));
  },
);
