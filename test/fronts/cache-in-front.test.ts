import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { logged } from '../parts/log-waits.ts';
import { listenOnLoopback } from '../parts/ports.ts';
import { rawRequest, type RawResponse } from '../parts/raw-request.ts';
import { startVarnish } from '../parts/varnish.ts';
import { withStore } from '../serving/configurations.ts';

function ask(port: number, target: string): Promise<RawResponse> {
  return rawRequest(
    port,
    `GET ${target} HTTP/1.1\r\nHost: registry.example\r\nConnection: close\r\n\r\n`,
  );
}

const source = (names: string[]) => {
  const configuration = withStore('https://store.example', {
    stop: { delay: '20s', timeout: '1s' },
  });
  return {
    ...configuration,
    registries: configuration.registries.map((each) => ({
      ...each,
      repositories: { from: 'list' as const, names },
    })),
  };
};

// imgproxy/imgproxy#1050, kubernetes/registry.k8s.io#60
describe('Varnish with its default rules in front', { skip: unavailable(['varnishd']) }, () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'archeio-varnish-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  test('it caches what does not forbid it, so the tests below could fail', async () => {
    let answered = 0;
    // Kept for as long as the test takes, so that Varnish never sends a request on a connection that is being closed.
    const server = createServer({ keepAliveTimeout: 600_000 }, (_, response) => {
      answered++;
      response.writeHead(404).end();
    });
    const port = await listenOnLoopback(server);
    try {
      await using varnish = await startVarnish(join(folder, 'control'), port);
      const before = answered;
      for (let time = 0; time < 3; time++)
        assert.equal((await ask(varnish.port, '/x')).status, 404);
      assert.equal(answered - before, 1);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  for (const runtime of RUNTIMES) {
    test(`a name that is added is served, and /readyz is 503 after SIGTERM: ${runtime}`, async () => {
      await using archeio = await startWith(runtime, source(['pause']));
      await using varnish = await startVarnish(join(folder, runtime), archeio.port);
      const target = '/v2/added/manifests/1';
      assert.equal((await ask(varnish.port, target)).status, 404);
      for (const path of ['/readyz', '/healthz', '/startupz', '/v2/', '/v2/_catalog', '/nothing'])
        await ask(varnish.port, path);

      archeio.configure(source(['pause', 'added']));
      archeio.signal('SIGHUP');
      await logged(archeio, 'configuration-loaded');
      assert.equal((await ask(varnish.port, target)).status, 307);

      archeio.signal('SIGTERM');
      await logged(archeio, 'stopping');
      for (const path of ['/readyz', '/healthz'])
        assert.equal((await ask(varnish.port, path)).status, 503, path);
      assert.equal((await ask(varnish.port, '/livez')).status, 200);
    });
  }
});
