import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { digestOf, makeImage } from './demo-image.ts';

test('the image is complete: all that its manifests name is there, with digest, size and diff IDs', () => {
  const { tag, manifests, blobs, bytes } = makeImage();
  const parsed = (content: { readonly bytes: Buffer } | undefined) =>
    JSON.parse(content!.bytes.toString());
  const named = new Set<string>();
  for (const own of parsed(manifests.get(tag)).manifests) {
    assert.equal(manifests.get(own.digest)?.bytes.length, own.size);
    const { config, layers } = parsed(manifests.get(own.digest));
    for (const { digest, size, mediaType } of [config, ...layers]) {
      const blob = blobs.get(digest)!;
      assert.deepEqual([digestOf(blob.bytes), blob.bytes.length], [digest, size]);
      assert.equal(blob.mediaType, mediaType);
      named.add(digest);
    }
    assert.deepEqual(
      parsed(blobs.get(config.digest)).rootfs.diff_ids,
      layers.map(({ digest }: { digest: string }) =>
        digestOf(gunzipSync(blobs.get(digest)!.bytes)),
      ),
    );
  }
  assert.deepEqual(named, new Set(blobs.keys()));
  assert.equal(
    bytes,
    [...blobs.values()].reduce((sum, each) => sum + each.bytes.length, 0),
  );
});
