import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { RUNTIMES, startWith } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { startHaproxy } from '../parts/haproxy.ts';
import { until } from '../parts/log-waits.ts';
import { rawRequest } from '../parts/raw-request.ts';
import { withStore } from '../serving/configurations.ts';

async function statusAt(port: number): Promise<number> {
  const bytes = 'GET /v2/pause/manifests/3.9 HTTP/1.1\r\nHost: registry.example\r\n\r\n';
  return (await rawRequest(port, bytes)).status;
}

describe('HAProxy in front', { skip: unavailable(['haproxy']) }, () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'archeio-haproxy-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const runtime of RUNTIMES) {
    for (const [name, check] of [
      ['option httpchk with nothing behind it', ['option httpchk']],
      ['option httpchk GET /readyz', ['option httpchk GET /readyz']],
    ] as const) {
      test(`${name}: up while the server accepts requests, down after SIGTERM: ${runtime}`, async () => {
        await using archeio = await startWith(
          runtime,
          withStore('https://store.example', { stop: { delay: '20s', timeout: '1s' } }),
        );
        await using haproxy = await startHaproxy(
          join(folder, `${runtime}-${check.join('-').replaceAll(/\W/g, '-')}`),
          archeio.port,
          check,
        );
        await until('HAProxy to send requests', async () => (await statusAt(haproxy.port)) === 307);
        archeio.signal('SIGTERM');
        await until('HAProxy to send none', async () => (await statusAt(haproxy.port)) === 503);
        assert.equal(await statusAt(archeio.port), 307);
      });
    }
  }
});
