import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { selfSignedCertificate } from '../../../backends/client/testing/certificate.ts';
import {
  closedPort,
  httpsStore,
  httpStore,
  rawStore,
} from '../../../backends/client/testing/fake-store.ts';
import { parseConfiguration } from '@archeio/configuration';
import { checkOnline } from './check-online.ts';
import type { OnlineFinding } from './finding.ts';

const ROOT = join(import.meta.dirname, '../../../../../..');
const CERTIFICATE = selfSignedCertificate();

/** A registry over TLS, one that requires a token, and stores that work, forbid access, never answer and are closed. */
async function scene() {
  await using parts = new AsyncDisposableStack();
  const registry = parts.use(await httpsStore(CERTIFICATE, (_, response) => response.end('{}')));
  const closedRegistry = parts.use(await httpStore((_, response) => response.writeHead(401).end()));
  const good = parts.use(await httpStore((_, response) => response.writeHead(404).end()));
  const forbidding = parts.use(
    await httpStore((_, response) => response.writeHead(403, { server: 'AmazonS3' }).end()),
  );
  const silent = parts.use(await rawStore(() => {}));
  const running = parts.move();
  const source = {
    version: 1,
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: [
      {
        name: 'r',
        hosts: ['*', 'images.example'],
        upstreams: [
          { name: 'open', url: registry.origin, path: 'a' },
          { name: 'closed', url: closedRegistry.origin, path: 'a' },
        ],
        signatures: { url: registry.origin, path: 'a' },
      },
    ],
    stores: [
      { name: 'good', url: good.origin },
      { name: 'forbidding', url: forbidding.origin },
      { name: 'silent', url: silent.origin },
      { name: 'refused', url: `http://127.0.0.1:${await closedPort()}`, checkUrl: good.origin },
      { name: 'off', url: 'https://s3.images.example', enabled: false },
    ].map((store) => ({ key: '{digest}', default: true, ...store })),
  };
  return { source, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

const EXPECTED = [
  'ok open: it answers 200 for /v2/',
  'error closed: requires a token: it answers 401 for /v2/a/archeio-online-check/tags/list',
  "ok r's signatures: it answers 200 for /v2/",
  'ok good: the store answers 404 for a missing key',
  'warning good: nothing proves that this store has any blob: it has no probe',
  'error forbidding: the store answers 403 for a missing key, as S3 does if the reader may not list the bucket',
  'error silent: cannot be reached: no answer within 2000 ms',
  'ok refused: the store answers 404 for a missing key',
  'warning refused: nothing proves that this store has any blob: it has no probe',
  'ok off: not checked: the store is disabled (enabled: false)',
];

const lineOf = ({ severity, backend, message }: OnlineFinding) =>
  `${severity} ${backend}: ${message}`;

test('checks every backend once and reports in the order of the configuration', async () => {
  await using parts = await scene();
  const findings = await Array.fromAsync(
    checkOnline(parseConfiguration(parts.source), {
      timeOfDay: () => Date.UTC(2026, 6, 24),
      timeout: 2000,
      ca: CERTIFICATE.cert,
    }),
  );
  assert.deepEqual(findings.map(lineOf), EXPECTED);
});

test('Bun finds the same', async () => {
  await using parts = await scene();
  const bun = join(ROOT, 'node_modules/.bin/bun');
  const program = join(import.meta.dirname, 'testing/print-findings.ts');
  const { stdout } = await promisify(execFile)(
    bun,
    [program, JSON.stringify(parts.source), CERTIFICATE.cert, String(Date.UTC(2098, 11, 20))],
    { timeout: 60_000 },
  );
  const findings = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as OnlineFinding);
  const [certificates, others] = [true, false].map((wanted) =>
    findings.map(lineOf).filter((line) => line.includes('certificate') === wanted),
  );
  assert.deepEqual(others, EXPECTED);
  assert.equal(certificates.length, 2);
  for (const line of certificates) assert.match(line, /expires on 2099-01-01, in 12 days$/);
});

test('reports a certificate near its expiry among other findings, for more backends than it asks at once', async () => {
  await using registry = await httpsStore(CERTIFICATE, (_, response) => response.end('{}'));
  const source = {
    version: 1,
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: [
      {
        name: 'r',
        upstreams: Array.from({ length: 20 }, (_, index) => ({
          name: `u${index}`,
          url: registry.origin,
        })),
      },
    ],
  };
  const findings = await Array.fromAsync(
    checkOnline(parseConfiguration(source), {
      timeOfDay: () => Date.UTC(2098, 11, 20),
      ca: CERTIFICATE.cert,
    }),
  );
  assert.deepEqual(
    findings.map(({ backend, severity }) => `${backend} ${severity}`),
    source.registries[0].upstreams.flatMap(({ name }) => [`${name} ok`, `${name} warning`]),
  );
});
