import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnLimited } from '../parts/limited-child.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { until } from '../parts/log-waits.ts';
import { runClean } from '../parts/clean-command.ts';
import { cleanEnvironment } from '../parts/part-process.ts';
import { digestOf, FakeRegistry } from './fake-registry.ts';
import { FakeS3 } from './fake-s3.ts';
import { LAUNCHER, runMirror, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';
import { MIB } from './pushed-images.ts';
import { RunningSync } from './running-sync.ts';

/** Signals and terminals that end a mirror, and readers that close its output. */

let folder: string;
let registry: FakeRegistry;
let layer: { digest: string };
let small: { digest: string };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  registry = await FakeRegistry.start();
  layer = registry.blob('app', randomBytes(9 * MIB));
  small = registry.blob('app', randomBytes(1000));
  registry.manifest('app', { schemaVersion: 2, config: small, layers: [layer] }, 'v1');
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const DISK = 'disk';
const fileOf = ({ digest }: { digest: string }): string =>
  join(folder, DISK, 'containers/images', digest);
const unfinished = (): string[] => readdirSync(join(folder, DISK, 'archeio/unfinished'));

function configure(bytesPerSecond: string | number, more: readonly object[] = []): string {
  return writeMirrorConfiguration(folder, {
    source: { url: registry.url, repositories: { from: 'list', names: ['app'] }, referrers: false },
    destinations: [{ name: DISK, type: 'directory', path: join(folder, DISK) }, ...more],
    limits: { requestsPerSecond: 0, bytesPerSecond },
  });
}

/** Waits until the small blob is stored and the large one is being copied. */
async function untilHalfDone(): Promise<void> {
  await until(
    'one blob is stored and one is being copied',
    () => existsSync(fileOf(small)) && unfinished().length === 1,
  );
}

for (const runtime of RUNTIMES) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`${signal} stops a sync cleanly with a summary, and the next run finishes: ${runtime}`, async () => {
      await using s3 = await FakeS3.start();
      const bucket = { name: 'bucket', type: 's3', bucket: 'bucket', region: 'us-east-1' };
      const more = [{ ...bucket, endpoint: s3.url, forcePathStyle: true }];
      const args = ['--json'];
      const sync = new RunningSync(configure('1MiB', more), { folder, runtime, args });
      await untilHalfDone();
      sync.child.kill(signal);
      const ended = await sync.ended;
      assert.deepEqual([ended.code, ended.signal], [null, signal]);
      assert.equal(
        ended.stderr,
        `archeio: interrupted by ${signal}: copied blobs stay, and the next run continues from there\n`,
      );
      const { interrupted, blobs, records, failed, problems } = JSON.parse(ended.stdout);
      assert.deepEqual([interrupted, blobs, records, failed, problems], [true, 1, 0, 0, []]);
      assert.deepEqual(unfinished(), []);
      assert.ok(
        s3.asked.some((line) => /^DELETE .*uploadId=/.test(line)),
        'its upload is ended',
      );
      assert.ok(!existsSync(fileOf(layer)));

      const next = summaryOf(await runMirror(['sync', '--json'], configure(0, more), { folder }));
      assert.deepEqual([next.blobs, next.records], [1, 1]);
      assert.equal(digestOf(readFileSync(fileOf(layer))), layer.digest);
    });
  }

  // perseo22/pacmanager#12: Node.js forgets which signals are ignored, so nohup did nothing.
  test(`nohup keeps it running when its terminal is closed: ${runtime}`, async () => {
    const sync = new RunningSync(configure('4MiB'), { folder, runtime, nohup: true });
    await untilHalfDone();
    sync.child.kill('SIGHUP');
    const { code, signal, stderr } = await sync.ended;
    assert.deepEqual([code, signal], [0, null], stderr);
    assert.equal(digestOf(readFileSync(fileOf(layer))), layer.digest);
  });

  test(`a signal while it reads the source ends it at once: ${runtime}`, async () => {
    registry.trouble = ({ url }) => url?.includes('/tags/') === true;
    const sync = new RunningSync(configure(0), { folder, runtime });
    await until('a request for tags', () => registry.asked.some((line) => line.includes('/tags/')));
    sync.child.kill('SIGINT');
    const { signal, stdout, stderr } = await sync.ended;
    assert.deepEqual([signal, stdout, stderr], ['SIGINT', '', '']);
  });

  test(`a second signal does not wait for requests that hang: ${runtime}`, async () => {
    await using s3 = await FakeS3.start();
    const bucket = { name: 'bucket', type: 's3', bucket: 'bucket', region: 'us-east-1' };
    // The server never answers the small blob's put.
    s3.trouble = ({ method }) => method === 'PUT';
    const more = [{ ...bucket, endpoint: s3.url, forcePathStyle: true }];
    const sync = new RunningSync(configure('1MiB', more), { folder, runtime });
    await until('an upload', () => s3.asked.some((line) => line.startsWith('PUT')));
    sync.child.kill('SIGINT');
    // Sent repeatedly: two signals at the same time can count as one.
    while (sync.child.exitCode === null && sync.child.signalCode === null) {
      sync.child.kill('SIGINT');
      await sleep(20);
    }
    assert.equal((await sync.ended).signal, 'SIGINT');
  });

  test(`a closed stdout neither stops a run nor makes it a success: ${runtime}`, async () => {
    const sync = new RunningSync(configure(0), { folder, runtime });
    sync.child.stderr?.destroy();
    sync.child.stdout?.destroy();
    const { code, signal } = await sync.ended;
    assert.deepEqual([code, signal], [0, null]);
    assert.equal(digestOf(readFileSync(fileOf(layer))), layer.digest);
    registry.add('/v2/app/tags/list', '{"name":"app","tags":["nowhere"]}');
    const failing = new RunningSync(configure(0), { folder, runtime });
    failing.child.stdout?.destroy();
    assert.equal((await failing.ended).code, 1);
  });

  test(`a summary that cannot be written is a failure: ${runtime}`, async () => {
    const command = `exec ${LAUNCHER} mirror sync --config ${configure(0)} --runtime ${runtime} > /dev/full`;
    const { code, stderr } = await runClean(['sh', '-c', command], { folder });
    assert.equal(code, 1);
    assert.match(stderr, /^archeio: cannot write the output: [^\n]*\(ENOSPC\)\n$/);
  });

  test(
    `on a terminal, lines fit and are erased at the end, and the cursor is restored: ${runtime}`,
    { skip: unavailable(['script', 'stty']) },
    async () => {
      const command = `stty cols 40 rows 20; exec ${LAUNCHER} mirror sync --config ${configure('2MiB')} --runtime ${runtime}`;
      const terminal = spawnLimited('script', ['--quiet', '--command', command, '/dev/null'], {
        env: cleanEnvironment(folder, { TERM: 'xterm', SHELL: '/bin/sh', LANG: 'C.UTF-8' }),
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let output = '';
      terminal.stdout.setEncoding('utf8').on('data', (chunk) => (output += String(chunk)));
      const ended = new Promise((resolve) => terminal.once('close', resolve));
      await until('the first of two blobs', () => /blobs \[[█░]+\] 1\/2/.test(output));
      terminal.stdin.write('\u0003');
      await ended;
      assert.ok(output.includes('1 repository'), JSON.stringify(output));
      const drawn = output.slice(0, output.indexOf('1 repository'));
      // eslint-disable-next-line no-control-regex
      const plain = drawn.replaceAll(/\u001B\[[?\d;]*[A-Za-z]/g, '\n');
      for (const line of plain.split(/[\r\n]+/)) assert.ok(line.length < 40, line);
      assert.match(plain, /blobs \[[█░]+\] 1\/2/);
      assert.ok(output.lastIndexOf('\u001B[?25h') > output.lastIndexOf('\u001B[?25l'));
      assert.match(
        output.slice(drawn.length),
        /^1 repository with 1 tag\r\n.*interrupted by SIGINT: [^\n]*\r\n[^\n]*$/s,
      );
    },
  );
}
