import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { ManualClock } from '@archeio/presence/testing';
import { backendsOf } from '../../worker/compile-generation.ts';
import { loadServedConfiguration } from '../../configuration/load-served-configuration.ts';
import { createLog } from '../../platform/log.ts';
import { shippedRangesBytes } from '../../configuration/shipped.ts';
import type { ConfigurationInUse } from './configuration-in-use.ts';
import { Supervisor } from '../supervisor.ts';
import { ReloadService } from './reload-service.ts';

const TEXT = JSON.stringify({
  version: 1,
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  registries: [{ name: 'r', upstreams: [{ name: 'u', url: 'https://u.example' }] }],
});

test('a configuration that is served but cannot be kept on disk is not called refused', async () => {
  let text = TEXT;
  const server = createServer((_, response) => response.end(text));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  // A directory below a file cannot be made.
  const directory = '/dev/null/archeio';
  const lines: string[] = [];
  const log = createLog('info', (line) => lines.push(line), Date.now);
  const clock = new ManualClock();
  const supervisor = new Supervisor({ clock, log, backendsOf });
  try {
    const loaded = await loadServedConfiguration(
      { ARCHEIO_CONFIG_DIRECTORY: directory },
      { config: `http://127.0.0.1:${address.port}/c` },
      () => [],
    );
    await supervisor.apply({ configuration: loaded.configuration, ranges: shippedRangesBytes() });
    const inUse: ConfigurationInUse = {
      location: 'c',
      loadedAt: 0,
      lastReload: null,
      restartNeeded: [],
    };
    const reload = new ReloadService({
      supervisor,
      loaded,
      overrides: { environment: {}, port: undefined },
      placesIn: () => [],
      inUse,
      values: { use: () => undefined },
      directory,
      clock,
      wallClock: Date.now,
      log,
    });
    text = `${TEXT}\n`;
    await reload.now();
    reload.close();
    assert.equal(supervisor.generation.number, 2);
    assert.equal(inUse.lastReload?.successful, true);
    assert.match(lines.join(''), /"configuration-not-kept"/);
    assert.doesNotMatch(lines.join(''), /configuration-refused/);
  } finally {
    supervisor.close();
    server.closeAllConnections();
    server.close();
  }
});
