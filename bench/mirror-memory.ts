/**
 * How much memory copying needs, compared with a run that has nothing to copy: 32 blobs in flight, from 1 KiB to 1 GiB,
 * from a registry into S3 (simulated ones, which keep no bytes) and a directory.
 *
 * Usage: node bench/mirror-memory.ts. Peaks are the kernel's (VmHWM) of each runtime's process.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeS3 } from '../test/mirror/fake-s3.ts';
import {
  LAUNCHER,
  S3_ENVIRONMENT,
  writeMirrorConfiguration,
} from '../test/mirror/mirror-command.ts';
import { RUNTIMES, type Runtime } from '../test/parts/archeio-process.ts';
import { listenOnLoopback } from '../test/parts/ports.ts';

const MIB = 1024 * 1024;
const BLOBS = 32;
const BLOCK = randomBytes(MIB);

/** From 1 KiB to 1 GiB, each larger than the last by the same factor. */
const SIZES = Array.from({ length: BLOBS }, (_, at) =>
  Math.round(1024 * 2 ** ((20 * at) / (BLOBS - 1))),
);

function* bytesOf(size: number): Generator<Buffer> {
  for (let left = size; left > 0; left -= MIB) yield BLOCK.subarray(0, Math.min(left, MIB));
}

function digestOf(size: number): string {
  const hash = createHash('sha256');
  for (const bytes of bytesOf(size)) hash.update(bytes);
  return `sha256:${hash.digest('hex')}`;
}

const layers = SIZES.map((size) => ({ mediaType: '', digest: digestOf(size), size }));
const manifest = JSON.stringify({ schemaVersion: 2, layers });
const registry = createServer(async (request, response) => {
  const { url = '', method } = request;
  const layer = layers.find(({ digest }) => url.endsWith(digest));
  if (layer !== undefined) {
    response.writeHead(200, { 'content-length': layer.size });
    for (const bytes of bytesOf(layer.size))
      if (!response.write(bytes)) await new Promise((resolve) => response.once('drain', resolve));
    response.end();
  } else if (url.includes('/manifests/')) {
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    response.setHeader('docker-content-digest', digest).end(method === 'HEAD' ? '' : manifest);
  } else response.end(url.includes('/tags/list') ? '{"tags":["v1"]}' : '{}');
});

/** Runs it to its end; returns its peak in MiB. */
async function peakOf(runtime: Runtime, configuration: string): Promise<number> {
  const args = ['mirror', 'sync', '--config', configuration, '--runtime', runtime];
  const env = { PATH: process.env['PATH'], ...S3_ENVIRONMENT };
  const child = spawn(LAUNCHER, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const [, kibibytes = '0'] =
        /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      peak = Math.max(peak, Number(kibibytes) / 1024);
    } catch {
      // The process has ended.
    }
  }, 20);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(timer);
  assert.equal(code, 0);
  return peak;
}

const folder = mkdtempSync(join(tmpdir(), 'archeio-bench-'));
const s3 = await FakeS3.start();
try {
  const url = `http://127.0.0.1:${await listenOnLoopback(registry)}`;
  for (const runtime of RUNTIMES) {
    const configuration = writeMirrorConfiguration(folder, {
      source: { url, repositories: { from: 'list', names: ['app'] }, referrers: false },
      destinations: [
        {
          name: 's3',
          type: 's3',
          bucket: runtime,
          region: 'us-east-1',
          endpoint: s3.url,
          forcePathStyle: true,
        },
        { name: 'disk', type: 'directory', path: join(folder, runtime) },
      ],
      limits: { requestsPerSecond: 0, concurrency: BLOBS },
    });
    const copying = await peakOf(runtime, configuration);
    const blobs = [...s3.objects].filter(([path]) => path.startsWith(`/${runtime}/containers/`));
    assert.equal(blobs.length, BLOBS);
    const idle = await peakOf(runtime, configuration);
    rmSync(join(folder, runtime), { recursive: true });
    console.log(
      `${runtime}: idle ${idle.toFixed(0)} MiB, copying ${copying.toFixed(0)} MiB: ${(copying - idle).toFixed(0)} MiB above`,
    );
  }
} finally {
  registry.closeAllConnections();
  registry.close();
  await s3[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
}
