import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createHash } from 'node:crypto';
import type { ConfigurationSource } from '../../packages/configuration/src/configuration.ts';
import { ROOT } from '../../tools/source-files.ts';
import { type ArcheioProcess, startExecutable } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { mustClean } from '../parts/clean-command.ts';
import type { Outcome } from '../parts/command.ts';
import { startDockerRegistry } from '../parts/docker-registry.ts';
import { spawnLimited } from '../parts/limited-child.ts';
import { writeOciImage } from '../parts/oci-image.ts';
import { CHANGED, generatedEvents, SERVED } from '../compare/generated-events.ts';
import { writeMirrorConfiguration } from '../mirror/mirror-command.ts';
import { askFresh, childrenOf, kill, pidsOf, until } from '../processes/several-processes.ts';
import { withStore } from '../serving/configurations.ts';
import { buildExecutable } from './built.ts';

const TARGET = '/v2/pause/manifests/3.9';

describe('the executable, alone in an empty folder', { timeout: 240_000 }, () => {
  const parent = mkdtempSync(join(tmpdir(), 'archeio-executable-'));
  const alone = join(parent, 'alone');
  const configuration = join(parent, 'configuration.json');
  let executable: string;
  let demo: Promise<Outcome>;
  before(async () => {
    executable = await buildExecutable(parent);
    mkdirSync(alone);
    // Waits most of the time: in the background of the other tests.
    demo = run('demo', '--once', '--json');
  });
  after(() => rmSync(parent, { recursive: true }));

  function run(...args: readonly string[]): Promise<Outcome> {
    return runIn({}, ...args);
  }

  function runIn(env: Record<string, string>, ...args: readonly string[]): Promise<Outcome> {
    const child = spawnLimited(executable, args, {
      cwd: alone,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    return new Promise((resolve, reject) =>
      child
        .once('error', reject)
        .once('close', (code, signal) =>
          resolve({ code: code ?? -1, stdout, stderr: signal === null ? stderr : signal }),
        ),
    );
  }

  /** Long enough to be read by the thread, whose program is in the executable as well. */
  function configure(upstream: string, processes: number, lines = 300): void {
    const source: ConfigurationSource = withStore('http://127.0.0.1:9', {
      listen: { host: '127.0.0.1', port: 0, processes, admin: { port: 0 } },
      ranges: { refreshEvery: 'never' },
      registries: [{ name: 'images', upstreams: [{ name: 'upstream', url: upstream }] }],
      stop: { delay: '0ms', timeout: '5s' },
    });
    const comment = `# ${'long '.repeat(12)}\n`.repeat(lines);
    writeFileSync(configuration, `${comment}${JSON.stringify(source)}\n`);
  }

  async function isSentTo(archeio: ArcheioProcess, upstream: string): Promise<boolean> {
    const { status, location } = await askFresh(archeio.port, TARGET);
    return status === 307 && location === `${upstream}${TARGET}`;
  }

  for (const processes of [1, 2])
    test(`serve with listen.processes ${processes}: redirects, console, reload by SIGHUP, stop by SIGTERM`, async () => {
      configure('https://one.example', processes);
      await using archeio = await startExecutable(executable, configuration, alone);
      assert.ok(await isSentTo(archeio, 'https://one.example'));

      const started = archeio.log.find(({ event }) => event === 'started');
      assert.equal(started?.['pid'], archeio.pid);
      assert.equal(started?.['processes'], processes);
      const pids = await pidsOf(archeio);
      assert.deepEqual(
        new Set(processes === 1 ? [archeio.pid] : childrenOf(archeio.pid)),
        new Set(pids),
      );

      const admin = `http://127.0.0.1:${archeio.adminPort}`;
      const page = await fetch(`${admin}/`, { headers: { accept: 'text/html' } });
      const script = await fetch(`${admin}/console/lib/uplot.js`);
      assert.match(await page.text(), /<title>/);
      assert.match(await script.text(), /export default uPlot/);

      // Over 256 KiB the thread ends after each configuration; below, it stays.
      for (const [upstream, lines] of [
        ['https://two.example', 300],
        ['https://three.example', 6000],
        ['https://four.example', 300],
      ] as const) {
        configure(upstream, processes, lines);
        archeio.signal('SIGHUP');
        await until(`redirects to ${upstream}`, () => isSentTo(archeio, upstream));
      }

      archeio.signal('SIGTERM');
      assert.deepEqual(await archeio.ended, { code: 0, signal: null });
      assert.deepEqual(
        archeio.log.slice(-2).map(({ event }) => event),
        ['stopping', 'stopped'],
      );
    });

  test('a worker that is killed is replaced', async () => {
    configure('https://one.example', 2);
    await using archeio = await startExecutable(executable, configuration, alone);
    const [first = 0] = await pidsOf(archeio);
    kill(first, 'SIGKILL');
    await until('another worker', async () => {
      const pids = await pidsOf(archeio);
      return pids.length === 2 && !pids.includes(first);
    });
    assert.ok(await isSentTo(archeio, 'https://one.example'));
  });

  test('the server has the environment that the launcher sets, and keeps what the operator set', async () => {
    configure('https://one.example', 1);
    await using archeio = await startExecutable(executable, configuration, alone);
    const environment = readFileSync(`/proc/${archeio.pid}/environ`, 'utf8').split('\0');
    for (const variable of [
      'UV_THREADPOOL_SIZE=64',
      'BUN_CONFIG_MAX_HTTP_REQUESTS=65336',
      'BUN_JSC_heapGrowthMaxIncrease=0.03',
      'BUN_JSC_minEdenToOldGenerationRatio=0.02',
    ])
      assert.ok(environment.includes(variable), variable);
  });

  test('--version names revision and runtime; exit codes are those of the launcher', async () => {
    const { stdout } = await run('--version');
    assert.match(
      stdout,
      /^\d+\.\d+\.\d+ \(revision (?:[0-9a-f]{40,64}|unknown), bun \d+\.\d+\.\d+\)\n$/,
    );
    assert.equal((await run('--runtime', 'bun', '--version')).stdout, stdout);
    assert.match((await runIn({ ARCHEIO_REVISION: 'abc' }, '--version')).stdout, /revision abc/);
    assert.equal((await run('sevre')).code, 2);
    assert.deepEqual(await run('serve', '--runtime', 'node'), {
      code: 2,
      stdout: '',
      stderr: `archeio: cannot use runtime "node": this executable contains bun ${/bun (\S+)\)/.exec(stdout)?.[1]}; for node, start bin/archeio of a checkout\n`,
    });
    assert.equal((await run('serve', '--config', 'missing.yaml')).code, 2);
  });

  test('explain, config and ranges know the preset, the ranges and the schema', async () => {
    const { stdout } = await run('explain', '--no-check', '--ip', '35.180.1.1', TARGET);
    assert.match(stdout, /AWS eu-west-3, in 35\.180\.0\.0\/16/);
    assert.match(stdout, /decision {3}R9: 307/);
    assert.deepEqual(
      JSON.parse((await run('config', 'schema')).stdout),
      JSON.parse(readFileSync(join(ROOT, 'docs/reference/configuration.schema.json'), 'utf8')),
    );
    writeFileSync(join(parent, 'bad.yaml'), 'version: 1\nregistrys: []\n');
    const bad = await run('config', 'check', join(parent, 'bad.yaml'));
    assert.equal(bad.code, 1);
    assert.match(bad.stdout + bad.stderr, /bad\.yaml:2:1: registrys/);
    assert.match((await run('config', 'print')).stdout, /registry\.k8s\.io|k8s-artifacts-prod/);
    assert.match((await run('ranges', 'lookup', '35.180.1.1')).stdout, /AWS {2}eu-west-3/);
  });

  test('compare reads events and two configurations', async () => {
    const file = (name: string, text: string): string => {
      writeFileSync(join(parent, name), text);
      return join(parent, name);
    };
    const lines = [...generatedEvents(50)].map((event) => `${JSON.stringify(event)}\n`).join('');
    const [old, next] = [file('old.yaml', SERVED), file('new.yaml', CHANGED)];
    const events = file('events.ndjson', lines);
    const args = ['--old', old, '--new', next, '--events', events, '--json'];
    const { code, stdout, stderr } = await run('compare', ...args);
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).lines.events, 50);
  });

  test('files in the folder where it is started do not change what it does', async () => {
    writeFileSync(join(alone, '.env'), 'ARCHEIO_REVISION=stolen\nLOG_LEVEL=nonsense\n');
    writeFileSync(join(alone, 'bunfig.toml'), 'preload = ["./preloaded.ts"]\n');
    writeFileSync(join(alone, 'preloaded.ts'), 'console.log("preloaded");\n');
    try {
      const { code, stdout } = await run('--version');
      assert.equal(code, 0);
      assert.doesNotMatch(stdout, /stolen|preloaded/);
    } finally {
      for (const name of ['.env', 'bunfig.toml', 'preloaded.ts']) rmSync(join(alone, name));
    }
  });

  test('it has no path of the machine that built it, and a second build is the same file', async () => {
    const bytes = readFileSync(executable);
    assert.ok(!bytes.includes(ROOT), `it contains ${ROOT}`);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const again = readFileSync(await buildExecutable(parent));
    assert.equal(createHash('sha256').update(again).digest('hex'), digest);
  });

  test(
    'mirror sync copies a registry to a directory',
    { skip: unavailable(['docker-registry', 'skopeo']) },
    async () => {
      await using registry = await startDockerRegistry(join(parent, 'registry'));
      const image = writeOciImage(join(parent, 'layout'), '3.9');
      const to = `docker://${registry.host}/images/pause:3.9`;
      await mustClean(
        ['skopeo', 'copy', '--all', '--dest-tls-verify=false', `oci:${image.layout}:3.9`, to],
        { folder: parent },
      );
      const path = join(parent, 'mirrored');
      const file = writeMirrorConfiguration(parent, {
        source: {
          url: registry.url,
          path: 'images',
          repositories: { from: 'catalog' },
          tags: { include: ['*'] },
        },
        destinations: [{ name: 'place', type: 'directory', path }],
        limits: { requestsPerSecond: 0 },
      });
      const { code, stderr } = await run('mirror', 'sync', '--config', file);
      assert.equal(code, 0, stderr);
      for (const { digest } of image.blobs) {
        const hash = createHash('sha256').update(
          readFileSync(join(path, 'containers/images', digest)),
        );
        assert.equal(`sha256:${hash.digest('hex')}`, digest);
      }
    },
  );

  test('demo --once: pulls succeed while a store fails', async () => {
    const { code, stdout, stderr } = await demo;
    assert.equal(code, 0, stderr);
    assert.ok(JSON.parse(stdout));
  });
});
