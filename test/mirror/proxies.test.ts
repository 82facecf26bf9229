import assert from 'node:assert/strict';
import { createServer, request as forward } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { RUNTIMES } from '../parts/archeio-process.ts';
import { listenOnLoopback } from '../parts/ports.ts';
import { FakeRegistry } from './fake-registry.ts';
import { FakeS3 } from './fake-s3.ts';
import {
  runMirror,
  S3_ENVIRONMENT,
  summaryOf,
  writeMirrorConfiguration,
} from './mirror-command.ts';

for (const runtime of RUNTIMES) {
  test(`source and bucket are reached through the proxy that HTTP_PROXY names: ${runtime}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'archeio-mirror-'));
    await using registry = await FakeRegistry.start();
    await using s3 = await FakeS3.start();
    const layer = registry.blob('app', Buffer.from('layer'));
    registry.manifest('app', { schemaVersion: 2, layers: [layer] }, 'v1');
    const hosts = new Set<string>();
    // Only the proxy can resolve these names.
    const behind: Readonly<Record<string, string>> = {
      'registry.test': registry.url,
      's3.test': s3.url,
    };
    const proxy = createServer((incoming, outgoing) => {
      const url = new URL(incoming.url ?? '');
      hosts.add(url.hostname);
      const to = new URL(`${url.pathname}${url.search}`, behind[url.hostname]);
      const { method, headers } = incoming;
      const request = forward(to, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(request);
    });
    const port = await listenOnLoopback(proxy);
    try {
      const configuration = writeMirrorConfiguration(folder, {
        source: {
          url: 'http://registry.test',
          repositories: { from: 'list', names: ['app'] },
          referrers: false,
        },
        destinations: [
          {
            name: 'bucket',
            type: 's3',
            bucket: 'bucket',
            region: 'us-east-1',
            endpoint: 'http://s3.test',
            forcePathStyle: true,
          },
        ],
        limits: { requestsPerSecond: 0 },
      });
      const environment = { ...S3_ENVIRONMENT, HTTP_PROXY: `http://127.0.0.1:${port}` };
      const outcome = await runMirror(['sync', '--json'], configuration, {
        folder,
        runtime,
        environment,
      });
      assert.equal(summaryOf(outcome).records, 1);
      assert.deepEqual([...hosts].toSorted(), ['registry.test', 's3.test']);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
      rmSync(folder, { recursive: true });
    }
  });
}
