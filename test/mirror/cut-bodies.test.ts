import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { Pacer } from '../../packages/mirror/src/pacer.ts';
import { readBlob } from '../../packages/mirror/src/source/registry/read-blob.ts';
import { RegistryClient } from '../../packages/mirror/src/source/registry/registry-client.ts';
import { MACHINE_TIMING, type Timing } from '../../packages/mirror/src/timing.ts';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { digestOf, FakeRegistry } from './fake-registry.ts';
import { runMirror, summaryOf, writeMirrorConfiguration } from './mirror-command.ts';

/** Blobs that arrive in pieces, or encoded. */

let registry: FakeRegistry;
const BLOB = randomBytes(10_000);
const TARGET = `/v2/app/blobs/${digestOf(BLOB)}`;
/** Bytes sent before the body is truncated. */
const CUT = 4000;

/** Timing in which every wait ends at once. */
const TIMING: Timing = { ...MACHINE_TIMING, sleep: () => Promise.resolve() };

beforeEach(async () => {
  registry = await FakeRegistry.start();
  registry.blob('app', BLOB);
});
afterEach(() => registry[Symbol.asyncDispose]());

async function read(): Promise<Buffer> {
  const pacer = new Pacer(TIMING, 0);
  const client = new RegistryClient({
    origin: registry.url,
    credentials: () => undefined,
    pacer,
    timing: TIMING,
  });
  const chunks: Uint8Array[] = [];
  const blob = readBlob(client, TARGET, 'repository:app:pull', { bytes: pacer, timing: TIMING });
  for await (const chunk of blob) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Sends the beginning, then closes the connection. */
function cut(response: ServerResponse, bytes: number, length: number | null): void {
  response.writeHead(200, length === null ? {} : { 'content-length': length });
  response.write(BLOB.subarray(0, bytes), () => setTimeout(() => response.destroy(), 20));
}

/** Truncates the first body; the case answers later requests. */
function afterCut(
  answer: (request: IncomingMessage, response: ServerResponse, asked: number) => boolean,
  {
    bytes = CUT,
    length = BLOB.length,
  }: { readonly bytes?: number; readonly length?: number | null } = {},
): string[] {
  let asked = 0;
  const ranges: string[] = [];
  registry.trouble = (request, response) => {
    if (request.url !== TARGET) return false;
    ranges.push(request.headers.range ?? '');
    if (asked++ > 0) return answer(request, response, asked);
    cut(response, bytes, length);
    return true;
  };
  return ranges;
}

describe('after a truncated body, the rest is requested', () => {
  // kubernetes/registry.k8s.io#333, anchore/stereoscope#695
  for (const status of [400, 403, 404, 405, 412, 416, 500, 501]) {
    test(`and if the answer is ${status}, the blob is read again from the start`, async () => {
      const ranges = afterCut(({ headers }, response) => {
        if (headers.range === undefined) return false;
        response.writeHead(status).end();
        return true;
      });
      assert.deepEqual(await read(), BLOB);
      assert.equal(ranges.at(-1), '');
      assert.ok(ranges.includes(`bytes=${CUT}-`));
    });
  }

  test('and if all bytes had arrived, 416 ends the blob', async () => {
    for (const length of [null, BLOB.length + 1]) {
      const ranges = afterCut(
        (_, response) => {
          response.writeHead(416, { 'content-range': `bytes */${BLOB.length}` }).end();
          return true;
        },
        { bytes: BLOB.length, length },
      );
      assert.deepEqual(await read(), BLOB);
      assert.deepEqual(ranges, ['', `bytes=${BLOB.length}-`]);
    }
  });

  test('and if a 416 states another size, the blob is read again from the start', async () => {
    afterCut(
      ({ headers }, response) => {
        if (headers.range === undefined) return false;
        response.writeHead(416, { 'content-range': 'bytes */20' }).end();
        return true;
      },
      { bytes: BLOB.length, length: null },
    );
    assert.deepEqual(await read(), BLOB);
  });

  test('and a server may send the whole blob instead', async () => {
    afterCut((_, response) => {
      response.writeHead(200, { 'content-length': BLOB.length }).end(BLOB);
      return true;
    });
    assert.deepEqual(await read(), BLOB);
  });

  for (const [what, from, to, field] of [
    ['more than requested', CUT - 100, BLOB.length, `bytes ${CUT - 100}-9999/10000`],
    ['less than requested', CUT, CUT + 100, `bytes ${CUT}-${CUT + 99}/10000`],
    ['less than requested, without a total', CUT, CUT + 100, `bytes ${CUT}-${CUT + 99}/*`],
    ['a later part', CUT + 100, BLOB.length, `bytes ${CUT + 100}-9999/10000`],
    ['a part of unknown position', CUT, BLOB.length, ''],
    ['several parts', CUT, BLOB.length, 'bytes'],
  ] as const) {
    test(`and ${what} arrives`, async () => {
      const ranges = afterCut(({ headers }, response, asked) => {
        if (headers.range === undefined || asked > 2) return false;
        response
          .writeHead(206, { ...(field !== '' && { 'content-range': field }) })
          .end(BLOB.subarray(from, to));
        return true;
      });
      assert.deepEqual(await read(), BLOB);
      assert.ok(ranges.length <= 4, ranges.join());
    });
  }

  test('and as long as every attempt brings something, it continues', async () => {
    let asked = 0;
    registry.trouble = (request, response) => {
      if (request.url !== TARGET) return false;
      const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
      asked++;
      response.writeHead(start === 0 ? 200 : 206, {
        'content-length': BLOB.length - start,
        ...(start > 0 && { 'content-range': `bytes ${start}-9999/10000` }),
      });
      response.write(BLOB.subarray(start, start + 500), () =>
        setTimeout(() => response.destroy(), 5),
      );
      return true;
    };
    assert.deepEqual(await read(), BLOB);
    assert.equal(asked, 20);
  });

  test('and a server that never sends it is given up on', async () => {
    const ranges = afterCut((_, response) => {
      cut(response, CUT, BLOB.length);
      return true;
    });
    await assert.rejects(read(), /cannot read \S*\/v2\/app\/blobs\//);
    assert.equal(ranges.length, 8);
  });

  test('and a refusal of every request is reported as it is', async () => {
    const ranges = afterCut((_, response) => {
      response.writeHead(404).end('{"errors":[{"code":"BLOB_UNKNOWN"}]}');
      return true;
    });
    await assert.rejects(read(), /answered 404 \(BLOB_UNKNOWN\)/);
    assert.deepEqual(ranges, ['', `bytes=${CUT}-`, '']);
  });
});

describe('bodies encoded although the request did not ask for it', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const CODINGS: Readonly<Record<string, (bytes: Uint8Array) => Buffer>> = {
    gzip: (bytes) => gzipSync(bytes),
    deflate: (bytes) => deflateSync(bytes),
    br: (bytes) => brotliCompressSync(bytes),
    zstd: (bytes) => zstdCompressSync(bytes),
  };

  // quay/quay#1310
  for (const runtime of RUNTIMES) {
    test(`blobs and manifests arrive, each requested once: ${runtime}`, async () => {
      const blobs = ['{}', '', 'a'.repeat(100_000)].map((text) => Buffer.from(text));
      const layers = blobs.map((bytes) => registry.blob('app', bytes));
      registry.manifest('app', { schemaVersion: 2, layers }, 'v1');
      for (const [coding, encode] of Object.entries(CODINGS)) {
        registry.asked.length = 0;
        registry.trouble = ({ url = '', method }, response, content) => {
          if (content === undefined || method !== 'GET' || url === '/v2/') return false;
          const encoded = encode(content);
          const isManifest = url.includes('/manifests/');
          response.writeHead(200, {
            'content-encoding': coding,
            'content-length': encoded.length,
            ...(isManifest && { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }),
          });
          response.end(encoded);
          return true;
        };
        const disk = join(folder, coding);
        const configuration = writeMirrorConfiguration(folder, {
          source: {
            url: registry.url,
            repositories: { from: 'list', names: ['app'] },
            referrers: false,
          },
          destinations: [{ name: 'disk', type: 'directory', path: disk }],
          limits: { requestsPerSecond: 0 },
        });
        const outcome = await runMirror(['sync', '--json'], configuration, { folder, runtime });
        assert.equal(summaryOf(outcome).records, 1, coding);
        for (const [at, { digest }] of layers.entries())
          assert.deepEqual(readFileSync(join(disk, 'containers/images', digest)), blobs[at]);
        const read = registry.asked.filter((line) => line.includes('/blobs/'));
        assert.equal(read.length, layers.length, read.join('\n'));
        assert.ok(existsSync(join(disk, 'archeio/mirrored')));
        assert.deepEqual(readdirSync(join(disk, 'archeio/unfinished')), []);
      }
    });
  }

  test('a truncated encoded body is read again from the start: ranges count encoded bytes', async () => {
    const encoded = gzipSync(BLOB);
    let asked = 0;
    const ranges: string[] = [];
    registry.trouble = (request, response) => {
      if (request.url !== TARGET) return false;
      ranges.push(request.headers.range ?? '');
      const headers = { 'content-encoding': 'gzip', 'content-length': encoded.length };
      response.writeHead(200, headers);
      if (asked++ === 0)
        response.write(encoded.subarray(0, 5000), () => setTimeout(() => response.destroy(), 50));
      else response.end(encoded);
      return true;
    };
    assert.deepEqual(await read(), BLOB);
    assert.deepEqual(ranges, ['', '']);
  });
});

describe('a registry that redirects to signed links', () => {
  const LINK = '/storage/blob';
  let links: number;
  beforeEach(() => {
    links = 0;
  });

  /** Lets the first links expire, which the storage answers with `status`. */
  function redirect(status: number, expired: number): void {
    const storage = registry.url.replace('127.0.0.1', 'localhost');
    registry.trouble = ({ url = '' }, response) => {
      if (url === TARGET) {
        response.writeHead(307, { location: `${storage}${LINK}?${++links}` }).end();
        return true;
      }
      if (!url.startsWith(LINK)) return false;
      const isExpired = Number(url.split('?')[1]) <= expired;
      if (isExpired) response.writeHead(status).end('<Error><Code>AccessDenied</Code></Error>');
      else response.end(BLOB);
      return true;
    };
  }

  for (const status of [400, 401, 403, 410]) {
    test(`is asked for a new link if the storage answers ${status}`, async () => {
      redirect(status, 2);
      assert.deepEqual(await read(), BLOB);
      assert.equal(links, 3);
    });
  }

  test('is not asked again if the storage refuses every link', async () => {
    redirect(403, 99);
    await assert.rejects(read(), /answered 403/);
    assert.equal(links, 3);
  });
});
