import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSignedCertificate } from '../../apps/archeio/src/backends/client/testing/certificate.ts';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { type ArcheioProcess, RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { logged, until } from '../parts/log-waits.ts';
import { rawRequest } from '../parts/raw-request.ts';
import { goProgram, playConnections, playReference } from './played-reference.ts';

const HOST = 'registry.example';
const HEX = '0123456789abcdef'.repeat(4);
const BLOB = `/v2/pause/blobs/sha256:${HEX}`;
const MANIFEST = '/v2/pause/manifests/3.9';
const UPSTREAM = 'https://up.example';
const BUCKET = 'https://bucket.example';
/** Clients of the bucket, and others. */
const [OFFICE, HOME] = ['192.0.2.7', '198.51.100.7'];

type ShadowSource = NonNullable<ConfigurationSource['shadow']>;

/** A configuration that answers without asking a store. */
const SOURCE: ConfigurationSource = {
  version: 1,
  listen: { host: '127.0.0.1', port: 0 },
  clientAddress: { topology: 'hops', hops: 1 },
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  networks: { office: ['192.0.2.0/24'] },
  registries: [{ name: 'one', upstreams: [{ name: 'up', url: UPSTREAM, path: 'images' }] }],
  stores: [
    {
      name: 'bucket',
      url: BUCKET,
      key: 'containers/images/{digest}',
      near: [{ cloud: 'office' }],
      check: 'none',
    },
  ],
  // Nothing exists: no canary may fail while the test runs.
  health: { every: '1h', failures: 1000 },
  stop: { delay: '0s', timeout: '5s' },
};

const comparing = (url: string, more: Partial<ShadowSource> = {}): ConfigurationSource => ({
  ...SOURCE,
  shadow: { url, sample: 1, addressHeader: 'X-Forwarded-For', ...more },
});

function pull(
  { port }: ArcheioProcess,
  target: string,
  { address = OFFICE, method = 'GET', more = '' } = {},
) {
  const lines = [`Host: ${HOST}`, `X-Forwarded-For: ${address}`, ...(more === '' ? [] : [more])];
  return rawRequest(port, `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
}

/** The outcomes that a server has counted. */
async function outcomes({ adminPort }: ArcheioProcess): Promise<Record<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  return Object.fromEntries(
    [...text.matchAll(/^archeio_shadow_total\{outcome="([^"]+)"\} (\d+)$/gm)]
      .map(([, outcome, count]) => [outcome, Number(count)] as const)
      .filter(([, count]) => count > 0),
  );
}

async function untilOutcomes(server: ArcheioProcess, expected: Record<string, number>) {
  let seen: Record<string, number> = {};
  const total = (counts: Record<string, number>) =>
    Object.values(counts).reduce((a, b) => a + b, 0);
  await until(`outcomes ${JSON.stringify(expected)}`, async () => {
    seen = await outcomes(server);
    return total(seen) >= total(expected);
  }).catch((error: unknown) => assert.fail(`${String(error)}: ${JSON.stringify(seen)}`));
  assert.deepEqual(seen, expected);
}

for (const runtime of RUNTIMES) {
  describe(`shadow on ${runtime}`, { timeout: 240_000 }, () => {
    test('two servers with one configuration agree, and do not shadow the shadow', async () => {
      await using production = await startWith(runtime, {
        ...comparing('http://127.0.0.1:9'),
        explain: { header: { from: ['0.0.0.0/0'] } },
      });
      await using staging = await startWith(
        runtime,
        comparing(`http://127.0.0.1:${production.port}`),
      );
      for (const [target, address] of [
        ['/', OFFICE],
        ['/v2/', OFFICE],
        ['/v2/_catalog', OFFICE],
        [`${MANIFEST}?n=1`, HOME],
        [BLOB, OFFICE],
        [BLOB, HOME],
        ['/v2/../x', HOME],
      ])
        await pull(staging, target, { address });
      await pull(staging, '/readyz');
      await untilOutcomes(staging, { same: 7 });
      assert.deepEqual(await outcomes(production), {});
      assert.deepEqual(
        staging.log.filter(({ event }) => event.startsWith('shadow')),
        [],
      );
    });

    test('two servers with different configurations differ, and the log says how', async () => {
      const { stores: [store] = [], shadow: _, ...others } = comparing('http://127.0.0.1:9');
      await using production = await startWith(runtime, {
        ...others,
        explain: { header: { from: ['192.0.2.0/24'] } },
        stores: [{ ...store, key: 'blobs/{digest}' }],
      });
      await using staging = await startWith(
        runtime,
        comparing(`http://127.0.0.1:${production.port}`),
      );
      await pull(staging, `${BLOB}?X-Amz-Signature=secret`);
      const line = await logged(staging, 'shadow-difference');
      assert.deepEqual(
        [line['outcome'], line['host'], line['path'], line['here'], line['reference']],
        [
          'key',
          HOST,
          BLOB,
          { status: 307, rule: 'R11', backend: 'bucket', reason: 'first-healthy-store' },
          { status: 307, rule: 'R11', target: 'bucket' },
        ],
      );
      assert.doesNotMatch(JSON.stringify(staging.log), /secret|192\.0\.2\.7/);
      await untilOutcomes(staging, { key: 1 });

      // Without an address, the reference decides by that of the server.
      staging.configure(
        comparing(`http://127.0.0.1:${production.port}`, { addressHeader: undefined }),
      );
      await logged(staging, 'configuration-loaded');
      await pull(staging, BLOB);
      await untilOutcomes(staging, { key: 1, backend: 1 });
    });

    test('the Go program: the header that it reads, and only that', async () => {
      await using reference = await playReference(goProgram(UPSTREAM, BUCKET, OFFICE));
      await using staging = await startWith(
        runtime,
        comparing(reference.url, { addressFormat: 'google-load-balancer' }),
      );
      const secrets = [
        'Authorization: Bearer secret',
        'Cookie: session=secret',
        'Proxy-Authorization: secret',
        'X-Amz-Security-Token: secret',
        'Referer: https://secret.example',
        'User-Agent: secret',
      ].join('\r\n');
      for (const [target, address, method] of [
        [BLOB, OFFICE, 'HEAD'],
        [BLOB, HOME, 'GET'],
        [`${MANIFEST}?token=secret`, HOME, 'GET'],
        ['/v2/', HOME, 'GET'],
        ['/v2/_catalog', HOME, 'GET'],
      ])
        await pull(staging, target, { address, method, more: secrets });
      await pull(staging, '/v2/pause/blobs/uploads/', { method: 'POST', more: secrets });
      await pull(staging, MANIFEST, { more: 'Archeio-Shadow: 1' });
      await pull(staging, MANIFEST, { address: 'unknown' });
      await untilOutcomes(staging, { same: 5, 'no-address': 1 });
      assert.equal(reference.got.length, 5);
      for (const { text, headers } of reference.got) {
        assert.doesNotMatch(text, /secret/i);
        assert.deepEqual(Object.keys(headers).toSorted(), [
          'accept',
          'accept-encoding',
          'archeio-explain',
          'archeio-shadow',
          'connection',
          'host',
          'user-agent',
          ...(headers['x-forwarded-for'] === undefined ? [] : ['x-forwarded-for']),
        ]);
        assert.equal(headers.host, HOST);
      }
      // They are asked side by side, so they may arrive in another order.
      assert.deepEqual(
        new Set(
          reference.got.map(
            ({ method, url, headers }) => `${method} ${url} ${String(headers['x-forwarded-for'])}`,
          ),
        ),
        new Set([
          `HEAD ${BLOB} ${OFFICE}, 127.0.0.1`,
          `GET ${BLOB} ${HOME}, 127.0.0.1`,
          `GET ${MANIFEST} ${HOME}, 127.0.0.1`,
          'GET /v2/ undefined',
          'GET /v2/_catalog undefined',
        ]),
      );
    });

    test('certificates are verified for the URL, and no proxy for http is used', async () => {
      const certificate = selfSignedCertificate();
      const folder = mkdtempSync(join(tmpdir(), 'archeio-shadow-'));
      try {
        const file = join(folder, 'authority.pem');
        writeFileSync(file, certificate.cert);
        const answer = goProgram(UPSTREAM, BUCKET, OFFICE);
        await using secure = await playReference(answer, certificate);
        await using other = await playReference(answer, selfSignedCertificate());
        await using plain = await playReference(answer);
        const nowhere = 'http://127.0.0.1:9';
        await using staging = await startWith(runtime, comparing(secure.url), undefined, {
          NODE_EXTRA_CA_CERTS: file,
          HTTP_PROXY: nowhere,
          http_proxy: nowhere,
        });
        await pull(staging, BLOB);
        await untilOutcomes(staging, { same: 1 });
        assert.equal(secure.got[0]?.headers.host, HOST);

        staging.configure(comparing(plain.url));
        const first = staging.log.length;
        await logged(staging, 'configuration-loaded');
        await pull(staging, BLOB);
        await untilOutcomes(staging, { same: 2 });

        staging.configure(comparing(other.url));
        await logged(staging, 'configuration-loaded', first + 1);
        await pull(staging, BLOB);
        await untilOutcomes(staging, { same: 2, error: 1 });
        assert.match(
          String((await logged(staging, 'shadow-not-compared'))['problem']),
          /certificate is self-signed/,
        );
        assert.deepEqual(other.got, []);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    test('a reference that hangs, resets, answers garbage or is gone costs no answer', async () => {
      await using hanging = await playConnections(() => undefined);
      await using resetting = await playConnections((socket) => {
        socket.once('data', () => socket.resetAndDestroy());
      });
      await using garbage = await playConnections((socket) => {
        socket.once('data', () => socket.end('\u0000\r\n'.repeat(1000)));
      });
      await using staging = await startWith(runtime, comparing(hanging.url, { timeout: '168h' }));
      const expected = `${BUCKET}/containers/images/sha256:${HEX}`;
      const pulls = 400;
      for (let at = 0; at < pulls; at++)
        assert.equal((await pull(staging, BLOB)).headers.get('location'), expected);
      // 8 under way and 128 waiting are all that it keeps.
      await untilOutcomes(staging, { dropped: pulls - 136 });

      const counts: Record<string, number> = { dropped: pulls - 136 };
      for (const [at, url] of [resetting.url, garbage.url, 'http://127.0.0.1:9'].entries()) {
        const from = staging.log.length;
        staging.configure(comparing(url));
        await logged(staging, 'configuration-loaded', from);
        assert.equal((await pull(staging, BLOB)).headers.get('location'), expected);
        counts['error'] = at + 1;
        await untilOutcomes(staging, counts);
      }
      // The first one that hangs forever does not keep the server from ending.
      staging.signal('SIGTERM');
      assert.deepEqual(await staging.ended, { code: 0, signal: null });
    });
  });
}
