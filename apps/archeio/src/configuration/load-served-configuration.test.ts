import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfiguration } from './load-configuration.ts';
import { loadServedConfiguration } from './load-served-configuration.ts';
import { ConfigurationError, servedConfiguration } from '@archeio/configuration';

const TEXT = [
  'version: 1',
  "pages: { info: 'https://example.com/i', privacy: 'https://example.com/p' }",
  "registries: [{ name: r, upstreams: [{ name: u, url: 'https://up.example' }] }]",
  "networks: { office: ['203.0.113.0/24'] }",
].join('\n');

test('a server starts with the same configuration, however long its text is', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'archeio-served-'));
  try {
    for (const comment of ['', '#'.padEnd(20_000, '.')]) {
      const config = join(directory, 'archeio.yaml');
      writeFileSync(config, `${TEXT}\n${comment}\n`);
      const loaded = await loadServedConfiguration({ PORT: '1234' }, { config }, () => []);
      const plain = await loadConfiguration({ PORT: '1234' }, { config }, () => []);
      assert.deepEqual(loaded.configuration, servedConfiguration(plain.configuration));
      assert.equal(loaded.configuration.listen.port, 1234);
      assert.deepEqual(loaded.location, plain.location);
      assert.equal(loaded.content.text, plain.content.text);
      writeFileSync(config, `${TEXT}\nnope: 1\n${comment}\n`);
      await assert.rejects(
        loadServedConfiguration({}, { config }, () => []),
        ConfigurationError,
      );
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
