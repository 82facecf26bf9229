import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BUNDLE_FILES, modulesOf } from '../../apps/edge/build/write-bundle.ts';
import { ROOT } from '../../tools/source-files.ts';
import { run } from '../parts/command.ts';
import { runBundle, wranglerConfiguration } from '../parts/edge-worker.ts';
import { installLocked } from '../parts/locked-packages.ts';
import { rawRequest } from '../parts/raw-request.ts';

const LIMIT = { timeout: 120_000 };
const PRESET = join(ROOT, 'apps/archeio/presets/registry.k8s.io.yaml');
const BUILD = join(ROOT, 'apps/edge/build/build.ts');

/** Runs the build. */
async function build(...args: readonly string[]) {
  const { code, stdout, stderr } = await run(process.execPath, [BUILD, ...args]);
  return { code, output: stdout + stderr };
}

/** The goal of the bundle, in bytes, compressed; it was the limit of the platform's free plan. */
const LARGEST = 3_000_000;

/** What Node.js modules a Worker may import: the platform has them. */
const OF_THE_PLATFORM: ReadonlySet<string> = new Set(['node:crypto']);

describe('a bundle for the edge', LIMIT, () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-bundle-'));
  before(async () => {
    const { code, output } = await build('--config', PRESET, '--out', folder);
    assert.equal(code, 0, output);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('the preset serves under workerd', LIMIT, async () => {
    await using worker = await runBundle(folder);
    const head = 'HTTP/1.1\r\nHost: registry.k8s.io\r\n\r\n';
    const answer = await rawRequest(worker.port, `GET /v2/pause/manifests/3.9 ${head}`);
    assert.equal(answer.status, 307);
    assert.match(answer.headers.get('location') ?? '', /\/v2\/k8s-artifacts-prod\/images\/pause\//);
  });

  test('no schema, no YAML and no server is in it, only packages and its own code', LIMIT, () => {
    const modules = modulesOf(folder);
    assert.ok(modules.includes('packages/request-handler/src/request-handler.ts'));
    for (const each of modules)
      assert.ok(
        /^(?:packages\/[\w-]+\/src|apps\/edge\/src)\//.test(each) || OF_THE_PLATFORM.has(each),
        each,
      );
    for (const [name, part] of [
      ['configuration', 'packages/configuration/'],
      ['the mirror', 'packages/mirror'],
    ])
      assert.ok(!modules.some((each) => each.startsWith(part)), name);
    const imported = readFileSync(join(folder, 'archeio.js'), 'utf8').matchAll(
      /^import .* from "([^"]+)";$/gm,
    );
    assert.deepEqual([...new Set([...imported].map(([, name]) => name))], [...OF_THE_PLATFORM]);
  });

  test('it is within the limit of the platform', LIMIT, () => {
    const all = BUNDLE_FILES.map((name) => readFileSync(join(folder, name)));
    assert.ok(gzipSync(Buffer.concat(all)).length <= LARGEST);
  });

  test('the same configuration gives the same bytes', LIMIT, async () => {
    const again = `${folder}-again`;
    try {
      await build('--config', PRESET, '--out', again);
      for (const name of BUNDLE_FILES)
        assert.deepEqual(readFileSync(join(again, name)), readFileSync(join(folder, name)), name);
    } finally {
      rmSync(again, { recursive: true, force: true });
    }
  });

  test(
    'wrangler takes it: its configuration has no unknown key, and names every module',
    LIMIT,
    async () => {
      const { folder: packages } = await installLocked('edge');
      const file = join(folder, 'wrangler.json');
      writeFileSync(
        file,
        JSON.stringify({ ...wranglerConfiguration(), main: 'main.js', base_dir: '.' }),
      );
      const { code, stdout, stderr } = await run(
        process.execPath,
        [
          join(packages, 'node_modules/wrangler/bin/wrangler.js'),
          'deploy',
          '--dry-run',
          '--config',
          file,
        ],
        { WRANGLER_SEND_METRICS: 'false', CI: 'true', NO_COLOR: '1' },
      );
      const output = stdout + stderr;
      assert.equal(code, 0, output);
      assert.doesNotMatch(output, /WARNING|Unexpected fields/);
      for (const name of BUNDLE_FILES.filter((each) => each !== 'main.js'))
        assert.ok(output.includes(name), `${name}\n${output}`);
    },
  );

  test(
    'what cannot be on the edge is refused with its line, and nothing is written',
    LIMIT,
    async () => {
      const config = join(folder, 'bad.yaml');
      const out = join(folder, 'nothing');
      writeFileSync(
        config,
        [
          'version: 1',
          'pages: { info: https://i.example, privacy: https://p.example }',
          'registries:',
          '  - name: r',
          '    upstreams: [{ name: up, url: https://up.example }]',
          '    repositories: { from: catalog }',
          'stores:',
          '  - name: private',
          '    url: https://private.example',
          '    key: "{digest}"',
          '    default: true',
          '    presign: { region: us-east-1 }',
          '    public: true',
          'events: {}',
        ].join('\n'),
      );
      const { code, output } = await build('--config', config, '--out', out);
      assert.equal(code, 1);
      assert.match(output, /bad\.yaml:12:\d+: stores\[0\]\.presign: cannot sign redirects/);
      assert.match(output, /bad\.yaml:6:\d+: registries\[0\]\.repositories\.from: cannot fetch/);
      assert.match(output, /bad\.yaml:14:\d+: warning: events: ignored on the edge: /);
      assert.doesNotMatch(output, / at /);
      assert.ok(!existsSync(out));
    },
  );

  test('a wrong use exits with 2, a file that cannot be read with 1', LIMIT, async () => {
    for (const [code, args] of [
      [2, []],
      [2, ['--unknown']],
      [1, ['--config', join(folder, 'absent.yaml')]],
      [1, ['--config', PRESET, '--ranges', PRESET]],
      [0, ['--help']],
    ] as const) {
      const outcome = await build(...args);
      assert.equal(outcome.code, code, `${args.join(' ')}\n${outcome.output}`);
      assert.doesNotMatch(outcome.output, /^\s+at /m);
      if (code === 1) assert.match(outcome.output, /^cannot read /);
    }
  });
});
