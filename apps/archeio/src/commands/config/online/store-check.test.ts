import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MISSING, type PlayedRequest, PROBE, seen, TODAY } from './testing/played-store.ts';

const always =
  (status: number, headers: Record<string, string> = {}) =>
  () => ({ status, headers });
const PRESIGN = { presign: { region: 'us-east-1' }, public: true };

test('404 for a blob that cannot exist is good; it is requested twice, by HEAD', async () => {
  const { said, asked } = await seen(always(404));
  assert.deepEqual(said, ['ok the store answers 404 for a missing key']);
  assert.deepEqual(
    asked.map(({ method, target }) => `${method} ${target}`),
    [`HEAD /b/${MISSING}`, `HEAD /b/${MISSING}`],
  );
});

test('a store with check: range gets range requests', async () => {
  const { asked } = await seen(always(404), { check: 'range' });
  assert.deepEqual(
    asked.map(({ method, headers }) => `${method} ${headers.range}`),
    ['GET bytes=0-0', 'GET bytes=0-0'],
  );
});

test('403 from object storage for a missing key needs forbidden: absent', async () => {
  for (const headers of [
    { 'x-amz-request-id': 'X' },
    { server: 'AmazonS3' },
    { 'x-oss-request-id': 'X' },
    { server: 'UploadServer' },
  ]) {
    const { said, hints } = await seen(always(403, headers));
    assert.deepEqual(said, [
      'error the store answers 403 for a missing key, as S3 does if the reader may not list the bucket',
    ]);
    assert.match(hints.join(), /forbidden: absent/);
    assert.deepEqual((await seen(always(403, headers), { forbidden: 'absent' })).said, [
      'ok the store answers 403 for a missing key, which counts as absent',
    ]);
  }
});

test('403 from a web server means unreadable files, not absence', async () => {
  const nginx = await seen(always(403, { server: 'nginx/1.26' }));
  assert.deepEqual(nginx.said, ['error the store ("nginx/1.26") answers 403 for a missing key']);
  assert.match(nginx.hints.join(), /modes of files and directories/);
  assert.doesNotMatch(nginx.hints.join(), /forbidden: absent/);
  assert.deepEqual((await seen(always(403))).said, [
    'error the store (a server without a name) answers 403 for a missing key',
  ]);
  assert.deepEqual((await seen(always(403, { server: 'Caddy' }), { forbidden: 'absent' })).said, [
    'warning the store ("Caddy") answers 403 for a missing key, which counts as absent',
  ]);
});

test('a store that also refuses the probe refuses everything', async () => {
  for (const [headers, hint] of [
    [{ server: 'nginx' }, /web server cannot read/],
    [{ 'x-amz-request-id': 'X' }, /s3:GetObject/],
  ] as const) {
    const { said, hints } = await seen(always(403, headers), { probe: PROBE, forbidden: 'absent' });
    assert.deepEqual(said, [
      'error the store answers 403 for a missing key and for the probe: it refuses every request',
      'error the store answers 403 for the probe',
    ]);
    for (const each of hints) assert.match(each, hint);
  }
});

test('a store that claims everything, redirects, is broken or does not understand', async () => {
  for (const [status, expected] of [
    [200, 'error the store answers 200 for a missing key: it claims to have every blob'],
    [206, 'error the store answers 206 for a missing key: it claims to have every blob'],
    [302, 'warning the store answers 302 for a missing key'],
    [429, 'error the store answers 429 for a missing key'],
    [500, 'error the store answers 500 for a missing key'],
    [400, 'error the store answers 400 for a missing key'],
  ] as const)
    assert.deepEqual((await seen(always(status))).said, [expected]);
});

// oxyno-zeta/s3-proxy#474, HumanBrainProject/neuroglancer-scripts#47: GET works.
test('a store without HEAD needs check: range', async () => {
  for (const status of [405, 501]) {
    const { said, hints } = await seen(always(status));
    assert.deepEqual(said, [`error the store answers ${status} for a missing key`]);
    assert.match(hints.join(), /try check: range/);
  }
});

// aristidb/aws#160, shieldproject/shield#569: 301 without a Location.
test('names the region of a bucket that is requested in another one', async () => {
  const { said, hints } = await seen(always(301, { 'x-amz-bucket-region': 'eu-west-1' }));
  assert.deepEqual(said, [
    'error the store answers 301 for a missing key: the bucket is in region "eu-west-1"',
  ]);
  assert.match(hints.join(), /endpoint of that region/);
});

test('a CDN that caches a missing key', async () => {
  let count = 0;
  const remembers = () => ({
    status: 404,
    headers: { 'X-Cache': count++ === 0 ? 'MISS' : 'HIT' },
  });
  const { said, hints } = await seen(remembers);
  assert.deepEqual(said, [
    'ok the store answers 404 for a missing key',
    'warning a cache in front of the store caches a missing key (x-cache: HIT)',
  ]);
  assert.match(hints.join(), /checkUrl to the origin, or try check: range/);
  count = 0;
  assert.doesNotMatch((await seen(remembers, { check: 'range' })).hints.join(), /check: range/);
});

test('an unreachable store, and a disabled one', async () => {
  const { said } = await seen(always(200), { checkUrl: 'http://127.0.0.1:9' });
  assert.match(said.join(), /^error cannot be reached: /);
  const off = await seen(always(500), { enabled: false });
  assert.deepEqual(off.said, ['ok not checked: the store is disabled (enabled: false)']);
  assert.deepEqual(off.asked, []);
});

/** A store with the probe, except for what the test changes. */
function serving(change: (request: PlayedRequest) => object | undefined = () => undefined) {
  return (request: PlayedRequest) => {
    if (!decodeURIComponent(request.target).includes(PROBE)) return { status: 404 };
    const usual =
      request.method === 'HEAD'
        ? { status: 200, headers: { 'Content-Length': '1000' } }
        : { status: 206, headers: { 'Content-Range': 'bytes 0-0/1000' }, body: 'x' };
    return { ...usual, ...change(request) };
  };
}
const isGet = ({ method }: PlayedRequest) => method === 'GET';

test('a probe for which HEAD and Range agree', async () => {
  assert.deepEqual((await seen(serving(), { probe: PROBE })).said, [
    'ok the store answers 404 for a missing key',
    'ok the probe is present (1000 bytes), and Range works',
  ]);
  assert.deepEqual((await seen(serving(), { probe: PROBE, check: 'none' })).said, [
    'ok the probe is present (1000 bytes), and Range works',
  ]);
});

// project-zot/zot#4427, s3fs-fuse/s3fs-fuse#139
test('a probe whose answer cannot be the blob, or whose object cannot be read', async () => {
  for (const [headers, expected] of [
    [
      { 'Content-Length': '0' },
      'error the store answers 200 to HEAD of the probe, but its length is 0, and the digest is not that of the empty blob',
    ],
    [
      { 'Content-Length': '1000', 'x-amz-storage-class': 'GLACIER' },
      'error the store answers 200 to HEAD of the probe, but it cannot be read now (x-amz-storage-class: GLACIER)',
    ],
    [
      { 'Content-Length': '1000', 'Content-Type': 'text/html' },
      'error the store answers 200 to HEAD of the probe, but it is an HTML page',
    ],
  ] as const) {
    const change = (request: PlayedRequest) => (isGet(request) ? undefined : { headers });
    assert.deepEqual((await seen(serving(change), { probe: PROBE })).said, [
      'ok the store answers 404 for a missing key',
      expected,
    ]);
  }
});

test('a probe that is missing or answered wrongly', async () => {
  for (const [change, expected] of [
    [() => ({ status: 404, headers: {} }), 'error the store answers 404 for the probe'],
    [
      (request: PlayedRequest) => (isGet(request) ? undefined : { status: 405 }),
      'error the store answers 405 to HEAD and 206 to GET of the probe',
    ],
    [
      (request: PlayedRequest) =>
        isGet(request)
          ? { status: 200, headers: { 'Content-Length': '1' } }
          : { headers: { 'Content-Length': '1' } },
      'error the store ignores Range: it answers 200 to bytes=0-0',
    ],
    [
      (request: PlayedRequest) =>
        isGet(request) ? { headers: { 'Content-Range': 'bytes 0-9/1000' } } : undefined,
      'error the answer to a Range request is wrong: Content-Range is "bytes 0-9/1000"',
    ],
    [
      (request: PlayedRequest) => (isGet(request) ? { headers: {} } : undefined),
      'error the answer to a Range request is wrong: Content-Range is ""',
    ],
    [
      (request: PlayedRequest) =>
        isGet(request) ? { headers: { 'Content-Range': 'bytes 0-0/999' } } : undefined,
      'error HEAD reports 1000 bytes for the probe, GET 999',
    ],
  ] as const)
    assert.deepEqual((await seen(serving(change), { probe: PROBE })).said, [
      'ok the store answers 404 for a missing key',
      expected,
    ]);
});

// JuliaCloud/AWSS3.jl#89: "Requests specifying Server Side Encryption with AWS KMS managed keys require … Version 4".
test('a probe for which object storage answers 400 needs signed requests', async () => {
  const kms = () => ({ status: 400, headers: { 'x-amz-request-id': '1' } });
  const { said, hints } = await seen(serving(kms), { probe: PROBE });
  assert.deepEqual(said, [
    'ok the store answers 404 for a missing key',
    'error the store answers 400 for the probe',
  ]);
  assert.match(hints.join(), /KMS-encrypted objects need signed requests/);
  const plain = await seen(
    serving(() => ({ status: 400, headers: {} })),
    { probe: PROBE },
  );
  assert.match(plain.hints.join(), /compare the key template/);
});

test('requests to a presigned store are signed for each method, and the clock is compared', async () => {
  const { said, asked } = await seen(serving(), { ...PRESIGN, probe: PROBE });
  assert.deepEqual(said, [
    'ok the store answers 404 for a missing key',
    'ok the probe is present (1000 bytes), and Range works',
  ]);
  for (const { target } of asked) assert.match(target, /X-Amz-Signature=[0-9a-f]{64}$/);
  for (const [seconds, expected] of [
    [60, []],
    [61, ["warning this machine's clock is 61 s behind the store's"]],
    [-90, ["warning this machine's clock is 90 s ahead of the store's"]],
  ] as const) {
    const date = new Date(TODAY + seconds * 1000).toUTCString();
    const { said } = await seen(always(404, { Date: date }), PRESIGN);
    assert.deepEqual(said.slice(1), expected);
  }
});

test('a presigned store explains its refusal: a wrong signature never counts as an absent blob', async () => {
  const refuses = (status: number, code: string) => (request: PlayedRequest) => ({
    status,
    body: isGet(request) ? `<Error><Code>${code}</Code></Error>` : '',
  });
  const absent = { ...PRESIGN, forbidden: 'absent' };
  for (const [status, code] of [
    [403, 'SignatureDoesNotMatch'],
    [403, 'RequestTimeTooSkewed'],
    [400, 'ExpiredToken'],
  ] as const)
    assert.deepEqual((await seen(refuses(status, code), absent)).said, [
      `error the store refuses the signed request: ${code}`,
    ]);
  assert.deepEqual((await seen(refuses(403, 'AccessDenied'), absent)).said, [
    'ok the store answers 403 for a missing key, which counts as absent',
  ]);
});

test('a presigned store without credentials gets no request', async () => {
  const none = () => Promise.reject(new Error('Could not load credentials from any providers'));
  const { said, asked } = await seen(always(404), PRESIGN, none);
  assert.deepEqual(said, [
    'error there are no credentials to sign with: no credentials were found',
  ]);
  assert.deepEqual(asked, []);
});
