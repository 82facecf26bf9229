import { CDN, redirects, refused, type Row, SHA256, UPSTREAM } from './row.ts';

const DOCKER = 'https://docker.example/v2/library';
const QUAY = 'https://quay.example/v2';

/** A row with this Host. */
const at = (host: string, row: Row): Row => ({ ...row, host });

/** The requests for `REGISTRIES_CONFIGURATION`. */
export const REGISTRY_ROWS: readonly Row[] = [
  redirects(
    'R9 a name without an alias',
    '/v2/pause/manifests/3.9',
    `${UPSTREAM}/pause/manifests/3.9`,
  ),
  redirects('R9 an alias', '/v2/docker/busybox/manifests/1', `${DOCKER}/busybox/manifests/1`),
  redirects('R9 another alias', '/v2/quay/a/b/manifests/1', `${QUAY}/a/b/manifests/1`),
  redirects(
    'R9 an alias without a name after it',
    '/v2/docker/manifests/1',
    `${UPSTREAM}/docker/manifests/1`,
  ),
  redirects(
    'R9 tags of an alias',
    '/v2/docker/busybox/tags/list?n=2',
    `${DOCKER}/busybox/tags/list?n=2`,
  ),
  redirects(
    'R9 a followed Link of an alias has lost its prefix and has the path',
    '/v2/library/busybox/tags/list?n=2&last=1',
    `${DOCKER}/busybox/tags/list?n=2&last=1`,
  ),
  redirects(
    'R9 without a query it is not a followed Link',
    '/v2/library/busybox/tags/list',
    `${UPSTREAM}/library/busybox/tags/list`,
  ),
  redirects(
    'R9 a followed Link of the registry without a prefix',
    '/v2/proj/images/pause/tags/list?last=1',
    `${UPSTREAM}/pause/tags/list?last=1`,
  ),
  redirects(
    'R8 referrers of an alias',
    `/v2/docker/busybox/referrers/${SHA256}`,
    `https://signatures.example/v2/signed/busybox/referrers/${SHA256}`,
  ),
  redirects(
    'R9 referrers without a signature upstream',
    `/v2/pause/referrers/${SHA256}`,
    `${UPSTREAM}/pause/referrers/${SHA256}`,
  ),
  redirects('R11 a blob is the same whatever its name', `/v2/docker/busybox/blobs/${SHA256}`, CDN),
  {
    ...redirects(
      'R11 one of the operator’s networks',
      `/v2/pause/blobs/${SHA256}`,
      `https://office.example/${SHA256}`,
    ),
    headers: ['X-Forwarded-For: 203.0.113.9, 10.0.0.1'],
  },
  {
    ...redirects(
      'R12 a blob of an alias from its own upstream',
      '/v2/quay/a/blobs/md5:x',
      `${QUAY}/a/blobs/md5:x`,
    ),
  },
  at(
    'EU.Mirror.Example:443',
    redirects(
      'a host in any case, with a port',
      '/v2/docker/a/manifests/1',
      `${DOCKER}/a/manifests/1`,
    ),
  ),
  at(
    'eu.mirror.example',
    refused(
      'R6 a name that this host does not serve',
      '/v2/quay/a/manifests/1',
      404,
      'NAME_UNKNOWN',
    ),
  ),
  at(
    'quay.mirror.example:5000',
    redirects('a port that is given counts', '/v2/quay/a/manifests/1', `${QUAY}/a/manifests/1`),
  ),
  at(
    'quay.mirror.example',
    refused('R6 without the port', '/v2/quay/a/manifests/1', 404, 'NAME_UNKNOWN'),
  ),
  at(
    'quay.mirror.example:5000',
    redirects(
      'the less specific host serves the remaining names',
      '/v2/docker/a/manifests/1',
      `${DOCKER}/a/manifests/1`,
    ),
  ),
  at(
    'other.example',
    refused('R6 a host that no registry serves', `/v2/pause/blobs/${SHA256}`, 404, 'NAME_UNKNOWN'),
  ),
  // rack/rack-test#9
  at(
    'eu.mirror.example:',
    redirects(
      'an empty port counts as none',
      '/v2/docker/a/manifests/1',
      `${DOCKER}/a/manifests/1`,
    ),
  ),
  at(
    'other.example',
    redirects(
      'an empty port in an absolute-form target counts as none',
      'http://EU.mirror.example.:/v2/docker/a/manifests/1',
      `${DOCKER}/a/manifests/1`,
    ),
  ),
  at('other.example', { name: 'R4 is for every host', target: '/v2/', status: 200 }),
  at('other.example', { name: 'R7 is for every host', target: '/readyz', status: 200 }),
  at(
    'other.example',
    refused('R6 the grammar goes before the host', '/v2/A/manifests/1', 400, 'NAME_INVALID'),
  ),
  at(
    'other.example',
    redirects(
      'the authority of an absolute-form target replaces the Host line',
      'http://eu.mirror.example/v2/docker/a/manifests/1',
      `${DOCKER}/a/manifests/1`,
    ),
  ),
  at(
    'registry.example',
    refused(
      'R6 an authority that no registry serves',
      'http://other.example/v2/docker/a/manifests/1',
      404,
      'NAME_UNKNOWN',
    ),
  ),
  {
    ...refused('R6 no host in HTTP/1.0', '/v2/pause/manifests/1', 404, 'NAME_UNKNOWN'),
    version: '1.0',
    noHost: true,
  },
];
