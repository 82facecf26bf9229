import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadServedConfiguration } from '../../configuration/load-served-configuration.ts';
import { LoadedRanges } from './load-ranges.ts';
import { RangesDirectory } from './ranges-directory.ts';
import { RangesService } from './ranges-service.ts';
import { supervisorRig } from '../testing/supervisor-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'archeio-load-ranges-'));
after(() => rmSync(folder, { recursive: true }));

/** A directory with a newer list of a cloud, with a region that the shipped list lacks. */
async function refreshed(): Promise<string> {
  const directory = mkdtempSync(join(folder, 'refreshed-'));
  const now = new Date(Date.now() + 1000).toISOString();
  const known = new LoadedRanges({ warn: assert.fail }).of(directory).listOf('GCP');
  assert.ok(known !== undefined);
  const [[prefix]] = known.prefixes;
  const source = { ...known, date: now, prefixes: [[prefix, 'moon-west1']] as const };
  await new RangesDirectory(directory).write({
    source,
    fetchedAt: now,
    checkedAt: now,
    validators: {},
  });
  return directory;
}

test('the first check of a configuration and a reload know the regions with which it will be served', async () => {
  const directory = await refreshed();
  const { clock, log } = supervisorRig();
  const warningsOf = async (ranges: string, padding: string) => {
    const path = join(folder, 'archeio.yaml');
    const configuration = {
      version: 1,
      pages: { info: 'https://example.com/i', privacy: 'https://example.com/p' },
      registries: [{ name: 'r', upstreams: [{ name: 'u', url: 'https://up.example' }] }],
      stores: [
        {
          name: 's',
          url: 'https://s.example',
          key: '{digest}',
          near: [{ cloud: 'GCP', regions: ['moon-west1'] }],
        },
      ],
      ranges: { directory: ranges, refreshEvery: 'never' },
    };
    writeFileSync(path, `${JSON.stringify(configuration)}\n# ${padding}`);
    const loaded = new LoadedRanges(log);
    const read = await loadServedConfiguration({}, { config: path }, loaded.placesIn);
    const settings = read.configuration.ranges;
    const service = new RangesService({
      settings,
      loaded,
      clock,
      log,
      onChange: () => assert.fail(),
    });
    assert.equal(loaded.placesIn(ranges), service.placesIn(ranges), 'loaded once');
    return read.warnings.map(({ message }) => message);
  };
  // Short, and long enough to be read in a thread.
  for (const padding of ['', 'x'.repeat(10_000)]) {
    assert.deepEqual(await warningsOf(directory, padding), []);
    const [unknown, ...more] = await warningsOf(join(folder, 'empty'), padding);
    assert.match(unknown, /^GCP has no region "moon-west1"/);
    assert.deepEqual(more, []);
  }
});
