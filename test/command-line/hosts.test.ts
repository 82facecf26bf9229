import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../tools/source-files.ts';
import { run } from '../parts/command.ts';
import { startConfigurationServer } from '../reload/configuration-server.ts';

const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');
const FOLDER = mkdtempSync(join(tmpdir(), 'archeio-hosts-'));
after(() => rmSync(FOLDER, { recursive: true }));

const FILE = join(FOLDER, 'images.yaml');
writeFileSync(
  FILE,
  `version: 1
clientAddress: { topology: remote }
pages: { info: 'https://example.com/info', privacy: 'https://example.com/privacy' }
ranges: { refreshEvery: never }
registries:
  - name: images
    upstreams: [{ name: up, url: 'https://up.example' }]
mirror:
  source: { url: 'https://up.example', repositories: { from: catalog } }
  destinations: [{ name: copy, type: s3, bucket: copies, region: eu-west-3 }]
`,
);

function hosts(args: readonly string[], environment: Record<string, string> = {}) {
  return run(LAUNCHER, ['hosts', ...args], environment);
}

test('hosts prints who connects where, and why', async () => {
  assert.deepEqual(await hosts(['--config', FILE]), {
    code: 0,
    stderr: '',
    stdout: `Clients are redirected to:
  example.com                        pages
  up.example                         manifests, blobs

archeio serve connects to:
  up.example                         health checks

archeio mirror connects to:
  copies.s3.eu-west-3.amazonaws.com  destination
  up.example                         source
`,
  });
});

test('hosts --for prints the hosts of one party, one per line', async () => {
  for (const [party, expected] of [
    ['clients', 'example.com\nup.example\n'],
    ['server', 'up.example\n'],
    ['mirror', 'copies.s3.eu-west-3.amazonaws.com\nup.example\n'],
  ])
    assert.deepEqual(await hosts(['--for', party, '--config', FILE]), {
      code: 0,
      stdout: expected,
      stderr: '',
    });
  const refused = await hosts(['--for', 'nodes']);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^archeio: option "--for <who>" argument "nodes" is invalid: /);
});

test('hosts knows the variables of the environment', async () => {
  const { stdout } = await hosts(['--json', '--config', FILE], {
    UPSTREAM_REGISTRY_ENDPOINT: 'https://other.example',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces.example:4318/v1/traces',
  });
  const { hosts: found } = JSON.parse(stdout);
  assert.deepEqual(
    found.map(({ host, port }: { host: string; port: number }) => `${host}:${port}`),
    [
      'copies.s3.eu-west-3.amazonaws.com:443',
      'example.com:443',
      'localhost:4318',
      'other.example:443',
      'traces.example:4318',
      'up.example:443',
    ],
  );
  assert.deepEqual(found[2].uses, [
    { for: 'server', key: 'OTEL_EXPORTER_OTLP_ENDPOINT', purpose: 'metrics' },
  ]);
});

test('hosts names the server that the configuration comes from', async () => {
  await using server = await startConfigurationServer(readFileSync(FILE, 'utf8'));
  const { stdout } = await hosts(['--config', server.url], {
    ARCHEIO_CONFIG_DIRECTORY: join(FOLDER, 'kept'),
  });
  assert.match(stdout, new RegExp(`\\n {2}127\\.0\\.0\\.1:${server.port} +configuration\\n`));
});

test('hosts reports the problems of a configuration', async () => {
  const broken = join(FOLDER, 'broken.yaml');
  writeFileSync(broken, 'version: 2\n');
  const { code, stdout, stderr } = await hosts(['--config', broken]);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /broken\.yaml:1:1: version: /);
});
