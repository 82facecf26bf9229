import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import { scripted } from './testing/fake-registry.ts';
import { SOURCE } from '../../worker/testing/assembled.ts';
import { RepositoryService } from './repository-service.ts';
import { FakeWorker } from '../testing/fake-worker.ts';
import { supervisorRig, RANGES } from '../testing/supervisor-rig.ts';

/** Waits for something that arrives over a socket. */
async function until(what: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !what(); turn++) await sleep(5);
  assert.ok(what(), what.toString());
}

test('all workers receive a list, also those that join later, and a reload keeps it', async () => {
  await using registry = await scripted({
    '/v2/_catalog?n=1000': { body: { repositories: ['pause'] } },
  });
  const { supervisor, clock, log, join, events } = supervisorRig();
  const service = new RepositoryService({
    owner: supervisor.owner,
    workers: supervisor.workers,
    clock,
    log,
  });
  supervisor.add(service);
  service.joined(new FakeWorker());
  service.runDue(0);
  const upstreams = [{ name: 'upstream', url: registry.origin }];
  const configuration = parseServed({
    ...SOURCE,
    registries: [{ name: 'k8s', repositories: { from: 'catalog' }, upstreams }],
  });
  await supervisor.apply({ configuration, ranges: RANGES });
  const first = await join();
  await until(() => first.lists.some(([, names]) => names?.includes('pause') === true));
  const second = await join();
  assert.deepEqual(second.lists.at(-1), ['k8s', ['pause']]);
  assert.ok(events().includes('repositories-known'));
  // A reload keeps the list, and does not request it again at once.
  const asked = registry.asked.length;
  await supervisor.apply({ configuration });
  supervisor.runDue(clock.now());
  const third = await join();
  assert.deepEqual(third.lists.at(-1), ['k8s', ['pause']]);
  assert.equal(registry.asked.length, asked);
  supervisor.close();
  assert.equal(clock.timers, 0);
});
