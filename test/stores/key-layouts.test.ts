import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfiguration } from '../../packages/configuration/src/configuration.ts';
import { compileKeyPath } from '../../packages/oci-distribution/src/index.ts';

const HEX = 'ab'.repeat(32);
const DIGEST = `sha256:${HEX}`;

/** docs/reference/stores.md: what the file says, and where clients are sent. */
const LAYOUTS = [
  [
    'https://bucket.s3.dualstack.eu-west-3.amazonaws.com',
    'containers/images/{digest}',
    `https://bucket.s3.dualstack.eu-west-3.amazonaws.com/containers/images/${DIGEST}`,
  ],
  [
    'https://s3.eu-west-3.amazonaws.com/bucket/',
    'blobs/{algorithm}/{hex}',
    `https://s3.eu-west-3.amazonaws.com/bucket/blobs/sha256/${HEX}`,
  ],
  [
    'https://storage.googleapis.com/bucket',
    'containers/images/{digest}',
    `https://storage.googleapis.com/bucket/containers/images/${DIGEST}`,
  ],
  [
    'https://account.blob.core.windows.net/container',
    'blobs/{algorithm}/{hex:2}/{hex}',
    `https://account.blob.core.windows.net/container/blobs/sha256/ab/${HEX}`,
  ],
  [
    'https://pub-0123456789abcdef.r2.dev',
    '{digest}',
    `https://pub-0123456789abcdef.r2.dev/${DIGEST}`,
  ],
  ['https://blobs.example.com', 'v2/{hex}', `https://blobs.example.com/v2/${HEX}`],
  [
    'https://mirror.example.com/registry',
    'docker/registry/v2/blobs/{algorithm}/{hex:2}/{hex}/data',
    `https://mirror.example.com/registry/docker/registry/v2/blobs/sha256/ab/${HEX}/data`,
  ],
  // imgix/js-core#88, aws/aws-sdk-cpp#110: S3 reads a plus sign in a path as a space.
  [
    'https://bucket.s3.eu-west-3.amazonaws.com',
    'k8s+mirror/v1.0~a=b@c/{digest}',
    `https://bucket.s3.eu-west-3.amazonaws.com/k8s%2Bmirror/v1.0~a=b@c/${DIGEST}`,
  ],
] as const;

for (const [url, key, expected] of LAYOUTS)
  test(`${url} and ${key}`, () => {
    const { stores } = parseConfiguration({
      version: 1,
      pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
      registries: [{ name: 'r', upstreams: [{ name: 'u', url: 'https://registry.example' }] }],
      stores: [{ name: 'store', url, key, default: true }],
    });
    assert.equal(`${stores[0].url}/${compileKeyPath(stores[0].key)(DIGEST)}`, expected);
  });
