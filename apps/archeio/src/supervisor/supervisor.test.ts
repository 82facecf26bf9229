import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { settlePromises } from '@archeio/presence/testing';
import { encodeCondition } from '../ipc/conditions.ts';
import { NotReadyInTime, READY_WITHIN, WorkerEnded } from './supervisor.ts';
import type { SupervisorService } from './service.ts';
import { FakeWorker } from './testing/fake-worker.ts';
import { supervisorRig, RANGES } from './testing/supervisor-rig.ts';

const observation = (generation: number, backend: number, subject = 'sha256:a') => ({
  generation,
  backend,
  observation: 'failure' as const,
  subject,
  saw: 'status 503',
});

/** A service that records its calls. */
function listening(): SupervisorService & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    adopt: ({ number, backends }) => heard.push(`adopt ${number} of ${backends.length}`),
    joined: () => heard.push('joined'),
    left: () => heard.push('left'),
    noticed: ({ considered }) => heard.push(`noticed ${considered.join()}`),
    runDue: (now) => heard.push(`runDue ${now}`),
    close: () => heard.push('close'),
  };
}

describe('a generation', () => {
  test('is made ready by every worker before any uses it', async () => {
    const { apply, join } = supervisorRig();
    await apply('a');
    const quick = await join();
    const slow = await join();
    const ready = Promise.withResolvers<void>();
    slow.preparing = () => ready.promise;
    const applied = apply('a', 'b');
    await settlePromises();
    assert.equal(quick.inUse, 1);
    ready.resolve();
    assert.equal((await applied).number, 2);
    for (const { told, inUse } of [quick, slow]) {
      assert.deepEqual(told.slice(-3), ['prepare 2', 'prepared 2', 'use 2']);
      assert.equal(inUse, 2);
    }
  });

  test('that one worker cannot serve is used by none, and the previous one stays in use', async () => {
    const { supervisor, apply, join } = supervisorRig();
    await apply('a');
    const workers = [await join(), await join()];
    workers[1].preparing = () => Promise.reject(new RangeError('cannot'));
    await assert.rejects(apply('b'), /cannot/);
    assert.equal(supervisor.generation.number, 1);
    for (const { inUse } of workers) assert.equal(inUse, 1);
    workers[1].preparing = () => Promise.resolve();
    assert.equal((await apply('b')).number, 2);
    for (const { inUse } of workers) assert.equal(inUse, 2);
  });

  test('that the policy refuses is not sent to the workers', async () => {
    const { supervisor, apply, join } = supervisorRig();
    await apply('a');
    const worker = await join();
    await assert.rejects(supervisor.apply({ ranges: Uint8Array.of(1, 2, 3) }));
    assert.deepEqual(worker.told, ['prepare 1', 'prepared 1', 'use 1']);
    assert.equal(supervisor.generation.ranges, RANGES);
  });

  test('does not wait for a worker that ends while preparing or switching', async () => {
    const { apply, join } = supervisorRig();
    await apply('a');
    const [staying, ending] = [await join(), await join()];
    ending.preparing = () => Promise.reject(new WorkerEnded('the worker ended'));
    await apply('b');
    ending.preparing = () => Promise.resolve();
    ending.using = () => Promise.reject(new WorkerEnded('the worker ended'));
    await apply('c');
    assert.equal(staying.inUse, 3);
  });

  test('that a worker does not prepare in time is given up, and the next change proceeds', async () => {
    const { supervisor, apply, join, clock } = supervisorRig();
    await apply('a');
    const [quick, late] = [await join(), await join()];
    late.preparing = () => new Promise(() => undefined);
    const applied = apply('b');
    const refused = assert.rejects(applied, NotReadyInTime);
    await clock.advance(READY_WITHIN * 1000);
    await refused;
    assert.deepEqual([supervisor.generation.number, quick.inUse, late.inUse], [1, 1, 1]);
    late.preparing = () => Promise.resolve();
    assert.equal((await apply('c')).number, 2);
    assert.deepEqual([quick.inUse, late.inUse], [2, 2]);
    supervisor.close();
    assert.equal(clock.timers, 0);
  });

  test('is not awaited forever when a joining worker does not prepare it', async () => {
    const { supervisor, apply, join, clock } = supervisorRig();
    await apply('a');
    const staying = await join();
    const joining = new FakeWorker();
    joining.preparing = () => new Promise(() => undefined);
    const refused = assert.rejects(supervisor.join(joining), NotReadyInTime);
    await clock.advance(READY_WITHIN * 1000);
    await refused;
    assert.equal(supervisor.workers.has(joining), false);
    await apply('b');
    assert.equal(staying.inUse, 2);
  });

  test('is applied when all use it', async () => {
    const { apply, join } = supervisorRig();
    await apply('a');
    const used = Promise.withResolvers<void>();
    (await join()).using = () => used.promise;
    let applied = false;
    const applying = apply('b').then(() => (applied = true));
    await settlePromises();
    assert.equal(applied, false);
    used.resolve();
    await applying;
  });

  test('the first one needs a configuration and ranges; before it there is none', async () => {
    const { supervisor } = supervisorRig();
    await assert.rejects(supervisor.apply({ ranges: RANGES }), /needs a configuration and ranges/);
    assert.throws(() => supervisor.generation, /no generation yet/);
    assert.throws(() => supervisor.owner.health, /no generation has been adopted/);
    await assert.rejects(supervisor.join(new FakeWorker()), /no generation yet/);
  });

  test('changes are applied one after the other, and a worker that joins meanwhile gets the last', async () => {
    const { supervisor, apply, join } = supervisorRig();
    await apply('a');
    const worker = await join();
    const ready = Promise.withResolvers<void>();
    worker.preparing = () => ready.promise;
    const late = new FakeWorker();
    const changes = [apply('b'), supervisor.join(late), apply('c')];
    await settlePromises();
    assert.equal(worker.told.at(-1), 'prepare 2');
    assert.deepEqual(late.told, []);
    ready.resolve();
    await Promise.all(changes);
    assert.deepEqual(late.told.slice(0, 4), ['prepare 2', 'prepared 2', 'use 2', 'prepare 3']);
    assert.deepEqual([worker.inUse, late.inUse, supervisor.workers.size], [3, 3, 2]);
  });
});

describe('a message of one worker', () => {
  const FOUND = {
    at: 'store',
    identity: 'x',
    key: 'sha256:a',
    state: 'present',
    size: 1,
  } as const;

  test('about a blob is passed on to all others', async () => {
    const { supervisor, apply, join } = supervisorRig();
    await apply('a');
    const workers = [await join(), await join(), await join()];
    supervisor.portFor(() => workers[0]).found([FOUND]);
    assert.deepEqual(
      workers.map(({ findings }) => findings.length),
      [0, 1, 1],
    );
  });

  test('asking to try a backend again is granted once', async () => {
    const { supervisor, apply, join, clock, doubted } = supervisorRig();
    await apply('a');
    const [first, second] = [await join(), await join()];
    const [one, two] = [supervisor.portFor(() => first), supervisor.portFor(() => second)];
    one.wantsTrial(1, 0);
    for (let subject = 0; subject < 20; subject++)
      one.observed(observation(1, 0, `sha256:${subject}`));
    assert.deepEqual(new Set(doubted), new Set([0]), 'failed checks are a reason for a canary');
    await clock.advance(60_000);
    one.wantsTrial(7, 0);
    two.wantsTrial(1, 0);
    one.wantsTrial(1, 0);
    assert.deepEqual(
      first.told.filter((line) => line.startsWith('tryAgain')),
      [],
    );
    assert.deepEqual(
      second.told.filter((line) => line.startsWith('tryAgain')),
      ['tryAgain 1 0'],
    );
    supervisor.close();
    assert.equal(clock.timers, 0);
  });

  test('about an earlier generation is dropped', async () => {
    const { supervisor, apply, join, doubted } = supervisorRig();
    await apply('a', 'b');
    const worker = await join();
    await apply('b', 'a');
    const port = supervisor.portFor(() => worker);
    for (let subject = 0; subject < 20; subject++)
      port.observed(observation(1, 0, `sha256:${subject}`));
    assert.deepEqual(doubted, []);
    assert.deepEqual(worker.conditionsOf.get(2), [0, 0, 0]);
  });
});

test('services are called for every event, in order', async () => {
  const { supervisor, apply, join, clock } = supervisorRig();
  const service = listening();
  supervisor.add(service);
  supervisor.add({ adopt: () => undefined, close: () => undefined });
  await apply('a');
  const worker = await join();
  const port = supervisor.portFor(() => worker);
  port.noticed({ generation: 1, considered: [0, 1], present: [] });
  port.noticed({ generation: 0, considered: [9], present: [] });
  supervisor.runDue(clock.now());
  supervisor.leave(worker);
  supervisor.leave(worker);
  supervisor.close();
  assert.deepEqual(service.heard, [
    'adopt 1 of 2',
    'joined',
    'noticed 0,1',
    'runDue 0',
    'left',
    'close',
  ]);
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant('observed' as const),
    backend: fc.nat(2),
    observation: fc.constantFrom('answer' as const, 'failure' as const, 'failure' as const),
    subject: fc.nat(9),
    late: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('probed' as const),
    backend: fc.nat(2),
    outcome: fc.constantFrom('pass' as const, 'fail' as const),
  }),
  fc.record({ kind: fc.constant('trial' as const), backend: fc.nat(2) }),
  fc.record({ kind: fc.constant('advance' as const), by: fc.nat(40_000) }),
  fc.record({
    kind: fc.constant('apply' as const),
    stores: fc.constantFrom(['a', 'b'], ['b', 'a'], ['a', 'c'], ['c', 'b']),
  }),
  fc.record({ kind: fc.constant('join' as const) }),
  fc.record({ kind: fc.constant('leave' as const) }),
);

test('each worker always has the conditions of the owner', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { supervisor, apply, join, clock } = supervisorRig();
      await apply('a', 'b');
      const workers = [await join()];
      const port = supervisor.portFor(() => workers[0]);
      for (const each of steps) {
        const { number } = supervisor.generation;
        if (each.kind === 'observed')
          port.observed({
            ...observation(each.late ? number - 1 : number, each.backend),
            observation: each.observation,
            subject: `sha256:${each.subject}`,
          });
        else if (each.kind === 'probed')
          supervisor.owner.probed(each.backend, each.outcome, 'seen');
        else if (each.kind === 'trial') port.wantsTrial(number, each.backend);
        else if (each.kind === 'advance') await clock.advance(each.by);
        else if (each.kind === 'apply') await apply(...each.stores);
        else if (each.kind === 'join') workers.push(await join());
        else if (workers.length > 1) supervisor.leave(workers.splice(-1)[0]);
        const { health } = supervisor.owner;
        const expected = [0, 1, 2].map((backend) =>
          encodeCondition(health.state(backend, clock.now()), health.canaryFailed(backend)),
        );
        for (const worker of workers) {
          assert.equal(worker.inUse, supervisor.generation.number);
          assert.deepEqual(worker.conditionsOf.get(worker.inUse), expected);
        }
      }
      supervisor.close();
      assert.equal(clock.timers, 0);
    }),
    { numRuns: 60 },
  );
});
