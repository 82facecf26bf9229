import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MANIFEST_MEDIA_TYPES, parseManifest } from './manifest.ts';
import { referrersTag } from './referrers.ts';

const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
const descriptor = (digit: string, more: object = {}): object => ({
  mediaType: 'application/octet-stream',
  digest: digestOf(digit),
  size: 7,
  ...more,
});

test('an image: configuration first, then layers, with the URLs of foreign layers', () => {
  const manifest = parseManifest(
    JSON.stringify({
      schemaVersion: 2,
      config: descriptor('a'),
      layers: [descriptor('b'), descriptor('c', { urls: ['https://elsewhere.example/c', 1] })],
      subject: descriptor('d'),
    }),
    'application/vnd.docker.distribution.manifest.v2+json; charset=utf-8',
  );
  assert.deepEqual(manifest, {
    kind: 'image',
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    subject: descriptor('d'),
    blobs: [
      descriptor('a'),
      descriptor('b'),
      descriptor('c', { urls: ['https://elsewhere.example/c'] }),
    ],
  });
});

test('an index: platforms and annotations, as far as they can be read', () => {
  const manifest = parseManifest(
    JSON.stringify({
      schemaVersion: 2,
      manifests: [
        descriptor('a', { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } }),
        descriptor('b', { platform: { os: 'linux' }, annotations: { about: 'x', number: 1 } }),
        descriptor('c', { platform: 'linux/amd64', annotations: null }),
      ],
    }),
  );
  assert.deepEqual(manifest, {
    kind: 'index',
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      descriptor('a', { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } }),
      descriptor('b', { annotations: { about: 'x' } }),
      descriptor('c'),
    ],
  });
});

test('an artifact manifest has blobs, and an image without a media type is an OCI one', () => {
  const artifact = parseManifest(
    JSON.stringify({
      mediaType: 'application/vnd.oci.artifact.manifest.v1+json',
      blobs: [descriptor('a')],
    }),
  );
  assert.deepEqual(artifact.kind === 'image' && artifact.blobs, [descriptor('a')]);
  assert.equal(parseManifest('{"config":null,"layers":null}').mediaType, MANIFEST_MEDIA_TYPES[1]);
});

test('schema 1: each layer once, sizes unknown', () => {
  const fsLayers = ['a', 'b', 'a'].map((digit) => ({ blobSum: digestOf(digit) }));
  const text = JSON.stringify({ schemaVersion: 1, fsLayers });
  const manifest = parseManifest(text);
  assert.equal(manifest.mediaType, 'application/vnd.docker.distribution.manifest.v1+json');
  assert.equal(parseManifest(text, MANIFEST_MEDIA_TYPES[5]).mediaType, MANIFEST_MEDIA_TYPES[5]);
  assert.deepEqual(
    manifest.kind === 'schema1' && manifest.blobs.map(({ digest, size }) => [digest, size]),
    [
      [digestOf('a'), undefined],
      [digestOf('b'), undefined],
    ],
  );
});

test('anything but a manifest is refused with the reason', () => {
  for (const [text, why] of [
    ['{', /not JSON/],
    ['[]', /not an object/],
    ['{}', /expected either manifests, or config and layers$/],
    ['{"manifests":[],"layers":[]}', /but it has both$/],
    ['{"manifests":{}}', /manifests is not a list/],
    ['{"layers":["x"]}', /cannot read descriptor "x"/],
    ['{"layers":[{"digest":"x","size":1}]}', /cannot read digest "x"/],
    [`{"layers":[{"digest":"${digestOf('a')}","size":-1}]}`, /cannot read size -1/],
    [`{"layers":[{"digest":"${digestOf('a')}"}]}`, /cannot read size undefined/],
    ['{"schemaVersion":1}', /schema 1 without fsLayers/],
    ['{"schemaVersion":1,"fsLayers":[1]}', /cannot read digest 1/],
  ] as const) {
    assert.throws(() => parseManifest(text), { name: 'SyntaxError', message: why }, text);
  }
});

test('any JSON yields a manifest or a SyntaxError', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        assert.ok(['index', 'image', 'schema1'].includes(parseManifest(text).kind));
      } catch (error) {
        assert.ok(error instanceof SyntaxError);
      }
    }),
  );
});

test('every descriptor of an image is preserved', () => {
  const one = fc.record(
    {
      mediaType: fc.constantFrom('', 'application/octet-stream', 'text/plain'),
      digest: fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
      size: fc.maxSafeNat(),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(one, fc.array(one), (config, layers) => {
      const manifest = parseManifest(JSON.stringify({ schemaVersion: 2, config, layers }));
      assert.deepEqual(manifest.kind === 'image' && manifest.blobs, [config, ...layers]);
    }),
  );
});

test("the tag of a manifest's referrers", () => {
  assert.equal(referrersTag(digestOf('a')), `sha256-${'a'.repeat(64)}`);
  assert.equal(referrersTag(`sha512:${'b'.repeat(128)}`), `sha512-${'b'.repeat(64)}`);
  assert.equal(referrersTag(`${'x'.repeat(40)}:y`), `${'x'.repeat(32)}-y`);
});

test('a null list is ignored, unless there is nothing else', () => {
  const config = descriptor('a');
  const kindOf = (document: object, type = ''): string =>
    parseManifest(JSON.stringify({ schemaVersion: 2, ...document }), type).kind;
  assert.equal(kindOf({ config, layers: [], manifests: null }), 'image');
  assert.equal(kindOf({ config, layers: null, manifests: null }), 'image');
  assert.equal(kindOf({ manifests: [], config: null, layers: null }), 'index');
  assert.equal(kindOf({ manifests: null }), 'index');
  assert.equal(kindOf({ layers: null }), 'image');
  const both = { manifests: null, layers: null };
  assert.equal(kindOf(both, MANIFEST_MEDIA_TYPES[0]), 'index');
  assert.equal(kindOf({ ...both, mediaType: MANIFEST_MEDIA_TYPES[3] }), 'image');
  assert.throws(() => kindOf(both), /but it has both$/);
  // Ambiguous (CVE-2021-41190).
  assert.throws(() => kindOf({ config, manifests: [] }), /but it has both$/);
});

test('media types are compared without parameters, case and white space', () => {
  const [, type] = MANIFEST_MEDIA_TYPES;
  for (const written of [`${type}; charset=utf-8`, ` ${type.toUpperCase()} `]) {
    const mediaTypeOf = (text: string, contentType?: string): unknown => {
      const manifest = parseManifest(text, contentType);
      return manifest.kind === 'index' ? manifest.manifests[0].mediaType : manifest.mediaType;
    };
    const child = JSON.stringify({ manifests: [descriptor('a', { mediaType: written })] });
    assert.equal(mediaTypeOf(child), type);
    assert.equal(mediaTypeOf('{"layers":[]}', written), type);
    assert.equal(mediaTypeOf(JSON.stringify({ layers: [], mediaType: written })), type);
  }
});

test('an empty platform is ignored', () => {
  for (const platform of [
    { os: '', architecture: '' },
    { os: '', architecture: 'amd64' },
    { os: 'linux', architecture: '' },
    {},
    null,
  ]) {
    const text = JSON.stringify({ manifests: [descriptor('a', { platform })] });
    const manifest = parseManifest(text);
    assert.ok(manifest.kind === 'index' && manifest.manifests[0].platform === undefined);
  }
});

test('an invalid size is an error', () => {
  for (const size of ['-1', '1.5', '1e400', '9007199254740993', '"10"', 'null', '[]', 'true']) {
    const text = `{"layers":[{"digest":"${digestOf('a')}","size":${size}}]}`;
    assert.throws(
      () => parseManifest(text),
      /cannot read size .*: expected a number of bytes/,
      size,
    );
  }
});
