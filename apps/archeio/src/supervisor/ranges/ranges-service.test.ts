import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudRanges } from '@archeio/clouds';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import { setUp } from './testing/set-up.ts';
import { SOURCE } from '../../worker/testing/assembled.ts';
import { RangesService } from './ranges-service.ts';
import { supervisorRig } from '../testing/supervisor-rig.ts';

const files = await setUp();

/** Waits for something that arrives over a socket. */
async function until(what: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !what(); turn++) await sleep(5);
  assert.ok(what(), what.toString());
}

test('shipped lists are known at once, and those of a directory once it is configured', async () => {
  const { supervisor, clock, log } = supervisorRig();
  const changes: Uint8Array[] = [];
  const configured = (directory: string, refreshEvery: '24h' | 'never', at = files.server.origin) =>
    parseServed({
      ...SOURCE,
      ranges: { directory, refreshEvery, sources: { Fastly: `${at}/Fastly` } },
    });
  const never = configured(files.directory, 'never');
  const service = new RangesService({
    settings: never.ranges,
    clock,
    log,
    onChange: (bytes) => changes.push(bytes),
  });
  service.runDue(0);
  supervisor.add(service);
  assert.ok(service.placesIn(files.directory).some(({ cloud }) => cloud === 'AWS'));
  await supervisor.apply({ configuration: never, ranges: service.bytes });
  await supervisor.apply({ configuration: never });
  supervisor.runDue(clock.now());
  assert.deepEqual(changes, []);
  assert.equal(service.status().find(({ cloud }) => cloud === 'AWS')?.from, 'shipped');

  // With another directory, its lists are used and refreshed from now on.
  const other = mkdtempSync(join(files.directory, 'other-'));
  await supervisor.apply({ configuration: configured(other, 'never') });
  assert.equal(changes.length, 1);
  await supervisor.apply({ configuration: configured(other, 'never', 'http://127.0.0.1:9') });
  assert.equal(changes.length, 1);
  assert.ok(CloudRanges.decode(service.bytes).places.length > 0);
  // There are no new lists.
  service.reread();
  assert.equal(changes.length, 1);
  supervisor.close();
  await until(() => clock.timers === 0);
});
