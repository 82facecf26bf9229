import { Changes } from '../../history/changes.ts';
import type { InventoryState } from '../../../ipc/inventory-state.ts';
import { EMPTY_SNAPSHOT } from '../../../metrics/metrics-snapshot.ts';
import { WorkerMetrics } from '../../../metrics/worker-metrics.ts';
import { RangesService } from '../../ranges/ranges-service.ts';
import { FakeWorker } from '../../testing/fake-worker.ts';
import { supervisorRig, withStores } from '../../testing/supervisor-rig.ts';
import type { Crew } from '../../workers/worker-processes.ts';
import { AdminService } from '../admin-service.ts';

/** A supervisor with an admin listener. @param inventories their states, by name of the store */
export function administered(
  inventories: ReadonlyMap<string, InventoryState> = new Map(),
  crew?: () => Crew,
  wallClock: () => number = () => 1000,
) {
  const rig = supervisorRig();
  const { supervisor, clock, log } = rig;
  const { ranges: settings } = withStores('a');
  const changes = new Changes(wallClock);
  const admin = new AdminService({
    supervisor,
    ranges: new RangesService({ settings, clock, log, onChange: () => undefined }),
    events: { snapshot: () => EMPTY_SNAPSHOT },
    barren: { onlyUpstream: () => new Map([['cdn', 3]]) },
    inventories: { states: () => inventories },
    changes,
    configuration: { location: 'file', loadedAt: 0, lastReload: null, restartNeeded: [] },
    values: { warnings: [], text: () => Promise.resolve('{"values":[],"leftOut":0}') },
    build: { version: '1.2.3', revision: 'abc', runtime: 'node 26' },
    health: () => true,
    crew: crew ?? (() => undefined),
    connections: 256,
    clock,
    wallClock,
    log,
  });
  supervisor.add(admin);
  return { ...rig, admin, changes };
}

/** A worker that has counted some requests. */
export function counting(pid: number) {
  const worker = new FakeWorker();
  const metrics = new WorkerMetrics({ now: () => 0, after: () => () => undefined });
  worker.reporting = () =>
    Promise.resolve({
      pid,
      metrics: metrics.snapshot(1),
      presence: { entries: 1, evictions: 0, inFlight: {} },
    });
  return {
    worker,
    metrics,
    count: (requests: number): void => {
      for (let at = 0; at < requests; at++)
        metrics.requests.end('GET', 200, metrics.requests.begin());
    },
  };
}
