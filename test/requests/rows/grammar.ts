import { HEX, ORIGINAL_PASSES_ON, refused, type Row } from './row.ts';

/** Paths under /v2/ that are outside the grammar of the distribution-spec: rule R6. */
export const GRAMMAR_ROWS: readonly Row[] = [
  ...[
    'Pause',
    'a_',
    '_a',
    'a..b',
    'a//b',
    'a___b',
    '-a',
    'a/-b',
    'a b',
    'a+b',
    'a~b',
    'a@b',
    'a:b',
    'n'.repeat(256),
  ]
    .filter((name) => !name.includes(' '))
    .map((name) =>
      refused(
        `R6 no name: ${name.slice(0, 20)}`,
        `/v2/${name}/manifests/latest`,
        400,
        'NAME_INVALID',
        ORIGINAL_PASSES_ON,
      ),
    ),
  ...['.', '-x', 't'.repeat(129), 'a+b', 'a~b', 'a%20b', 'a@b'].map((tag) =>
    refused(
      `R6 no tag: ${tag.slice(0, 20)}`,
      `/v2/pause/manifests/${tag}`,
      404,
      'MANIFEST_UNKNOWN',
      ORIGINAL_PASSES_ON,
    ),
  ),
  ...[
    `sha256:${HEX.slice(1)}`,
    `sha256:${HEX}0`,
    `sha256:${HEX.toUpperCase()}`,
    `sha512:${HEX}`,
    `blake3:${HEX}${HEX}`,
    'sha256:',
    'latest',
    `SHA256:${HEX}`,
    'md5:',
    ':x',
    `sha256:${HEX}:x`,
  ].map((digest) =>
    refused(
      `R6 no digest: ${digest.slice(0, 20)}…${digest.length}`,
      `/v2/pause/blobs/${digest}`,
      400,
      'DIGEST_INVALID',
      ORIGINAL_PASSES_ON,
    ),
  ),
  refused(
    'R6 no digest in a manifest',
    `/v2/pause/manifests/sha256:${HEX.slice(2)}`,
    400,
    'DIGEST_INVALID',
    ORIGINAL_PASSES_ON,
  ),
  refused(
    'R6 no digest in referrers',
    '/v2/pause/referrers/latest',
    400,
    'DIGEST_INVALID',
    ORIGINAL_PASSES_ON,
  ),
  ...[
    '/v2/pause',
    '/v2/pause/',
    '/v2/pause/tags',
    '/v2/pause/tags/',
    '/v2/pause/tags/latest',
    '/v2/pause/tags/list/',
    '/v2/pause/manifests',
    '/v2/pause/manifests/',
    '/v2/manifests/latest',
    '/v2/pause/blobs/uploads/',
    '/v2/pause/other/x',
    '/v2//',
    '/v2/x',
  ].map((target) =>
    refused(`R6 no endpoint: ${target}`, target, 404, 'UNSUPPORTED', ORIGINAL_PASSES_ON),
  ),
];
