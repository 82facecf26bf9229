import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAddr } from '@archeio/netip';
import { parse } from 'yaml';
import type { ConfigurationSource } from '@archeio/configuration';
import { loadConfiguration } from '../configuration/load-configuration.ts';
import { type Explanation, explainRequest } from '@archeio/request-handler';
import { shippedRanges } from '../configuration/shipped.ts';
import { assembled, blob, digest, PRESENT } from '../worker/testing/assembled.ts';

const FOLDER = join(import.meta.dirname, '../../examples');
const PRESET = join(import.meta.dirname, '../../presets/registry.k8s.io.yaml');

const FRANKFURT = '3.120.1.1';
const VIRGINIA = '3.80.1.1';
const BELGIUM = '34.76.1.1';
const NETHERLANDS_AZURE = '13.69.1.1';
const HOME = '203.0.113.7';
const TAG = '/v2/tools/git/manifests/1.0';
const BLOB = `/v2/tools/git/blobs/${digest(1)}`;

type Row = readonly [path: string, address: string, rule: string, location: string, host?: string];

/** For each example: a request and its client, the rule that decides, and the target of the redirect. */
const ROWS: Readonly<Record<string, readonly Row[]>> = {
  'bare-redirect.yaml': [
    [
      TAG,
      HOME,
      'R9',
      'https://us-docker.pkg.dev/v2/example-project/images/tools/git/manifests/1.0',
    ],
    [
      BLOB,
      FRANKFURT,
      'R12',
      `https://us-docker.pkg.dev/v2/example-project/images/tools/git/blobs/${digest(1)}`,
    ],
    [TAG, HOME, 'R6', '', 'elsewhere.example'],
  ],
  'aws-only.yaml': [
    [
      BLOB,
      FRANKFURT,
      'R11',
      `https://example-images-eu-central-1.s3.dualstack.eu-central-1.amazonaws.com/blobs/sha256/${digest(1).slice(7)}`,
    ],
    [
      BLOB,
      VIRGINIA,
      'R11',
      `https://example-images-us-east-1.s3.dualstack.us-east-1.amazonaws.com/blobs/sha256/${digest(1).slice(7)}`,
    ],
    [
      BLOB,
      HOME,
      'R12',
      `https://us-docker.pkg.dev/v2/example-project/images/tools/git/blobs/${digest(1)}`,
    ],
  ],
  'aliases.yaml': [
    [
      '/v2/quay/prometheus/node/manifests/v1',
      HOME,
      'R9',
      'https://quay.example.net/v2/prometheus/node/manifests/v1',
    ],
    [
      '/v2/team/app/manifests/v1',
      HOME,
      'R9',
      'https://us-docker.pkg.dev/v2/example-project/team/app/manifests/v1',
    ],
    [
      '/v2/app/manifests/v1',
      HOME,
      'R9',
      'https://charts.example.net/v2/helm/app/manifests/v1',
      'charts.example.com',
    ],
    ['/v2/other/app/manifests/v1', HOME, 'R6', ''],
  ],
  'list-prices.yaml': [
    [
      BLOB,
      FRANKFURT,
      'R11',
      `https://example-images.s3.dualstack.us-east-1.amazonaws.com/blobs/sha256/00/${digest(1).slice(7)}`,
    ],
    [BLOB, HOME, 'R11', `https://blobs.example.com/blobs/sha256/00/${digest(1).slice(7)}`],
  ],
  'multi-cloud.yaml': [
    [
      BLOB,
      FRANKFURT,
      'R11',
      `https://example-images.s3.dualstack.us-east-1.amazonaws.com/blobs/sha256/00/${digest(1).slice(7)}`,
    ],
    [
      BLOB,
      BELGIUM,
      'R11',
      `https://storage.googleapis.com/example-images/blobs/sha256/00/${digest(1).slice(7)}`,
    ],
    [
      BLOB,
      NETHERLANDS_AZURE,
      'R11',
      `https://exampleimages.blob.core.windows.net/blobs/sha256/00/${digest(1).slice(7)}`,
    ],
    [BLOB, HOME, 'R11', `https://blobs.example.com/blobs/sha256/00/${digest(1).slice(7)}`],
    [
      TAG,
      BELGIUM,
      'R9',
      'https://europe-docker.pkg.dev/v2/example-project/images/tools/git/manifests/1.0',
    ],
    [
      TAG,
      HOME,
      'R9',
      'https://us-docker.pkg.dev/v2/example-project/images/tools/git/manifests/1.0',
    ],
  ],
  'private-mirror.yaml': [
    [
      BLOB,
      '10.20.3.4',
      'R11',
      `http://mirror.datacentre.example:8081/docker/registry/v2/blobs/sha256/00/${digest(1).slice(7)}/data`,
    ],
    [
      BLOB,
      '2001:db8:20::1',
      'R11',
      `http://mirror.datacentre.example:8081/docker/registry/v2/blobs/sha256/00/${digest(1).slice(7)}/data`,
    ],
    [
      BLOB,
      '10.90.3.4',
      'R10',
      `https://upstream.example.net/v2/library/tools/git/blobs/${digest(1)}`,
    ],
    [BLOB, HOME, 'R12', `https://upstream.example.net/v2/library/tools/git/blobs/${digest(1)}`],
  ],
};

/** The decision if every store that can be asked has the blob. */
function explainer(
  source: ConfigurationSource,
): (...row: readonly string[]) => Promise<Explanation> {
  const parts = assembled(source);
  for (const { checkUrl } of parts.policy.stores) parts.checker.answers.set(checkUrl, PRESENT);
  return (path, address, host) =>
    explainRequest(parts, { method: 'GET', path, host, address: parseAddr(address) }, true);
}

describe('decisions of the examples', () => {
  test('there are at least two decisions for each example', () => {
    assert.deepEqual(Object.keys(ROWS).toSorted(), readdirSync(FOLDER).toSorted());
    for (const rows of Object.values(ROWS)) assert.ok(rows.length >= 2);
  });

  for (const [name, rows] of Object.entries(ROWS)) {
    const source: ConfigurationSource = parse(readFileSync(join(FOLDER, name), 'utf8'));
    const explain = explainer(source);
    for (const [path, address, rule, location, host = 'registry.example.com'] of rows) {
      test(`${name}: ${path.slice(0, 40)} from ${address} at ${host}`, async () => {
        const { decision } = await explain(path, address, host);
        assert.deepEqual([decision.rule, decision.location ?? ''], [rule, location]);
      });
    }
  }
});

test('the preset as a file gives the same answers as the built-in one', async () => {
  const { places } = shippedRanges();
  const builtIn = await loadConfiguration({}, {}, () => places);
  const file = await loadConfiguration({}, { config: PRESET }, () => places);
  assert.equal(builtIn.location.kind, 'preset');
  assert.equal(file.location.kind, 'file');
  assert.deepEqual(file.configuration, builtIn.configuration);
  const explainers = [builtIn, file].map(({ source }) => explainer(source as ConfigurationSource));
  const seen = new Set<string | null>();
  for (const path of [
    '/',
    '/privacy',
    '/v2/',
    '/v2/_catalog',
    '/v2/pause/manifests/3.9',
    `/v2/pause/manifests/${digest(1).replace(':', '-')}.sig`,
    `/v2/pause/referrers/${digest(1)}`,
    '/v2/Pause/tags/list',
    blob(1),
    `/v2/pause/blobs/sha512:${'0'.repeat(128)}`,
  ]) {
    for (const address of [FRANKFURT, VIRGINIA, BELGIUM, NETHERLANDS_AZURE, HOME, '2001:db8::1']) {
      const [one, other] = await Promise.all(
        explainers.map((explain) => explain(path, address, 'registry.k8s.io')),
      );
      assert.deepEqual(other, one);
      seen.add(one.decision.location);
    }
  }
  // Pages, upstream, CDN and the buckets of two regions: otherwise nothing was compared.
  assert.ok(seen.size > 8, String(seen.size));
});
