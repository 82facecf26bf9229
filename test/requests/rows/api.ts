import {
  ORIGINAL_PASSES_ON,
  REDIRECT,
  redirects,
  refused,
  CDN,
  HEX,
  type Row,
  SHA256,
  SIGNATURES,
  UPSTREAM,
} from './row.ts';

const METHODS: readonly Row[] = [
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'M-SEARCH',
].map((method) => ({
  name: `R1 ${method} is refused`,
  method,
  target: '/v2/pause/blobs/uploads/',
  headers: ['Content-Length: 0'],
  status: 405,
  code: 'UNSUPPORTED',
  answered: { allow: 'GET, HEAD', 'content-type': 'application/json' },
  original: 'answers 405 as plain text, without Allow',
}));

const PAGES_AND_HEALTH: readonly Row[] = [
  redirects('R2 the info page', '/', 'https://info.example/about'),
  redirects('R2 the info page, with a query', '/?from=x', 'https://info.example/about'),
  redirects('R3 the privacy page', '/privacy', 'https://privacy.example'),
  {
    name: 'R2 HEAD',
    method: 'HEAD',
    target: '/',
    status: 307,
    location: 'https://info.example/about',
  },
  {
    name: 'R4 /v2/',
    target: '/v2/',
    status: 200,
    answered: { 'docker-distribution-api-version': 'registry/2.0' },
  },
  {
    name: 'R4 /v2',
    target: '/v2',
    status: 200,
    answered: { 'docker-distribution-api-version': 'registry/2.0' },
  },
  {
    name: 'R4 HEAD',
    method: 'HEAD',
    target: '/v2/',
    status: 200,
    answered: { 'docker-distribution-api-version': 'registry/2.0' },
  },
  { name: 'R4 with ns', target: '/v2/?ns=registry.k8s.io', status: 200 },
  {
    name: 'R4 with credentials',
    target: '/v2/',
    headers: ['Authorization: Basic dTpw'],
    status: 200,
  },
  ...['/v2/_catalog', '/v2/_catalog/', '/v2/_catalog?n=100', '/v2/_catalog/?n=100&last=a'].map(
    (target) =>
      refused(
        `R5 ${target}`,
        target,
        404,
        'UNSUPPORTED',
        target.endsWith('g') ? 'answers 404 as plain text' : ORIGINAL_PASSES_ON,
      ),
  ),
  ...['livez', 'live', 'readyz', 'ready', 'startupz', 'healthz'].map((check): Row => ({
    name: `R7 ${check}`,
    target: `/${check}`,
    status: 200,
    original: 'has no health endpoints',
  })),
  // HAProxy's `option httpchk` with nothing behind it
  {
    name: 'R7 OPTIONS /',
    method: 'OPTIONS',
    target: '/',
    version: '1.0',
    noHost: true,
    status: 200,
    original: 'answers 405, so that HAProxy takes it for down',
  },
  ...[
    '/v1/',
    '/v2foo/manifests/latest',
    '/V2/',
    '/favicon.ico',
    '/robots.txt',
    '//v2/',
    '/.env',
    '/livez/',
    '/token?service=x',
  ].map((target) =>
    refused(
      `R7 nothing at ${target}`,
      target,
      404,
      'UNSUPPORTED',
      target.startsWith('/v2foo') ? 'serves it as foo' : 'answers 404 as plain text',
    ),
  ),
];

const UPSTREAM_ENDPOINTS: readonly Row[] = [
  redirects('R9 a tag', '/v2/pause/manifests/3.9', `${UPSTREAM}/pause/manifests/3.9`),
  redirects(
    'R9 a tag in a longer name',
    '/v2/a/b-c/d__e/f.g/manifests/v1.30.0-rc.1_x',
    `${UPSTREAM}/a/b-c/d__e/f.g/manifests/v1.30.0-rc.1_x`,
  ),
  redirects(
    'R9 a digest',
    `/v2/pause/manifests/${SHA256}`,
    `${UPSTREAM}/pause/manifests/${SHA256}`,
  ),
  redirects(
    'R9 a digest with an escaped colon',
    `/v2/pause/manifests/sha256%3A${HEX}`,
    `${UPSTREAM}/pause/manifests/${SHA256}`,
  ),
  redirects(
    'R9 containerd says which host it means',
    '/v2/pause/manifests/3.9?ns=registry.k8s.io',
    `${UPSTREAM}/pause/manifests/3.9?ns=registry.k8s.io`,
    'drops the query',
  ),
  redirects(
    'R9 a tag that is 128 characters long',
    `/v2/a/manifests/${'t'.repeat(128)}`,
    `${UPSTREAM}/a/manifests/${'t'.repeat(128)}`,
  ),
  redirects(
    'R9 a name that is 255 characters long',
    `/v2/${'n'.repeat(255)}/manifests/t`,
    `${UPSTREAM}/${'n'.repeat(255)}/manifests/t`,
  ),
  redirects(
    'R9 words of the API are legal in names',
    '/v2/a/manifests/b/manifests/c',
    `${UPSTREAM}/a/manifests/b/manifests/c`,
  ),
  redirects('R9 blobs is a legal name', '/v2/blobs/manifests/c', `${UPSTREAM}/blobs/manifests/c`),
  redirects('R9 tags', '/v2/pause/tags/list', `${UPSTREAM}/pause/tags/list`),
  redirects(
    'R9 a page of tags',
    '/v2/pause/tags/list?n=100&last=3.8',
    `${UPSTREAM}/pause/tags/list?n=100&last=3.8`,
    'drops the query, so that every page is the first',
  ),
  redirects(
    'R9 the next page, by the upstream’s Link',
    '/v2/proj/images/pause/tags/list?n=1&last=3.8',
    `${UPSTREAM}/pause/tags/list?n=1&last=3.8`,
    'adds the path a second time',
  ),
  redirects(
    'R9 the path in front of a manifest is part of its name',
    '/v2/proj/images/pause/manifests/3.9',
    `${UPSTREAM}/proj/images/pause/manifests/3.9`,
  ),
  redirects(
    'R9 a tag that only looks like a signature',
    `/v2/a/manifests/sha256-${HEX.slice(1)}`,
    `${UPSTREAM}/a/manifests/sha256-${HEX.slice(1)}`,
  ),
  redirects(
    'R8 a signature',
    `/v2/pause/manifests/sha256-${HEX}.sig`,
    `${SIGNATURES}/pause/manifests/sha256-${HEX}.sig`,
  ),
  redirects(
    'R8 an attestation',
    `/v2/pause/manifests/sha256-${HEX}.att`,
    `${SIGNATURES}/pause/manifests/sha256-${HEX}.att`,
    'knows .sig alone',
  ),
  redirects(
    'R8 a bill of materials',
    `/v2/pause/manifests/sha256-${HEX}.sbom`,
    `${SIGNATURES}/pause/manifests/sha256-${HEX}.sbom`,
    'knows .sig alone',
  ),
  redirects(
    'R8 the referrers tag schema',
    `/v2/pause/manifests/sha256-${HEX}`,
    `${SIGNATURES}/pause/manifests/sha256-${HEX}`,
    'knows .sig alone',
  ),
  redirects(
    'R8 the referrers tag schema with sha512',
    `/v2/pause/manifests/sha512-${HEX}.sig`,
    `${SIGNATURES}/pause/manifests/sha512-${HEX}.sig`,
  ),
  redirects(
    'R8 referrers',
    `/v2/pause/referrers/${SHA256}?artifactType=application%2Fx`,
    `${SIGNATURES}/pause/referrers/${SHA256}?artifactType=application%2Fx`,
    'drops the query',
  ),
  redirects(
    'R8 the next page of referrers',
    `/v2/proj/images/pause/referrers/${SHA256}`,
    `${SIGNATURES}/pause/referrers/${SHA256}`,
  ),
  {
    name: 'R9 HEAD',
    method: 'HEAD',
    target: '/v2/pause/manifests/3.9',
    status: 307,
    location: `${UPSTREAM}/pause/manifests/3.9`,
  },
  {
    name: 'R9 with Authorization',
    target: '/v2/pause/manifests/3.9',
    headers: ['Authorization: Bearer x'],
    status: 307,
    location: `${UPSTREAM}/pause/manifests/3.9`,
  },
  {
    name: 'R9 with Accept',
    target: '/v2/pause/manifests/3.9',
    headers: ['Accept: application/vnd.oci.image.index.v1+json'],
    status: 307,
    location: `${UPSTREAM}/pause/manifests/3.9`,
  },
];

const BLOBS: readonly Row[] = [
  redirects('R11 a blob from the default store', `/v2/pause/blobs/${SHA256}`, CDN),
  redirects('R11 a blob with an escaped colon', `/v2/pause/blobs/sha256%3a${HEX}`, CDN),
  redirects(
    'R11 the query is dropped on the way to a store',
    `/v2/pause/blobs/${SHA256}?ns=registry.k8s.io&X-Amz-Signature=x`,
    CDN,
  ),
  redirects(
    'R11 a sha512',
    `/v2/pause/blobs/sha512:${HEX}${HEX}`,
    `https://cdn.example/containers/images/sha512:${HEX}${HEX}`,
  ),
  redirects(
    'R11 a blake3',
    `/v2/pause/blobs/blake3:${HEX}`,
    `https://cdn.example/containers/images/blake3:${HEX}`,
  ),
  {
    name: 'R11 HEAD',
    method: 'HEAD',
    target: `/v2/pause/blobs/${SHA256}`,
    status: 307,
    location: CDN,
    answered: REDIRECT,
  },
  {
    name: 'R11 a retry with Range',
    target: `/v2/pause/blobs/${SHA256}`,
    headers: ['Range: bytes=1000-'],
    status: 307,
    location: CDN,
  },
  {
    name: 'R11 with If-None-Match',
    target: `/v2/pause/blobs/${SHA256}`,
    headers: ['If-None-Match: "x"'],
    status: 307,
    location: CDN,
  },
  redirects(
    'R12 a digest of another algorithm',
    '/v2/pause/blobs/md5:d41d8cd98f00b204e9800998ecf8427e',
    `${UPSTREAM}/pause/blobs/md5:d41d8cd98f00b204e9800998ecf8427e`,
  ),
  redirects(
    'R12 an algorithm in parts',
    '/v2/pause/blobs/multihash+base58:QmRZxt2b',
    `${UPSTREAM}/pause/blobs/multihash+base58:QmRZxt2b`,
  ),
];

/** Rules R1 to R9 and R11, R12 for a client in an unknown network. */
export const API_ROWS: readonly Row[] = [
  ...METHODS,
  ...PAGES_AND_HEALTH,
  ...UPSTREAM_ENDPOINTS,
  ...BLOBS,
];
