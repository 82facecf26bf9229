import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { spawnLimited } from '../parts/limited-child.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { type Outcome, run } from '../parts/command.ts';
import { listenOnLoopback } from '../parts/ports.ts';
import { ROOT } from '../../tools/source-files.ts';
import { isOneClearLine } from './one-clear-line.ts';
import { sample } from './sample.ts';

const LAUNCHER = join(ROOT, 'apps/archeio/bin/archeio');
const BLOB = `/v2/pause/blobs/sha256:${'ab'.repeat(32)}`;

for (const runtime of RUNTIMES) {
  const archeio = (
    args: readonly string[],
    environment: Record<string, string> = {},
  ): Promise<Outcome> => run(LAUNCHER, [...args, '--runtime', runtime], environment);

  describe(`the command line: ${runtime}`, () => {
    test('--help everywhere', async () => {
      for (const command of sample(runtime, [
        [],
        ['serve'],
        ['explain'],
        ['ranges'],
        ['ranges', 'lookup'],
        ['ranges', 'status'],
        ['ranges', 'update'],
        ['config'],
        ['config', 'check'],
        ['config', 'print'],
        ['config', 'schema'],
      ])) {
        const { code, stdout, stderr } = await archeio([...command, '--help']);
        assert.deepEqual([code, stderr], [0, ''], command.join(' '));
        assert.match(stdout, /^Usage: archeio/);
      }
      assert.match(
        (await archeio(['--version'])).stdout,
        /^\d+\.\d+\.\d+ \(revision (?:[0-9a-f]{40,64}|unknown), (?:bun|node) \d+\.\d+\.\d+\)\n$/,
      );
    });

    test('wrong usage is reported, with exit code 2', async () => {
      for (const args of sample(runtime, [
        ['sevre'],
        ['serve', '--prot', '1'],
        ['serve', '--port', 'x'],
        ['explain'],
        ['explain', '/v2/'],
        ['ranges', 'lookup'],
        ['ranges', 'look'],
        ['serve', 'extra'],
      ])) {
        const { code, stdout, stderr } = await archeio(args);
        assert.equal(code, 2, args.join(' '));
        assert.equal(stdout, '');
        const command = args.slice(0, args[0] === 'ranges' && args[1] === 'lookup' ? 2 : 1);
        const known = ['serve', 'explain', 'ranges'].includes(command[0]) ? command : [];
        const help = ['archeio', ...known, '--help'].join(' ');
        assert.match(stderr, /^archeio: [^\n]+\n$/);
        assert.ok(stderr.endsWith(` (see "${help}")\n`), stderr);
      }
      for (const args of sample(runtime, [
        ['explain', '/v2/', '--ip', 'x'],
        ['explain', 'v2', '--ip', '1.1.1.1'],
        ['explain', '/v2/', '--ip', '1.1.1.1', '--method', ''],
        ['explain', '/v2/', '--ip', '1.1.1.1', '--method', 'A B'],
        ['ranges', 'lookup', '1.1.1'],
        ['ranges', 'lookup', 'fe80::1%eth0'],
        ['ranges', 'lookup', '-', '-'],
        ['ranges', 'update', '--only', 'AWS,Mars'],
      ])) {
        const outcome = await archeio(args);
        assert.equal(outcome.code, 2, args.join(' '));
        isOneClearLine(outcome);
      }
    });

    test('a wrong environment value ends the start with one clear line', async () => {
      for (const [variable, value] of sample(runtime, [
        ['PORT', 'http'],
        ['ADMIN_PORT', '70000'],
        ['UPSTREAM_REGISTRY_ENDPOINT', 'registry.example'],
        ['UPSTREAM_REGISTRY_PATH', 'Not/A/Name'],
        ['SIGNATURE_UPSTREAM_ENDPOINT', 'ftp://registry.example'],
        ['DEFAULT_AWS_BASE_URL', 'https://user:secret@cdn.example'],
        ['LOG_LEVEL', 'loud'],
        ['ARCHEIO_CONFIG', '/etc/archeio.yaml'],
      ] as const)) {
        const outcome = await archeio(['serve'], { [variable]: value });
        assert.equal(outcome.code, 2, variable);
        isOneClearLine(outcome);
        assert.ok(outcome.stderr.startsWith(`archeio: ${variable}: `), outcome.stderr);
        assert.ok(!outcome.stderr.includes('secret'));
      }
    });

    test('a port in use ends the start with one clear line', async () => {
      const server = createServer();
      const port = await listenOnLoopback(server);
      // Only loopback is in use, but the wildcard address conflicts with it.
      const outcome = await archeio(['serve'], { PORT: String(port), ADMIN_PORT: '0' });
      server.close();
      assert.equal(outcome.code, 1);
      isOneClearLine(outcome);
      assert.match(
        outcome.stderr,
        /: the port is already in use; choose another with PORT or --port\n$/,
      );
    });

    test('the server continues if the reader of its log goes away', async () => {
      const child = spawnLimited(LAUNCHER, ['serve', '--runtime', runtime, '--port', '0'], {
        env: { ...process.env, ADMIN_PORT: '0', DEFAULT_AWS_BASE_URL: 'http://127.0.0.1:9' },
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const started = await new Promise<string>((resolve, reject) => {
        child.stdout.once('data', (chunk) => resolve(String(chunk)));
        child.once('exit', (code) =>
          reject(new Error(`serve ended with ${code} before it started`)),
        );
      });
      const { port } = JSON.parse(started);
      child.stdout.destroy();
      for (let at = 0; at < 12; at++) {
        const path = `/v2/pause/blobs/sha256:${String(at).padStart(64, '0')}`;
        assert.equal(
          (await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' })).status,
          307,
        );
      }
      child.kill('SIGTERM');
      assert.equal((await fetch(`http://127.0.0.1:${port}/livez`)).status, 200);
      child.kill('SIGTERM');
      assert.equal(await ended, 0);
    });

    test('explain lists the served hosts if the host is not one of them', async () => {
      const { code, stdout } = await archeio([
        'explain',
        '/v2/docker/a/manifests/1',
        '--ip',
        '1.2.3.4',
        '--config',
        join(ROOT, 'apps/archeio/examples/aliases.yaml'),
        '--host',
        'localhost:8080',
      ]);
      assert.equal(code, 0);
      assert.match(stdout, /^hosts +registry\.example\.com.* \(--host chooses one\)$/m);
      assert.match(stdout, /no registry is served on host "localhost:8080"$/m);
    });

    test('explain: text and JSON', async () => {
      const text = await archeio(['explain', BLOB, '--ip', '35.220.26.1']);
      assert.equal(text.code, 0);
      assert.match(text.stdout, /decision +R10: 307/);
      const json = await archeio([
        'explain',
        BLOB,
        '--ip',
        '35.180.1.1',
        '--no-check',
        '--json',
        '--method',
        'head',
      ]);
      const { request, client, candidates, decision } = JSON.parse(json.stdout);
      assert.deepEqual(request, {
        method: 'HEAD',
        path: BLOB,
        kind: 'blob',
        registry: 'k8s',
        name: 'pause',
        reference: BLOB.slice(16),
      });
      assert.deepEqual([client.cloud, client.region], ['AWS', 'eu-west-3']);
      assert.deepEqual(
        candidates.slice(0, 3).map(({ name }: { name: string }) => name),
        ['aws-eu-west-3', 'cdn', 'ar-us-central1'],
      );
      for (const { name, excluded } of candidates.slice(3))
        assert.equal(excluded, 'not near this client', name);
      assert.deepEqual(
        [decision.rule, decision.reasonCode, decision.reason],
        ['R12', 'no-store-asked', 'no store was asked, and none is known to have it'],
      );
      for (const [args, words] of sample(runtime, [
        [['/v2/a/tags/list'], 'the tags of a'],
        [['/x'], 'a path outside the registry API, which begins at /v2/'],
        [['/v2/', '--method', 'post'], 'an unsupported method: only GET and HEAD are supported'],
      ] as const)) {
        const { stdout } = await archeio(['explain', ...args, '--ip', '35.220.26.1']);
        assert.equal(stdout.split('\n')[1].trim(), words);
      }
    });

    test('ranges lookup: text, JSON and standard input', async () => {
      const text = await archeio([
        'ranges',
        'lookup',
        '35.180.1.1',
        '192.0.2.1',
        '::ffff:35.220.26.1',
      ]);
      assert.match(
        text.stdout,
        /^35\.180\.1\.1  AWS  eu-west-3  \S+\n192\.0\.2\.1  unknown\n35\.220\.26\.1  GCP  \S+  \S+\n$/,
      );
      const json = await archeio(['ranges', 'lookup', '--json', '192.0.2.1', '35.180.1.1']);
      const lines = json.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual(lines[0], { address: '192.0.2.1', cloud: null, region: null, prefix: null });
      assert.deepEqual(Object.keys(lines[1]), ['address', 'cloud', 'region', 'prefix']);

      const child = spawnLimited(LAUNCHER, [
        'ranges',
        'lookup',
        '--json',
        '-',
        '--runtime',
        runtime,
      ]);
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk) => (stdout += String(chunk)));
      child.stderr.on('data', (chunk) => (stderr += String(chunk)));
      child.stdin.end('35.180.1.1\n\nnonsense\r\n35.220.26.1');
      const code = await new Promise((resolve) => child.once('close', resolve));
      assert.equal(code, 1);
      assert.deepEqual(
        stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).cloud),
        ['AWS', undefined, 'GCP'],
      );
      assert.match(stderr, /standard input, line 3: cannot read address/);
    });

    test('ranges status: the source of the ranges', async () => {
      const { code, stdout } = await archeio(['ranges', 'status', '--json']);
      assert.equal(code, 0);
      const { sources } = JSON.parse(stdout);
      assert.deepEqual(sources.map(({ cloud }: { cloud: string }) => cloud).toSorted(), [
        'AWS',
        'Azure',
        'GCP',
      ]);
      assert.match((await archeio(['ranges', 'status'])).stdout, /AWS +\d+ IPv4/);
    });
  });
}
