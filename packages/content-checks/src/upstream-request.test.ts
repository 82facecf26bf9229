import assert from 'node:assert/strict';
import { test } from 'node:test';
import { upstreamRequest } from './upstream-request.ts';

const UPSTREAM = { base: 'https://upstream.example/v2/', path: 'proj/images/' };

test('a manifest is asked for with every media type of manifests, a blob with any', () => {
  const manifest = upstreamRequest(UPSTREAM, { kind: 'manifest', name: 'a/b', digest: 'sha256:1' });
  assert.equal(manifest.url, 'https://upstream.example/v2/proj/images/a/b/manifests/sha256:1');
  assert.match(manifest.accept ?? '', /^application\/vnd\.oci\.image\.index\.v1\+json, /);
  assert.deepEqual(upstreamRequest(UPSTREAM, { kind: 'blob', name: 'a/b', digest: 'sha256:1' }), {
    url: 'https://upstream.example/v2/proj/images/a/b/blobs/sha256:1',
    accept: undefined,
  });
});
