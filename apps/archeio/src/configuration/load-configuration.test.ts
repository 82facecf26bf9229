import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import {
  configurationDirectory,
  loadAnyConfiguration,
  loadConfiguration,
  locateConfiguration,
} from './load-configuration.ts';
import { presetText } from './read-content.ts';
import { shippedRanges } from './shipped.ts';

const folder = mkdtempSync(join(tmpdir(), 'archeio-load-'));
after(() => rmSync(folder, { recursive: true }));

test('reads the preset by default, and a file if one is named', async () => {
  const preset = await loadConfiguration({}, {}, () => []);
  assert.deepEqual(preset.location, { kind: 'preset' });
  assert.deepEqual(preset.content, { text: presetText(), name: 'preset registry.k8s.io' });

  const file = join(folder, 'archeio.yaml');
  writeFileSync(file, presetText());
  const loaded = await loadConfiguration({}, { config: file, port: '8123' }, () => []);
  assert.deepEqual(loaded.location, { kind: 'file', path: file });
  assert.equal(loaded.configuration.listen.port, 8123);
  assert.deepEqual(loaded.configuration.stores, preset.configuration.stores);
});

test('a dash means standard input', async ({ mock }) => {
  mock.getter(process, 'stdin', () => Readable.from([Buffer.from(presetText())]));
  const { location, content } = await loadConfiguration({}, { config: '-' }, () => []);
  assert.deepEqual([location, content.name], [{ kind: 'stdin' }, 'standard input']);
});

test('names the flag, variable or argument of a file that cannot be read, and the reason', async () => {
  const missing = join(folder, 'missing.yaml');
  writeFileSync(join(folder, 'file'), '');
  const cases = [
    [missing, 'there is no such file or directory (ENOENT)'],
    [folder, 'it is a directory'],
    [join(folder, 'file', 'below'), 'a component of the path is not a directory (ENOTDIR)'],
    [join(folder, 'x'.repeat(300)), 'the name is too long (ENAMETOOLONG)'],
  ] as const;
  for (const [path, why] of cases) {
    const message = `cannot read ${JSON.stringify(path)}: ${why}`;
    await assert.rejects(
      loadConfiguration({}, { config: path }, () => []),
      {
        code: 'configuration-unreadable',
        message: `--config: ${message}`,
      },
    );
    await assert.rejects(
      loadConfiguration({ ARCHEIO_CONFIG: path }, {}, () => []),
      {
        message: `ARCHEIO_CONFIG: ${message}`,
      },
    );
  }
});

test('reports the problems in a file unchanged', async () => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(file, 'version: 2\n');
  await assert.rejects(
    loadConfiguration({}, { config: file }, () => []),
    {
      name: 'ConfigurationError',
    },
  );
});

test('the environment can change the directory for content from URLs', () => {
  assert.equal(configurationDirectory({}), '/var/lib/archeio/configuration');
  assert.equal(configurationDirectory({ ARCHEIO_CONFIG_DIRECTORY: '/elsewhere' }), '/elsewhere');
});

test('refuses two files and names both', () => {
  assert.throws(
    () => locateConfiguration({}, { file: 'a.yaml', config: 'b.yaml' }),
    /cannot read two configurations, "a.yaml" and --config "b.yaml": expected only one/,
  );
});

test('for either use, reads a file with only mirror as such, and any other as a configuration of serve', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'archeio-any-'));
  const path = join(folder, 'mirror.yaml');
  writeFileSync(
    path,
    `version: 1
mirror:
  source: { url: 'https://a.test', repositories: { from: catalog } }
  destinations: [{ name: disk, type: directory, path: disk }]
`,
  );
  const mirror = await loadAnyConfiguration({}, { file: path }, () => []);
  assert.ok(!('registries' in mirror.configuration));
  writeFileSync(path, presetText());
  const { places } = shippedRanges();
  const served = await loadAnyConfiguration({}, { file: path }, () => places);
  assert.ok('registries' in served.configuration);
  rmSync(folder, { recursive: true });
});
